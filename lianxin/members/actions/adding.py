"""Entering members in the register, one or very many."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.inserting import insert_many
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events.record import describe, write
from lianxin.kernel.time import day_of
from lianxin.members.actions.recording import is_known_by_older_key, taken
from lianxin.members.checking import derived_category, judge, settle, tidy
from lianxin.members.events import ADDED
from lianxin.members.facts import BY_NAME, ENTERED, FACTS, put, shown_now, snapshot
from lianxin.members.models import Member, MemberRecord, Membership
from lianxin.members.permissions import ADD
from lianxin.organisations.facade import Organisation, organisation_for

CHUNK = 2000
STATUSES_AT_ENTRY = ("normal", "suspended")


@dataclass(frozen=True, slots=True)
class Entrant:
    """Somebody to be entered: where, their tidied facts, and since when they belong there."""

    organisation: UUID
    organisation_path: str
    facts: Mapping[str, Any]
    since: date
    document_no: str = ""


@transaction.atomic
def add(
    actor: Actor,
    *,
    organisation: UUID,
    facts: Mapping[str, Any],
    since: date | None = None,
    document_no: str = "",
    reason: str = "",
    at: datetime,
) -> Member:
    """Enter a member who belongs to the organisation from `since` (else today) on.

    `facts` maps names of facts to values; the category follows from the date of conversion where it is not given, the
    status is normal unless it says suspended. The member returned carries `warnings`.

    Raises:
        NotVisible, NotPermitted: the organisation lies outside, or the actor may not add there.
        InvalidInput: facts that are missing or cannot be true, an identity number in the register already, a day on
            which the organisation does not exist.
    """
    place = organisation_for(actor, organisation, ADD)
    today = day_of(at)
    since = since or today
    check_belonging(place, since, today)
    tidied = entry_facts(facts, on=today)
    warnings = judge(tidied, on=today)
    entrant = Entrant(place.id, place.path, tidied, since, document_no)
    (member,) = add_many(actor, [entrant], at=at, reason=reason)
    member.organisation = place
    member.warnings = warnings
    return member


def check_belonging(place: Organisation, since: date, today: date, *, may_be_planned: bool = False) -> None:
    """Refuse a day on which nobody can begin to belong to the organisation.

    Raises:
        InvalidInput: the organisation does not exist on that day, or the day lies ahead where that is not possible.
    """
    if since > today and not may_be_planned:
        raise InvalidInput({"since": _("The day lies in the future. Enter the member when the day has come.")})
    if place.founded_on > since:
        raise InvalidInput(
            {"since": _("%(name)s was set up later, on %(day)s.") % {"name": place.name, "day": place.founded_on}}
        )
    if place.dissolved_on is not None and place.dissolved_on <= max(since, today):
        raise InvalidInput(
            {
                "organisation": _("%(name)s was dissolved on %(day)s. Choose the organisation that follows it.")
                % {"name": place.name, "day": place.dissolved_on}
            }
        )


def entry_facts(facts: Mapping[str, Any], *, on: date, not_asked: Collection[str] = ()) -> dict[str, Any]:
    """Everything a new record needs, tidied, with what follows from the facts given.

    `not_asked` names facts that a spreadsheet has no column for: they stay empty rather than be refused.

    Raises:
        InvalidInput: facts that are missing or cannot be accepted.
    """
    given = {name: value for name, value in facts.items() if name != "membership_status"}
    blank = {one.name: None for one in ENTERED}
    if not given.get("person_category"):
        given["person_category"] = derived_category(given.get("converted_on"))
    tidied = tidy({name: value for name, value in {**blank, **given}.items() if name not in not_asked}, on=on)
    tidied |= dict.fromkeys(not_asked, "")
    status = str(facts.get("membership_status") or "normal")
    if status not in STATUSES_AT_ENTRY:
        raise InvalidInput({"membership_status": _("A new record is normal or suspended.")})
    tidied |= {"membership_status": status, "status_since": None, "exit_type": ""}
    settle(tidied)
    return tidied


def add_many(
    actor: Actor, entrants: Iterable[Entrant], *, at: datetime, reason: str = "", batch: UUID | None = None
) -> list[Member]:
    """Enter many members, already authorised, tidied and judged: one event each, five statements for every 2,000.

    Belongs in the caller's transaction.

    Raises:
        InvalidInput: an identity number is in the register already.
    """
    everybody = list(entrants)
    members: list[Member] = []
    for start in range(0, len(everybody), CHUNK):
        members += _add_some(actor, everybody[start : start + CHUNK], at=at, reason=reason, batch=batch)
    return members


def _add_some(
    actor: Actor, entrants: Sequence[Entrant], *, at: datetime, reason: str, batch: UUID | None
) -> list[Member]:
    instants = DateTimeTZRange(at, None)
    members, events, memberships, records = [], [], [], []
    for one in entrants:
        member = Member(
            organisation_id=one.organisation, organisation_path=one.organisation_path, created_at=at, updated_at=at
        )
        for fact in FACTS:
            put(member, fact.name, one.facts[fact.name])
        event = describe(
            actor,
            ADDED,
            at=at,
            subject=member.id,
            organisation=one.organisation,
            organisation_path=one.organisation_path,
            changes={
                name: (None, shown) for name in BY_NAME if (shown := shown_now(member, name)) not in (None, "", False)
            },
            effective_on=one.since,
            document_no=one.document_no,
            reason=reason,
            batch=batch,
        )
        days = DateRange(one.since, None)
        members.append(member)
        events.append(event)
        memberships.append(
            Membership(
                member_id=member.id,
                organisation_id=one.organisation,
                document_no=one.document_no,
                valid=days,
                recorded=instants,
                event_id=event.id,
            )
        )
        records.append(
            MemberRecord(member_id=member.id, facts=snapshot(member), valid=days, recorded=instants, event_id=event.id)
        )
    if is_known_by_older_key(members):
        raise InvalidInput({"id_number": taken()})
    try:
        with transaction.atomic():
            insert_many(Member, members)
    except IntegrityError as error:
        if "member_id_number_once" in str(error):
            raise InvalidInput({"id_number": taken()}) from error
        raise
    insert_many(Membership, memberships)
    insert_many(MemberRecord, records)
    write(events)
    return members
