"""Merging organisations: one takes over the others' members and what stands below them, and they end."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import InvalidInput, Sentence
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations import events
from lianxin.organisations.actions.dissolve import check_can_end, finish
from lianxin.organisations.actions.move import place
from lianxin.organisations.actions.tree import (
    check_alive,
    check_can_have_children,
    check_decision,
    check_name_is_free,
    check_stays,
    children_from,
    lock_tree,
    locked,
    require_authority,
)
from lianxin.organisations.models import Organisation, OrganisationVersion, Succession
from lianxin.organisations.permissions import REORGANISE, VIEW
from lianxin.organisations.succession import Passing, pass_on


@dataclass(frozen=True, slots=True)
class Merger:
    """What a merger will do, for the preview: who ends, who stays, what moves."""

    earlier: tuple[Organisation, ...]
    later: Organisation
    children: tuple[Organisation, ...]
    members: int


@transaction.atomic
def merge(
    actor: Actor,
    *,
    earlier: Sequence[UUID],
    into: UUID,
    effective_on: date,
    document_no: str,
    reason: str,
    at: datetime,
) -> Organisation:
    """End the `earlier` organisations on the day; `into` takes over their members and what stands below them.

    Two villages that become a new one: set the new one up from the same day, then merge both into it. Members follow
    through `succession.register_follower`, in this transaction, under this event.

    Raises:
        NotVisible, NotPermitted: the actor may not reorganise above each of them and at `into`.
        InvalidInput: one does not exist on the day, or `into` cannot take over what stands below.
    """
    lock_tree()
    rows = locked([*earlier, into])
    merger = _checked(actor, rows, earlier=earlier, into=into, effective_on=effective_on)
    check_decision(effective_on=effective_on, document_no=document_no, reason=reason, today=day_of(at))
    later = merger.later
    event = record(
        actor,
        events.MERGED,
        at=at,
        subject=later.id,
        organisation=later.id,
        organisation_path=later.path,
        effective_on=effective_on,
        document_no=document_no,
        reason=reason,
        data={
            "earlier": [str(row.id) for row in merger.earlier],
            "names": [row.name for row in merger.earlier],
            "into": later.name,
            "children": len(merger.children),
            "members": merger.members,
        },
    )
    decided = {"effective_on": effective_on, "document_no": document_no, "reason": reason, "at": at}
    for child in merger.children:
        place(child, later, **decided, event=event.id)  # type: ignore[arg-type]
    Succession.objects.bulk_create(
        [
            Succession(earlier=row, later=later, kind=Succession.Kind.MERGED, on=effective_on, event_id=event.id)
            for row in merger.earlier
        ]
    )
    pass_on(Passing(actor=actor, earlier=merger.earlier, later=later, event=event.id, **decided))  # type: ignore[arg-type]
    for row in merger.earlier:
        finish(row, effective_on=effective_on, at=at, event=event.id)
    return Organisation.objects.get(id=later.id)


def _checked(
    actor: Actor, rows: dict[UUID, Organisation], *, earlier: Sequence[UUID], into: UUID, effective_on: date
) -> Merger:
    gone = [rows[one] for one in dict.fromkeys(earlier) if one in rows]
    for row in gone:
        require_authority(actor, row)
    if into not in rows:
        raise InvalidInput({"into": _("Choose the organisation that takes over.")})
    later = rows[into]
    require(actor, REORGANISE, later.path, seen_by=VIEW)
    if not gone:
        raise InvalidInput({"earlier": _("Choose at least one organisation that ends.")})
    if later in gone:
        raise InvalidInput({"earlier": _("The organisation that takes over cannot end in the same merger.")})
    check_stays(later, "into")
    check_alive(later, effective_on)
    for row in gone:
        check_can_end(row, effective_on)
        if later.path.startswith(row.path):
            raise InvalidInput({"into": _("“%(name)s” stands below one that ends; move it first.") % {"name": later}})
    ending = {row.id for row in gone}
    versions = [
        version
        for row in gone
        for version in children_from(row.id, effective_on)
        if version.organisation_id not in ending
    ]
    _check_children(versions, later, effective_on)
    children = tuple({version.organisation_id: version.organisation for version in versions}.values())
    return Merger(tuple(gone), later, children, sum(row.members for row in gone))


def _check_children(versions: Sequence[OrganisationVersion], later: Organisation, effective_on: date) -> None:
    said: list[Sentence] = []
    names: set[str] = set()
    for version in versions:
        if version.valid.lower is not None and version.valid.lower > effective_on:
            said.append(
                _("“%(name)s” is to come under an organisation that ends; change that plan first.")
                % {"name": version.organisation}
            )
        if version.name in names:
            said.append(
                _("Two organisations called “%(name)s” would stand under one parent; rename one first.")
                % {"name": version.name}
            )
        names.add(version.name)
    if said:
        raise InvalidInput({"": said})
    if versions:
        check_can_have_children(later, "into")
    for name in sorted(names):
        check_name_is_free(name, parent=later.id, since=effective_on)
