"""Putting right: an item with owner and day, the owner's evidence, the confirmation that closes it."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, Sentence
from lianxin.kernel.time import day_of
from lianxin.messaging.facade import secretaries_of, send
from lianxin.preparations import messages
from lianxin.preparations.actions.recording import locked_preparation, nothing_there, own_id, tell
from lianxin.preparations.events import EVIDENCE_GIVEN, RECTIFICATION_SET, RECTIFIED, SENT_BACK
from lianxin.preparations.models import Rectification
from lianxin.preparations.permissions import RECTIFY, RUN, VIEW
from lianxin.preparations.queries.people import people_of
from lianxin.rules.facade import shown_date

LONGEST_LINE = 500
LONGEST_EVIDENCE = 3000
State = Rectification.State


@transaction.atomic
def set_rectification(
    actor: Actor, *, preparation: UUID, problem: str, measure: str, owner: UUID, due_on: date, at: datetime
) -> Rectification:
    """Set what is to be put right, how, by whom and until when.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no problem, measure or owner, or a day that is over.
    """
    held = locked_preparation(actor, preparation, RUN, closed_too=True)
    people = {one.id: one for one in people_of(held.organisation_id)}
    wrong: dict[str, Sentence] = {}
    if not problem.strip():
        wrong["problem"] = _("Write the problem.")
    if not measure.strip():
        wrong["measure"] = _("Write the measure.")
    if owner not in people:
        wrong["owner"] = _("Choose a member of this organisation.")
    if due_on < day_of(at):
        wrong["due_on"] = _("Choose today or a later day.")
    if wrong:
        raise InvalidInput(wrong)
    made = Rectification.objects.create(
        organisation_id=held.organisation_id,
        organisation_path=held.organisation_path,
        preparation=held,
        problem=problem.strip()[:LONGEST_LINE],
        measure=measure.strip()[:LONGEST_LINE],
        owner_id=owner,
        owner_name=people[owner].name,
        due_on=due_on,
    )
    tell(actor, RECTIFICATION_SET, held, at=at, data={"owner": made.owner_name, "due_on": due_on})
    _send(actor, made, _("Something is yours to put right"), to_members=[owner], at=at)
    return made


@transaction.atomic
def report_rectification(actor: Actor, *, rectification: UUID, evidence: str, at: datetime) -> Rectification:
    """Say, as the owner or at the desk, what was done; somebody else confirms it.

    Raises:
        NotVisible, NotPermitted: neither the owner nor with the permission there.
        InvalidInput: nothing written. Conflict: it is closed.
    """
    found = _locked(rectification)
    if actor.member_id != found.owner_id or not own_id(actor):
        require(actor, RUN, found.organisation_path, seen_by=VIEW)
    said = evidence.strip()
    if not said or len(said) > LONGEST_EVIDENCE:
        most = {"most": LONGEST_EVIDENCE}
        raise InvalidInput(
            {"evidence": _("Say in up to %(most)d characters what was done and how one sees it.") % most}
        )
    _check_open(found)
    found.evidence, found.state, found.answer, found.reported_by_id = said, State.REPORTED, "", actor.account_id
    found.save(update_fields=["evidence", "state", "answer", "reported_by"])
    tell(actor, EVIDENCE_GIVEN, found, at=at, subject=found.preparation_id, data={"owner": found.owner_name})
    _send(actor, found, _("Reported as put right; please confirm"), to_secretary=True, at=at)
    return found


@transaction.atomic
def confirm_rectification(actor: Actor, *, rectification: UUID, at: datetime) -> Rectification:
    """Confirm the evidence and close the item; nobody confirms their own, or what they reported themselves.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own.
        Conflict: nothing was reported, or it is closed.
    """
    found = _reported(actor, rectification)
    found.state, found.closed_on, found.confirmed_by = State.CLOSED, day_of(at), actor.name
    found.save(update_fields=["state", "closed_on", "confirmed_by"])
    tell(actor, RECTIFIED, found, at=at, subject=found.preparation_id, data={"owner": found.owner_name})
    return found


@transaction.atomic
def send_back_rectification(actor: Actor, *, rectification: UUID, answer: str, at: datetime) -> Rectification:
    """Send the item back to its owner with what is missing.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own.
        InvalidInput: nothing written. Conflict: nothing was reported, or it is closed.
    """
    found = _reported(actor, rectification)
    if not answer.strip():
        raise InvalidInput({"answer": _("Say what is still missing.")})
    found.state, found.answer = State.OPEN, answer.strip()[:LONGEST_LINE]
    found.save(update_fields=["state", "answer"])
    tell(actor, SENT_BACK, found, at=at, subject=found.preparation_id, data={"owner": found.owner_name})
    _send(actor, found, _("Something is still missing"), to_members=[found.owner_id], at=at)
    return found


def _locked(rectification: UUID) -> Rectification:
    found = Rectification.objects.select_for_update().filter(pk=rectification).first()
    if found is None:
        raise nothing_there()
    return found


def _reported(actor: Actor, rectification: UUID) -> Rectification:
    found = _locked(rectification)
    require(actor, RECTIFY, found.organisation_path, seen_by=VIEW)
    if actor.member_id is not None and actor.member_id == found.owner_id:
        raise NotPermitted(_("Nobody confirms what they put right themselves. A second person has to look at it."))
    if found.reported_by_id is not None and found.reported_by_id == actor.account_id:
        raise NotPermitted(_("You reported this for the owner. A second person has to look at it and confirm it."))
    _check_open(found)
    if found.state != State.REPORTED:
        raise Conflict(_("The owner has not reported yet what was done."))
    return found


def _check_open(found: Rectification) -> None:
    if found.state == State.CLOSED:
        raise Conflict(_("This was confirmed as put right."))


def _send(
    actor: Actor,
    about: Rectification,
    title: str,
    *,
    at: datetime,
    to_members: tuple[UUID, ...] | list[UUID] = (),
    to_secretary: bool = False,
) -> None:
    send(
        actor,
        messages.RECTIFY,
        to_members=to_members,
        to_accounts=secretaries_of([about.organisation_id]) if to_secretary else [],
        title=title,
        text=_("%(problem)s (by %(day)s)") % {"problem": about.problem, "day": shown_date(about.due_on)},
        link=messages.desk_link(about.preparation_id) if to_secretary else messages.own_link(),
        organisation=about.organisation_id,
        organisation_path=about.organisation_path,
        subject=about.pk,
        at=at,
    )
