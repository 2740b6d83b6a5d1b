"""Resolutions: give one to a member in draft minutes, carry it out with a note, take it back, open it again."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.locking import wrong_state
from lianxin.activities.actions.minutes import locked_item, locked_minutes, tell
from lianxin.activities.actions.minutes_telling import tell_owner
from lianxin.activities.events import (
    RESOLUTION_ADDED,
    RESOLUTION_DONE,
    RESOLUTION_REMOVED,
    RESOLUTION_REOPENED,
    RESOLUTION_TAKEN_BACK,
)
from lianxin.activities.messages import TASK
from lianxin.activities.models import Activity, MinutesItem, Resolution
from lianxin.activities.permissions import SETTLE
from lianxin.activities.queries.minutes import names_of, presence_of
from lianxin.activities.queries.resolution import may_settle, resolution_for
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible, Sentence
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.messaging.facade import settle_for_all

State = Resolution.State
LONGEST = 500


@transaction.atomic
def add_resolution(actor: Actor, *, item: UUID, text: str, owner: UUID, due_on: date, at: datetime) -> Resolution:
    """Add a resolution to an item of draft minutes. It becomes the owner's task when they are confirmed.

    Raises:
        NotVisible, NotPermitted: the actor may not write there. Conflict: the minutes are confirmed.
        InvalidInput: no text, nobody of the meeting, or a day before it.
    """
    found = locked_item(actor, item)
    names = names_of(presence_of(found.minutes.activity))
    wrong: dict[str, Sentence] = {}
    if not text.strip():
        wrong["text"] = _("Write what is to be done.")
    if owner not in names:
        wrong["owner"] = _("Choose one of those invited to the meeting.")
    if due_on < day_of(found.minutes.activity.starts_at):
        wrong["due_on"] = _("Choose a day after the meeting.")
    if wrong:
        raise InvalidInput(wrong)
    resolution = Resolution.objects.create(
        item=found,
        organisation_id=found.minutes.organisation_id,
        organisation_path=found.minutes.organisation_path,
        text=text.strip()[:LONGEST],
        owner_id=owner,
        owner_name=names[owner],
        due_on=due_on,
    )
    tell(actor, RESOLUTION_ADDED, found.minutes, at=at, data={"resolution": str(resolution.pk)}, effective_on=due_on)
    return resolution


@transaction.atomic
def remove_resolution(actor: Actor, *, resolution: UUID, at: datetime) -> MinutesItem:
    """Remove a resolution from draft minutes.

    Raises:
        NotVisible, NotPermitted: the actor may not write there. Conflict: the minutes are confirmed.
    """
    found = Resolution.objects.select_related("item__minutes").filter(pk=resolution).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    minutes = locked_minutes(actor, found.item.minutes.activity_id)
    found.delete()
    tell(actor, RESOLUTION_REMOVED, minutes, at=at, data={"resolution": str(resolution), "text": found.text})
    return found.item


def finish_resolution(actor: Actor, *, resolution: UUID, note: str, at: datetime) -> Resolution:
    """Say that a resolution was carried out, and how. For its owner, and the staff of the organisation.

    Raises:
        NotVisible, NotPermitted: the actor does not see it, or may not settle it.
        InvalidInput: no note. Conflict: it is settled already.
    """
    missing = _("Write in a few words what was done.")
    return _settle(actor, resolution, State.DONE, RESOLUTION_DONE, note=note, missing=missing, at=at)


def take_back_resolution(actor: Actor, *, resolution: UUID, note: str, at: datetime) -> Resolution:
    """Take a resolution back that is not needed any more, with the reason. For the staff of the organisation.

    Raises:
        NotVisible, NotPermitted: the actor does not see it, or may not settle it; nobody takes back their own task.
        InvalidInput: no reason. Conflict: it is settled already.
    """
    found = resolution_for(actor, resolution)
    if not actor.may(SETTLE, found.organisation_path):
        raise NotPermitted(_("What the meeting resolved is taken back by the staff of the organisation only."))
    missing = _("Say why it is taken back.")
    return _settle(actor, resolution, State.TAKEN_BACK, RESOLUTION_TAKEN_BACK, note=note, missing=missing, at=at)


@transaction.atomic
def reopen_resolution(actor: Actor, *, resolution: UUID, at: datetime) -> Resolution:
    """Open a settled resolution again: it was settled by mistake, or is not finished after all. Its owner is told.

    Raises:
        NotVisible, NotPermitted: the actor does not see it, or may not settle it.
        Conflict: it is open, or its meeting was annulled.
    """
    found = _locked(actor, resolution)
    if found.state not in {State.DONE, State.TAKEN_BACK}:
        raise Conflict(_("This resolution is open."))
    if found.state == State.TAKEN_BACK and not actor.may(SETTLE, found.organisation_path):
        raise NotPermitted(_("What the meeting resolved is taken back by the staff of the organisation only."))
    with acting(Actor.system("what a task comes from")):
        activity = Activity.objects.get(pk=found.item.minutes.activity_id)
    if activity.was_annulled:
        raise Conflict(wrong_state(activity))
    found.state, found.note, found.settled_at, found.settled_by = State.OPEN, "", None, None
    _save(actor, found, RESOLUTION_REOPENED, at)
    tell_owner(actor, found, activity, at=at, again=True)
    return found


def take_back_all(actor: Actor, activity: Activity, *, at: datetime) -> int:
    """Take back what an activity resolved and is still open, as its record was annulled; how many.

    In the transaction of the act that annulled it, which has asked for the permission.
    """
    rows = Resolution.objects.select_for_update(of=("self",)).select_related("item__minutes")
    found = list(rows.filter(item__minutes__activity=activity.pk, state=State.OPEN).order_by("pk"))
    for one in found:
        one.state, one.note = State.TAKEN_BACK, _("The record of that meeting was annulled.")
        one.settled_at, one.settled_by_id = at, actor.account_id
        settle_for_all(TASK, subject=one.pk, at=at)
        _save(actor, one, RESOLUTION_TAKEN_BACK, at)
    return len(found)


@transaction.atomic
def _settle(
    actor: Actor,
    resolution: UUID,
    state: Resolution.State,
    kind: EventType,
    *,
    note: str,
    missing: str,
    at: datetime,
) -> Resolution:
    found = _locked(actor, resolution)
    if found.state != State.OPEN:
        raise Conflict(_("This resolution is not open: somebody settled it already, or its minutes are not confirmed."))
    if not note.strip():
        raise InvalidInput({"note": missing})
    found.state, found.note = state, note.strip()[:LONGEST]
    found.settled_at, found.settled_by_id = at, actor.account_id
    settle_for_all(TASK, subject=found.pk, at=at)
    return _save(actor, found, kind, at)


def _locked(actor: Actor, resolution: UUID) -> Resolution:
    found = resolution_for(actor, resolution)
    if not may_settle(actor, found):
        raise NotPermitted(_("Resolutions are settled by who sees to them, or by the staff of the organisation."))
    return Resolution.objects.select_for_update(of=("self",)).select_related("item__minutes").get(pk=found.pk)


def _save(actor: Actor, found: Resolution, kind: EventType, at: datetime) -> Resolution:
    found.save(update_fields=["state", "note", "settled_at", "settled_by"])
    record(
        actor,
        kind,
        at=at,
        subject=found.item.minutes.activity_id,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        reason=found.note,
        data={"resolution": str(found.pk)},
    )
    return found
