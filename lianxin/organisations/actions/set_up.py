"""Setting up organisations: one by a form or the API, many by an import."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import Max, OuterRef, Subquery
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.paths import STEP, EndOf, ancestors
from lianxin.kernel.errors import InvalidInput, NotPermitted
from lianxin.kernel.events.record import describe, write
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.facts import FACT_NAMES, NewOrganisation, check_facts, check_names, columns_of
from lianxin.organisations.actions.tree import (
    check_can_have_children,
    check_decision,
    check_name_is_free,
    check_stays,
    lock_tree,
    locked,
)
from lianxin.organisations.actions.versions import found_by
from lianxin.organisations.models import Organisation, OrganisationVersion, Term
from lianxin.organisations.permissions import REORGANISE, VIEW

BATCH = 2000


@dataclass(frozen=True, kw_only=True)
class Founding:
    """An organisation to be set up. `parent` is one that exists, or the `id` of another founding of the same act."""

    new: NewOrganisation
    parent: UUID | None
    founded_on: date
    document_no: str
    reason: str
    id: UUID = field(default_factory=new_id)


@transaction.atomic
def set_up(
    actor: Actor,
    *,
    parent: UUID | None,
    new: NewOrganisation,
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
) -> Organisation:
    """Set up an organisation under `parent` from the day on; a day to come plans it, a past one writes history.

    Before the parent itself was founded the new organisation is shown under the nearest higher one that existed.

    Raises:
        NotVisible, NotPermitted: the actor may not reorganise below the parent.
        InvalidInput: a fact, the date, the document or the reason is missing or wrong.
    """
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=day_of(at))
    founding = Founding(new=new, parent=parent, founded_on=effective_on, document_no=document_no, reason=reason)
    return set_up_many(actor, foundings=[founding], at=at)[0]


@transaction.atomic
def set_up_many(
    actor: Actor, *, foundings: Sequence[Founding], at: datetime, batch: UUID | None = None
) -> list[Organisation]:
    """Set up organisations together, parents before their children; a constant number of queries and one event each.

    An import may lack document numbers; the act of a person may not (`set_up` asks for them).

    Raises:
        NotVisible, NotPermitted: the actor may not reorganise below one of the parents.
        InvalidInput: a fact is wrong, a code or name is taken, a parent cannot have children.
    """
    lock_tree()
    above = _parents(foundings)
    _authorise(actor, foundings, above.values())
    rows, coded = _written(foundings, above)
    recorded = [_event(actor, one, rows[one.id], at, batch) for one in coded]
    _write_versions(coded, rows, above, {event.subject_id: event.id for event in recorded}, at)
    write(recorded)
    return list(rows.values())


def found(foundings: Sequence[Founding], *, at: datetime, event: UUID) -> list[Organisation]:
    """Set up organisations as part of another act, which has locked the tree, authorised and recorded the `event`.

    Raises:
        InvalidInput: as `set_up_many`.
    """
    above = _parents(foundings)
    rows, coded = _written(foundings, above)
    _write_versions(coded, rows, above, {one.id: event for one in coded}, at)
    return list(rows.values())


def _parents(foundings: Sequence[Founding]) -> dict[UUID, Organisation]:
    ids = {one.id for one in foundings}
    return locked({one.parent for one in foundings if one.parent is not None and one.parent not in ids})


def _written(
    foundings: Sequence[Founding], above: Mapping[UUID, Organisation]
) -> tuple[dict[UUID, Organisation], list[Founding]]:
    """Check the foundings, give them codes and places, and write their rows and first terms."""
    for parent in above.values():
        check_stays(parent, "parent")
    _check(foundings, above)
    coded = _with_codes(foundings, above)
    rows = _placed(coded, above)
    _count_children(coded, rows, above)
    Organisation.objects.bulk_create(rows.values(), batch_size=BATCH)
    Term.objects.bulk_create(_terms(coded), batch_size=BATCH)
    return rows, coded


def _write_versions(
    foundings: Sequence[Founding],
    rows: Mapping[UUID, Organisation],
    above: Mapping[UUID, Organisation],
    written_by: Mapping[UUID, UUID],
    at: datetime,
) -> None:
    chain = {row.path: row for row in [*_chain(above.values()), *rows.values()]}
    versions = [version for one in foundings for version in _versions(one, rows[one.id], chain, written_by[one.id], at)]
    OrganisationVersion.objects.bulk_create(versions, batch_size=BATCH)


def _authorise(actor: Actor, foundings: Sequence[Founding], above: Iterable[Organisation]) -> None:
    for parent in above:
        require(actor, REORGANISE, parent.path, seen_by=VIEW)
    if any(one.parent is None for one in foundings) and not actor.may(REORGANISE, ""):
        raise NotPermitted(_("Only the one who installs Lianxin sets up the top of the tree."))


def _check(foundings: Sequence[Founding], above: Mapping[UUID, Organisation]) -> None:
    kinds = {one.id: one for one in foundings}
    seen: set[tuple[UUID | None, str]] = set()
    for one in foundings:
        check_names(one.new.name, one.new.short_name)
        errors = check_facts(asdict_facts(one.new))
        if not one.new.org_type:
            errors["org_type"] = _("Choose the kind of organisation.")
        starts, due = one.new.term_starts_on, one.new.term_due_on
        if (starts is None) != (due is None):
            errors["term_due_on"] = _("Give both the beginning and the end of the term, or neither.")
        elif starts is not None and due is not None and due <= starts:
            errors["term_due_on"] = _("The term ends before it begins.")
        if errors:
            raise InvalidInput(errors)
        parent = kinds.get(one.parent) if one.parent else None
        if parent is not None:
            check_can_have_children(Organisation(name=parent.new.name, org_type=parent.new.org_type), "parent")
        elif one.parent is not None:
            check_can_have_children(above[one.parent], "parent")
        if (one.parent, one.new.name.strip()) in seen:
            raise InvalidInput(
                {
                    "name": _("Two new organisations under the same parent are called “%(name)s”.")
                    % {"name": one.new.name}
                }
            )
        seen.add((one.parent, one.new.name.strip()))
    _check_free(foundings, kinds)


def _check_free(foundings: Sequence[Founding], kinds: Mapping[UUID, Founding]) -> None:
    codes = [one.new.code for one in foundings if one.new.code]
    with acting(Actor.system("looking for the same code")):
        taken = set(Organisation.objects.filter(code__in=codes).values_list("code", flat=True))
    taken |= {code for code in codes if codes.count(code) > 1} if len(codes) != len(set(codes)) else set()
    if taken:
        raise InvalidInput({"code": _("The code %(code)s is already taken.") % {"code": ", ".join(sorted(taken)[:5])}})
    known = set(
        OrganisationVersion.objects.filter(recorded__upper_inf=True)
        .filter(parent_id__in={one.parent for one in foundings}, name__in={one.new.name.strip() for one in foundings})
        .values_list("parent_id", "name")
    )
    for one in foundings:
        if one.parent is None or one.parent in kinds or (one.parent, one.new.name.strip()) not in known:
            continue
        check_name_is_free(one.new.name.strip(), parent=one.parent, since=one.founded_on)


def asdict_facts(new: NewOrganisation) -> dict[str, Any]:
    """The facts of a new organisation that have a column of the same name."""
    return {name: value for name, value in asdict(new).items() if not name.startswith("term_")}


def _with_codes(foundings: Sequence[Founding], above: Mapping[UUID, Organisation]) -> list[Founding]:
    """Give each founding without a code the next free number below its parent's code."""
    codes = {parent.id: parent.code for parent in above.values()} | {one.id: one.new.code for one in foundings}
    if all(one.new.code for one in foundings):
        return list(foundings)
    prefixes = {f"{codes[one.parent]}-" for one in foundings if one.parent and not one.new.code}
    taken: set[str] = {one.new.code for one in foundings}
    for prefix in prefixes:
        with acting(Actor.system("looking for the next code")):
            taken |= set(Organisation.objects.filter(code__startswith=prefix).values_list("code", flat=True))
    coded = []
    number: dict[str, int] = defaultdict(int)
    for one in foundings:
        given = one.new.code
        if not given:
            stem = f"{codes[one.parent]}-" if one.parent else "ORG-"
            while not given or given in taken:
                number[stem] += 1
                given = f"{stem}{number[stem]:02d}"
            taken.add(given)
            codes[one.id] = given
        coded.append(one if one.new.code else replace(one, new=replace(one.new, code=given)))
    return coded


def _placed(foundings: Sequence[Founding], above: Mapping[UUID, Organisation]) -> dict[UUID, Organisation]:
    """The rows with their paths: each the next step after the last child of its parent."""
    paths = {parent.id: parent.path for parent in above.values()}
    steps: dict[str, int] = defaultdict(int)
    if any(one.parent is None for one in foundings):
        last = Organisation.objects.filter(depth=1).aggregate(last=Max("path"))["last"]
        steps[""] = Organisation._str2int(last) if last else 0  # noqa: SLF001 - the tree library's number of a step
    for path, last in _last_children(above):
        steps[path] = Organisation._str2int(last[-STEP:]) if last else 0  # noqa: SLF001 - the same
    rows: dict[UUID, Organisation] = {}
    for one in foundings:
        place = paths[one.parent] if one.parent else ""
        steps[place] += 1
        depth = len(place) // STEP + 1
        path = Organisation._get_path(place, depth, steps[place])  # noqa: SLF001 - the library's way to write a step
        rows[one.id] = _row(one, path=path, depth=depth)
        paths[one.id] = path
    return rows


def _last_children(parents: Iterable[UUID]) -> Iterable[tuple[str, str | None]]:
    below = Organisation.objects.filter(
        depth=OuterRef("depth") + 1,
        path__gt=OuterRef("path"),
        path__lt=EndOf(OuterRef("path")),
    ).order_by("-path")
    return Organisation.objects.filter(id__in=parents).values_list("path", Subquery(below.values("path")[:1]))


def _row(one: Founding, *, path: str, depth: int) -> Organisation:
    new = one.new
    name, short_name = new.name.strip(), (new.short_name or new.name).strip()[:60]
    pinyin, initials, grams = found_by(name, short_name)
    return Organisation(
        id=one.id,
        path=path,
        depth=depth,
        code=new.code,
        name=name,
        short_name=short_name,
        pinyin=pinyin,
        initials=initials,
        grams=grams,
        org_type=new.org_type,
        founded_on=one.founded_on,
        approval_no=one.document_no,
        term_ends_on=new.term_due_on,
        **columns_of({name: getattr(new, name) for name in FACT_NAMES}),
    )


def _terms(foundings: Iterable[Founding]) -> list[Term]:
    """The first term of each founding that has one."""
    return [
        Term(organisation_id=one.id, starts_on=starts, due_on=due, document_no=one.document_no)
        for one in foundings
        if (starts := one.new.term_starts_on) is not None and (due := one.new.term_due_on) is not None
    ]


def _count_children(
    foundings: Iterable[Founding], rows: Mapping[UUID, Organisation], above: Mapping[UUID, Organisation]
) -> None:
    """Tell the tree library how many children each parent has now."""
    for one in foundings:
        if one.parent is not None:
            (rows.get(one.parent) or above[one.parent]).numchild += 1
    Organisation.objects.bulk_update(above.values(), ["numchild"], batch_size=BATCH)


def _event(actor: Actor, one: Founding, row: Organisation, at: datetime, batch: UUID | None) -> Event:
    return describe(
        actor,
        events.SET_UP,
        at=at,
        subject=row.id,
        organisation=row.id,
        organisation_path=row.path,
        effective_on=one.founded_on,
        document_no=one.document_no,
        reason=one.reason,
        data={"name": row.name, "code": row.code, "org_type": row.org_type, "parent": one.parent},
        batch=batch,
    )


def _chain(parents: Iterable[Organisation]) -> list[Organisation]:
    """The parents and everything above them."""
    paths = {path for parent in parents for path in [*ancestors(parent.path), parent.path]}
    return list(Organisation.objects.filter(path__in=paths))


def _versions(
    one: Founding, row: Organisation, chain: Mapping[str, Organisation], event: UUID, at: datetime
) -> list[OrganisationVersion]:
    """The first versions: under the parent, and before the parent existed under the nearest organisation that did."""
    spans: list[tuple[date, date | None, UUID | None]] = []
    until: date | None = None
    for path in reversed(ancestors(row.path)):
        above = chain[path]
        if until is not None and above.founded_on >= until:
            continue
        since = max(above.founded_on, row.founded_on)
        spans.append((since, until, above.id))
        until = since
        if above.founded_on <= row.founded_on:
            break
    if until is None or until > row.founded_on:
        spans.append((row.founded_on, until, None))
    return [
        OrganisationVersion(
            organisation_id=row.id,
            parent_id=above_id,
            name=row.name,
            short_name=row.short_name,
            org_type=row.org_type,
            document_no=one.document_no,
            reason=one.reason,
            valid=DateRange(since, end),
            recorded=DateTimeTZRange(at, None),
            event_id=event,
        )
        for since, end, above_id in spans
    ]
