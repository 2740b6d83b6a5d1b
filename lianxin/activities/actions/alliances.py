"""Alliances (结对共建): founding, who is in it, what each brings, needs and carries out, ending."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.events import ALLIANCE_CHANGED, ALLIANCE_FOUNDED
from lianxin.activities.models import Alliance, AllianceItem, AllianceParty
from lianxin.activities.permissions import ALLIANCES, VIEW
from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.organisations.facade import Organisation, organisation_for

NAME, TEXT = 120, 300


def partner_named(text: str) -> Organisation | None:
    """The one living organisation of that full name or code; partners may lie anywhere on the tree."""
    with acting(Actor.system("a partner named in full")):
        rows = Organisation.objects.filter(dissolved_on__isnull=True)
        found = list(rows.filter(code=text)[:2]) or list(rows.filter(name=text)[:2])
    return found[0] if len(found) == 1 else None


@transaction.atomic
def found_alliance(
    actor: Actor, *, organisation: UUID, name: str, partners: Iterable[str], on: date, at: datetime
) -> Alliance:
    """Found an alliance of an organisation with others, named in full or by code.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no name, or a partner that is not found.
    """
    place = organisation_for(actor, organisation, ALLIANCES)
    named = [line.strip() for line in partners if line.strip()]
    known = {line: partner_named(line) for line in named}
    wrong = {}
    if not name.strip() or len(name.strip()) > NAME:
        wrong["name"] = _("Write a name of at most 120 characters.")
    missing = [line for line, partner in known.items() if partner is None or partner.pk == place.pk]
    if missing:
        wrong["partners"] = _(
            "There is no other organisation “%(name)s”. Write its full name as on the seal, or its code."
        ) % {"name": missing[0]}
    if not known:
        wrong["partners"] = _("Write at least one partner: its full name as on the seal, or its code.")
    if wrong:
        raise InvalidInput(wrong)
    made = Alliance.objects.create(
        organisation=place, organisation_path=place.path, name=name.strip(), founded_on=on, created_at=at
    )
    others = {one.pk: one for one in known.values() if one is not None}
    for one in (place, *others.values()):
        _add_party(made, one, on)
    _record(actor, ALLIANCE_FOUNDED, made, at, {"name": made.name, "parties": [str(one) for one in others.values()]})
    return made


def _add_party(alliance: Alliance, organisation: Organisation, on: date) -> AllianceParty:
    return AllianceParty.objects.create(
        alliance=alliance, organisation=organisation, organisation_name=organisation.short_name, joined_on=on
    )


@transaction.atomic
def join_alliance(actor: Actor, *, alliance: UUID, partner: str, on: date, at: datetime) -> AllianceParty:
    """Take a further organisation into an alliance.

    Raises:
        NotVisible, NotPermitted: the alliance is not the actor's.
        InvalidInput: no such organisation, or it is in it already.
        Conflict: the alliance has ended.
    """
    found = _locked(actor, alliance)
    organisation = partner_named(partner.strip())
    if organisation is None:
        raise InvalidInput(
            {
                "partner": _(
                    "There is no other organisation “%(name)s”. Write its full name as on the seal, or its code."
                )
                % {"name": partner}
            }
        )
    if found.parties.filter(organisation=organisation.pk, left_on__isnull=True).exists():
        raise InvalidInput({"partner": _("This organisation is in the alliance already.")})
    row = _add_party(found, organisation, on)
    _record(actor, ALLIANCE_CHANGED, found, at, {"joined": row.organisation_name})
    return row


@transaction.atomic
def leave_alliance(actor: Actor, *, party: UUID, on: date, at: datetime) -> AllianceParty:
    """An organisation leaves an alliance; its own staff say so, or those of the founder.

    Raises:
        NotVisible, NotPermitted: neither the party nor the alliance is the actor's.
        Conflict: it left before, or the alliance has ended.
    """
    row = AllianceParty.objects.filter(pk=party).first()
    if row is None:
        raise _not_there()
    found = _locked(actor, row.alliance_id, party=row)
    if row.left_on is not None:
        raise Conflict(_("This organisation has left the alliance already."))
    row.left_on = max(on, row.joined_on)
    with acting(Actor.system("a party leaves an alliance by its own word")):
        row.save(update_fields=["left_on"])
    _record(actor, ALLIANCE_CHANGED, found, at, {"left": row.organisation_name})
    return row


@transaction.atomic
def add_item(
    actor: Actor, *, party: UUID, kind: str, text: str, due_on: date | None = None, at: datetime
) -> AllianceItem:
    """Write down a resource, a need or a project of a party.

    Raises:
        NotVisible, NotPermitted: neither the party nor the alliance is the actor's.
        InvalidInput: no kind or no text.
        Conflict: the alliance has ended.
    """
    row = AllianceParty.objects.filter(pk=party).first()
    if row is None:
        raise _not_there()
    found = _locked(actor, row.alliance_id, party=row)
    wrong = {}
    if kind not in AllianceItem.Kind.values:
        wrong["kind"] = _("Choose a resource, a need or a project.")
    if not text.strip() or len(text.strip()) > TEXT:
        wrong["text"] = _("Say what it is in at most 300 characters.")
    if wrong:
        raise InvalidInput(wrong)
    item = AllianceItem.objects.create(
        alliance=found, party=row, kind=kind, text=text.strip(), due_on=due_on, created_at=at
    )
    _record(actor, ALLIANCE_CHANGED, found, at, {"item": item.text, "kind": kind, "party": row.organisation_name})
    return item


@transaction.atomic
def finish_item(actor: Actor, *, item: UUID, on: date, outcome: str, at: datetime) -> AllianceItem:
    """Say that a resource was given, a need met or a project carried out, and what came of it.

    Raises:
        NotVisible, NotPermitted: neither the party nor the alliance is the actor's.
        InvalidInput: no outcome.
        Conflict: it was done before, or the alliance has ended.
    """
    row = AllianceItem.objects.select_related("party").filter(pk=item).first()
    if row is None:
        raise _not_there()
    found = _locked(actor, row.alliance_id, party=row.party)
    if not outcome.strip():
        raise InvalidInput({"outcome": _("Say in a sentence what came of it.")})
    if row.done_on is not None:
        raise Conflict(_("This is marked as done already."))
    row.done_on, row.outcome = on, outcome.strip()[:TEXT]
    row.save(update_fields=["done_on", "outcome"])
    _record(actor, ALLIANCE_CHANGED, found, at, {"done": row.text})
    return row


@transaction.atomic
def end_alliance(actor: Actor, *, alliance: UUID, on: date, reason: str, at: datetime) -> Alliance:
    """End an alliance; what was done together stays.

    Raises:
        NotVisible, NotPermitted: the alliance is not the actor's.
        InvalidInput: no reason, or a day before it began.
        Conflict: it ended before.
    """
    found = _locked(actor, alliance)
    wrong = {}
    if not reason.strip():
        wrong["reason"] = _("Say why it ends.")
    if on < found.founded_on:
        wrong["on"] = _("The end lies before the beginning.")
    if wrong:
        raise InvalidInput(wrong)
    found.ended_on = on
    found.save(update_fields=["ended_on"])
    _record(actor, ALLIANCE_CHANGED, found, at, {"ended_on": on}, reason=reason.strip())
    return found


def _locked(actor: Actor, alliance: UUID, *, party: AllianceParty | None = None) -> Alliance:
    rows = Alliance.objects.select_for_update(no_key=True)
    found = rows.filter(pk=alliance).first()
    if found is None:
        raise _not_there()
    if party is None or not actor.may(ALLIANCES, party.organisation_path):
        require(actor, ALLIANCES, found.organisation_path, seen_by=VIEW)
    if found.ended_on is not None:
        raise Conflict(_("This alliance has ended."))
    return found


def _not_there() -> NotVisible:
    return NotVisible(_("There is no such alliance, or your organisations are not in it."))


def _record(
    actor: Actor, kind: EventType, found: Alliance, at: datetime, data: dict[str, object], *, reason: str = ""
) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data=data,
        reason=reason,
    )
