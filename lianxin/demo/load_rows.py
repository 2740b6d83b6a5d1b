"""From generated organisations and persons to rows of the register's tables, for a load that bypasses the import.

What is derived from a fact (pinyin, seals, masks, digests, today's row and history) is derived by the members module
itself, so that a loaded record cannot be told from an imported one.
"""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from django.db.models import JSONField

from lianxin.demo.posts import POST_IDENTIFIERS
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.paths import STEP
from lianxin.kernel.models import Event
from lianxin.kernel.privacy.sealed import Sealed, SealedField
from lianxin.members.events import ADDED
from lianxin.members.facts import put, snapshot
from lianxin.members.models import Member, MemberRecord, Membership, Post
from lianxin.organisations.actions.facts import FACT_NAMES, NewOrganisation, columns_of
from lianxin.organisations.actions.versions import found_by
from lianxin.organisations.events import SET_UP
from lianxin.organisations.models import Organisation, OrganisationVersion, Term
from lianxin.rules.facade import code_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import Model

    from lianxin.demo.organisation import Organisation as Generated
    from lianxin.demo.persons import Person
    from lianxin.demo.scales import Batch

LOADED_BY = "演示数据"
REASON = "演示数据，批量载入"
MODELS: tuple[type[Model], ...] = (
    Organisation,
    OrganisationVersion,
    Term,
    Member,
    Membership,
    MemberRecord,
    Post,
    Event,
)
"""The tables a bulk load fills."""
DIVISION_DIGITS = 12


class Place(NamedTuple):
    """Where an organisation stands in the tree, worked out before its row is written."""

    id: UUID
    path: str
    founded_on: date
    children: int
    parent: str


class Rows:
    """Rows on their way into the tables, by model: plain tuples in the order of `columns(model)`."""

    def __init__(self) -> None:
        self.waiting: dict[type[Model], list[Sequence[Any]]] = {model: [] for model in MODELS}

    def add(self, model: type[Model], **values: Any) -> None:
        """Add one row; columns that are not given take the model's default."""
        given = {**_defaults(model), **values}
        self.waiting[model].append([given[name] for name in columns(model)])


@cache
def columns(model: type[Model]) -> tuple[str, ...]:
    """The columns of the table in the model's order."""
    return tuple(str(field.column) for field in model._meta.concrete_fields if not field.generated)  # noqa: SLF001 - Django's documented model API


@cache
def _blanks(model: type[Model]) -> Mapping[str, Any]:
    fields = [one for one in model._meta.concrete_fields if not one.primary_key and not one.generated]  # noqa: SLF001 - the same
    return {str(one.column): _text(one, one.get_default()) for one in fields}


def _defaults(model: type[Model]) -> dict[str, Any]:
    return {"id": new_id(), **_blanks(model)}


def _text(field: Any, value: Any) -> Any:
    return json.dumps(value) if isinstance(field, JSONField) and value is not None else value


def places_of(organisations: Iterable[Generated]) -> dict[str, Place]:
    """The place of every organisation by its code; parents come before their children."""
    places: dict[str, Place] = {}
    roots = 0
    for one in organisations:
        above = places.get(one.parent_code)
        if above is None:
            roots += 1
            path = Organisation._get_path("", 1, roots)  # noqa: SLF001 - the tree library's way to write a step
        else:
            number = above.children + 1
            places[one.parent_code] = above._replace(children=number)
            path = Organisation._get_path(above.path, len(above.path) // STEP + 1, number)  # noqa: SLF001 - the same
        places[one.code] = Place(new_id(), path, one.founded_on, 0, one.parent_code)
    return places


@cache
def _key(table: str, text: str) -> str:
    """The key under which the register keeps a code of the generator; nothing where the table has none."""
    found = code_table(table).find(text) if text else None
    return found.key if found else ""


def facts_of(person: Person) -> dict[str, Any]:
    """A generated person as the facts of a record."""
    return {
        "name": person.name,
        "sex": _key("sex", person.sex),
        "ethnic_group": _key("ethnic_groups", person.ethnic_group),
        "birth_date": person.birth_date,
        "id_number": person.id_number,
        "person_category": "full" if person.is_full else "probationary",
        "joined_on": person.joined_on,
        "converted_on": person.converted_on,
        "membership_status": person.membership_status,
        "education": _key("education_levels", person.education),
        "degree": _key("degrees", person.degree),
        "work_post": _key("work_posts", person.work_post),
        "frontline": _key("frontline", person.frontline),
        "mobile": person.mobile,
        "landline": person.landline,
        "home_address": person.home_address,
        "is_lost": person.is_lost,
        "lost_since": person.lost_since,
        "is_floating": person.is_floating,
        "flow_to": person.flow_to,
    }


class _Draft:
    """Stands in for a `Member` while its facts are put: a model instance costs four times as much."""


_JSON = json.JSONEncoder(ensure_ascii=False)
_SEALED = frozenset(one.column for one in Member._meta.concrete_fields if isinstance(one, SealedField))  # noqa: SLF001 - Django's documented model API


def add_member(rows: Rows, person: Person, place: Place, *, event: UUID, at: datetime) -> UUID:
    """Add a member with their record and membership; the member's id."""
    identity, since = new_id(), max(person.joined_on, place.founded_on)
    draft = _Draft()
    today = draft.__dict__
    today.update(_blanks(Member))
    member = cast("Member", draft)
    for name, value in facts_of(person).items():
        put(member, name, value)
    facts = _JSON.encode(snapshot(member))
    today.update(
        id=identity, organisation_id=place.id, organisation_path=place.path, version=1, created_at=at, updated_at=at
    )
    rows.waiting[Member].append([_stored(today[name]) if name in _SEALED else today[name] for name in columns(Member)])
    history = {"member_id": identity, "valid": f"[{since},)", "recorded": f"[{at.isoformat()},)", "event_id": event}
    rows.add(Membership, organisation_id=place.id, **history)
    rows.add(MemberRecord, facts=facts, **history)
    return identity


def _stored(value: Sealed | None) -> bytes | None:
    return value.blob if value else None


Leaders = list[tuple[str, str, str, int]]
"""Posts as (code of the organisation, kind, name, number of the person)."""


def add_batch(rows: Rows, batch: Batch, places: Mapping[str, Place], *, load: UUID, at: datetime) -> Leaders:
    """Add the members of an organisation and the posts they hold; who leads what.

    The members of one organisation share one event: at this scale nobody reads five million of them.
    """
    organisation = batch.organisation
    place = places[organisation.code]
    event = new_id()
    ids = {one.serial: add_member(rows, one, place, event=event, at=at) for one in batch.members}
    if batch.members:
        _add_event(rows, event, ADDED.kind, place, at=at, load=load, data={"members": len(batch.members)})
    leaders: Leaders = []
    held: set[tuple[str, str, int]] = set()
    for one in batch.posts:
        kind = _key("committee_posts", POST_IDENTIFIERS[one.post])
        seat = (one.organisation_code, kind, one.person.serial)
        if not kind or seat in held:
            continue
        held.add(seat)
        above = places[one.organisation_code]
        since = max(one.since, above.founded_on)
        rows.add(Post, organisation_id=above.id, member_id=ids[one.person.serial], kind=kind, since=since, until=None)
        leaders.append((one.organisation_code, kind, one.person.name, one.person.serial))
    return leaders


def add_organisation(
    rows: Rows,
    one: Generated,
    places: Mapping[str, Place],
    *,
    leaders: Sequence[tuple[str, str, int]],
    counts: tuple[int, int],
    load: UUID,
    at: datetime,
) -> None:
    """Add an organisation with its versions, running term and event.

    `leaders` are (kind, name, person) of its posts, `counts` its full and probationary members in good standing.
    """
    place = places[one.code]
    new = founding_of(one)
    pinyin, initials, grams = found_by(new.name, new.short_name)
    facts = columns_of({name: getattr(new, name) for name in FACT_NAMES})
    facts["phone"] = Sealed.of(facts["phone"], "phone").blob if facts["phone"] else None
    event = new_id()
    rows.add(
        Organisation,
        **{
            **facts,
            "id": place.id,
            "path": place.path,
            "depth": len(place.path) // STEP,
            "numchild": place.children,
            "code": one.code,
            "name": new.name,
            "short_name": new.short_name,
            "pinyin": pinyin,
            "initials": initials,
            "grams": grams,
            "org_type": new.org_type,
            "founded_on": one.founded_on,
            "approval_no": one.approval_no,
            "full_members": counts[0],
            "probationary_members": counts[1],
            "secretary": next((name for kind, name, _person in leaders if kind == "secretary"), ""),
            "committee_seats": len({person for _kind, _name, person in leaders}),
            "term_ends_on": new.term_due_on,
        },
    )
    for since, until, parent in _spans(one, places):
        rows.add(
            OrganisationVersion,
            organisation_id=place.id,
            parent_id=parent,
            name=new.name,
            short_name=new.short_name,
            org_type=new.org_type,
            document_no=one.approval_no,
            reason=REASON,
            valid=f"[{since},{until or ''})",
            recorded=f"[{at.isoformat()},)",
            event_id=event,
        )
    rows.add(
        Term,
        organisation_id=place.id,
        starts_on=new.term_starts_on,
        due_on=new.term_due_on,
        ended_on=None,
        document_no=one.approval_no,
    )
    _add_event(
        rows, event, SET_UP.kind, place, at=at, load=load, data={"name": new.name, "code": one.code}, on=one.founded_on
    )


def founding_of(one: Generated) -> NewOrganisation:
    """A generated organisation as the facts with which one is set up."""
    unit = one.unit
    return NewOrganisation(
        name=one.name,
        short_name=one.short_name,
        code=one.code,
        org_type=_key("org_types", one.type_identifier),
        affiliation=_key("org_affiliation", one.affiliation_code),
        unit_relation=one.unit_relation,
        unit_name=unit.name if unit else "",
        unit_credit_code=unit.credit_code if unit else "",
        unit_nature=(_key("unit_natures", unit.nature_code) or _key("unit_natures", unit.nature_name)) if unit else "",
        unit_is_legal_entity=bool(unit and unit.is_legal_entity),
        unit_count=len(one.joint_units) or 1,
        is_village_or_community=one.is_village or one.is_community,
        division_code=one.code if len(one.code) == DIVISION_DIGITS and one.code.isdigit() else "",
        phone=one.phone,
        term_starts_on=one.term_start,
        term_due_on=one.term_end,
    )


def _spans(one: Generated, places: Mapping[str, Place]) -> list[tuple[date, date | None, UUID | None]]:
    """Under whom from when to when: before the parent was founded, under the nearest body above that existed."""
    spans: list[tuple[date, date | None, UUID | None]] = []
    until: date | None = None
    above = places.get(one.parent_code)
    while above is not None:
        if until is None or above.founded_on < until:
            since = max(above.founded_on, one.founded_on)
            spans.append((since, until, above.id))
            until = since
            if above.founded_on <= one.founded_on:
                return spans
        above = places.get(above.parent)
    return [*spans, (one.founded_on, until, None)]


def _add_event(
    rows: Rows,
    event: UUID,
    kind: str,
    place: Place,
    *,
    at: datetime,
    load: UUID,
    data: Mapping[str, object],
    on: date | None = None,
) -> None:
    rows.add(
        Event,
        id=event,
        at=at,
        kind=kind,
        actor_name=LOADED_BY,
        organisation_id=place.id,
        organisation_path=place.path,
        subject_id=place.id,
        effective_on=on,
        reason=REASON,
        data=_JSON.encode({**data, "loaded_in_bulk": True}),
        batch_id=load,
    )
