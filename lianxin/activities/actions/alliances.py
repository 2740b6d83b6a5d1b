"""Alliances (结对共建): founding, inviting and answering, what each brings, needs and carries out, leaving, ending."""

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.activities.events import ALLIANCE_CHANGED, ALLIANCE_FOUNDED
from lianxin.activities.messages import JOINED
from lianxin.activities.models import Alliance, AllianceItem, AllianceParty
from lianxin.activities.permissions import ALLIANCES, VIEW
from lianxin.kernel.authz import Actor, Role, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.messaging.facade import send, settle_for_all
from lianxin.organisations.facade import Organisation, holders_of, organisation_for

NAME, TEXT = 120, 300
State = AllianceParty.State


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
    """Found an alliance of an organisation and invite others, named in full or by code; each answers for itself.

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
    AllianceParty.objects.create(alliance=made, organisation=place, organisation_name=place.short_name, joined_on=on)
    for one in others.values():
        _invite(actor, made, one, at)
    _record(actor, ALLIANCE_FOUNDED, made, at, {"name": made.name, "parties": [str(one) for one in others.values()]})
    return made


def _invite(actor: Actor, alliance: Alliance, partner: Organisation, at: datetime) -> AllianceParty:
    row = AllianceParty.objects.create(
        alliance=alliance, organisation=partner, organisation_name=partner.short_name, invited_on=day_of(at)
    )
    founder = alliance.parties.get(organisation=alliance.organisation_id)
    _tell(
        actor,
        alliance,
        row,
        title=_("Invitation to the alliance “%(name)s”") % {"name": alliance.name},
        text=_("%(who)s invites your organisation. Open it and accept or decline.")
        % {"who": founder.organisation_name},
        subject=row.pk,
        at=at,
    )
    return row


@transaction.atomic
def invite_partner(actor: Actor, *, alliance: UUID, partner: str, at: datetime) -> AllianceParty:
    """Invite a further organisation into an alliance; it is in once it accepts.

    Raises:
        NotVisible, NotPermitted: the alliance is not the actor's.
        InvalidInput: no such organisation, or it is in it or invited already.
        Conflict: the alliance has ended.
    """
    found = _locked(actor, alliance)
    organisation = partner_named(partner.strip())
    if organisation is None or organisation.pk == found.organisation_id:
        raise InvalidInput(
            {
                "partner": _(
                    "There is no other organisation “%(name)s”. Write its full name as on the seal, or its code."
                )
                % {"name": partner}
            }
        )
    held = found.parties.filter(organisation=organisation.pk, left_on__isnull=True, declined_on__isnull=True).first()
    if held is not None and held.state == State.INVITED:
        raise InvalidInput({"partner": _("This organisation is invited already and has not answered yet.")})
    if held is not None:
        raise InvalidInput({"partner": _("This organisation is in the alliance already.")})
    row = _invite(actor, found, organisation, at)
    _record(actor, ALLIANCE_CHANGED, found, at, {"invited": row.organisation_name})
    return row


@transaction.atomic
def answer_invitation(
    actor: Actor, *, party: UUID, accept: bool, on: date, reason: str = "", at: datetime
) -> AllianceParty:
    """An invited organisation accepts or declines; nobody answers for it but its own staff.

    Raises:
        NotVisible: there is no such invitation, or it is not for the actor's organisations.
        NotPermitted: the actor keeps the alliance but is no staff of the invited organisation.
        Conflict: it was answered before, or the alliance has ended.
    """
    row, found = _party_locked(actor, party, own=True)
    if row.state != State.INVITED:
        raise Conflict(_("This invitation was answered already: %(state)s.") % {"state": row.state.label})
    said = reason.strip()[:TEXT]
    if accept:
        row.joined_on = max(on, found.founded_on)
    else:
        row.declined_on, row.reason = on, said
    row.save(update_fields=["joined_on", "declined_on", "reason"])
    settle_for_all(JOINED, subject=row.pk, at=at)
    _record(
        actor, ALLIANCE_CHANGED, found, at, {"joined" if accept else "declined": row.organisation_name}, reason=said
    )
    sentence = _("%(who)s has joined the alliance.") if accept else _("%(who)s has declined the invitation.")
    _tell(
        actor,
        found,
        None,
        title=sentence % {"who": row.organisation_name},
        text=" · ".join(part for part in (found.name, said) if part),
        at=at,
    )
    return row


@transaction.atomic
def withdraw_invitation(actor: Actor, *, party: UUID, at: datetime) -> Alliance:
    """Take back an invitation that was not answered yet; whoever keeps the alliance does. Who was invited is told.

    Raises:
        NotVisible, NotPermitted: the alliance is not the actor's.
        Conflict: it was answered already, or the alliance has ended.
    """
    row, found = _party_locked(actor, party)
    require(actor, ALLIANCES, found.organisation_path, seen_by=VIEW)
    if row.state != State.INVITED:
        raise Conflict(_("This invitation was answered already: %(state)s.") % {"state": row.state.label})
    settle_for_all(JOINED, subject=row.pk, at=at)
    founder = found.parties.get(organisation=found.organisation_id)
    _tell(
        actor,
        found,
        row,
        title=_("The invitation to the alliance “%(name)s” was taken back") % {"name": found.name},
        text=_("%(who)s has taken back its invitation. There is nothing left to answer.")
        % {"who": founder.organisation_name},
        link=reverse("activities:alliances"),  # the alliance itself is no longer theirs to see
        at=at,
    )
    row.delete()
    _record(actor, ALLIANCE_CHANGED, found, at, {"uninvited": row.organisation_name})
    return found


@transaction.atomic
def leave_alliance(actor: Actor, *, party: UUID, on: date, reason: str = "", at: datetime) -> AllianceParty:
    """An organisation leaves an alliance on a day; its own staff say so, or those of the founder.

    What was done together stays with both. The day is the first on which it is no longer in.

    Raises:
        NotVisible, NotPermitted: neither the party nor the alliance is the actor's.
        InvalidInput: the day lies before it joined, or is to come.
        Conflict: it is not in it, it is the founder, or the alliance has ended.
    """
    row, found = _party_locked(actor, party)
    if row.joined_on is None or row.left_on is not None:
        raise Conflict(_("This organisation is not in the alliance: %(state)s.") % {"state": row.state.label})
    if row.organisation_id == found.organisation_id:
        raise Conflict(_("The organisation that founded the alliance cannot leave it. End the alliance instead."))
    if on < row.joined_on:
        raise InvalidInput({"on": _("It joined on %(day)s; it cannot leave before.") % {"day": row.joined_on}})
    if on > day_of(at):
        raise InvalidInput({"on": _("This day is to come. Enter it when it has come, or choose today.")})
    row.left_on, row.reason = on, reason.strip()[:TEXT]
    row.save(update_fields=["left_on", "reason"])
    _record(actor, ALLIANCE_CHANGED, found, at, {"left": row.organisation_name, "on": on}, reason=row.reason)
    own = actor.may(ALLIANCES, row.organisation_path)
    _tell(
        actor,
        found,
        None if own else row,
        title=_("%(who)s has left the alliance.") % {"who": row.organisation_name},
        text=" · ".join(part for part in (found.name, f"{on}", row.reason) if part),
        at=at,
    )
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
    row, found = _party_locked(actor, party)
    if row.state != State.JOINED:
        raise Conflict(_("This organisation is not in the alliance: %(state)s.") % {"state": row.state.label})
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


def _party_locked(actor: Actor, party: UUID, *, own: bool = False) -> tuple[AllianceParty, Alliance]:
    """A party and its alliance, locked. `own`: only the staff of the party itself may, not those of the founder."""
    seen = AllianceParty.objects.filter(pk=party).first()
    if seen is None:
        raise _not_there()
    found = _locked(actor, seen.alliance_id, party=seen)
    if own and not actor.may(ALLIANCES, seen.organisation_path):
        raise NotPermitted(_("Only the staff of the invited organisation answer its invitation."))
    seen.refresh_from_db()  # as it stands now that the alliance is locked
    return seen, found


def _locked(actor: Actor, alliance: UUID, *, party: AllianceParty | None = None) -> Alliance:
    seen = Alliance.objects.filter(pk=alliance).first()
    if seen is None:
        raise _not_there()
    if party is None or not actor.may(ALLIANCES, party.organisation_path):
        require(actor, ALLIANCES, seen.organisation_path, seen_by=VIEW)
    found = Alliance.objects.select_for_update(no_key=True).get(pk=alliance)
    if found.ended_on is not None:
        raise Conflict(_("This alliance has ended."))
    return found


def _tell(
    actor: Actor,
    found: Alliance,
    party: AllianceParty | None,
    *,
    title: str,
    text: str,
    at: datetime,
    subject: UUID | None = None,
    link: str = "",
) -> None:
    """One message to the staff of a party, or of the founder. An invitation is about its party: it can be settled."""
    place, path = (
        (party.organisation_id, party.organisation_path) if party else (found.organisation_id, found.organisation_path)
    )
    held = holders_of([Role.SECRETARY, Role.COMMITTEE_CLERK], [place])
    wanted = [one for accounts in held.values() for one in accounts if one != actor.account_id]
    if wanted:
        send(
            actor,
            JOINED,
            to_accounts=wanted,
            title=title[:120],
            text=text,
            link=link or reverse("activities:alliance", args=[found.pk]),
            organisation=place,
            organisation_path=path,
            subject=subject or found.pk,
            at=at,
        )


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
