"""Replies to an invitation: coming, asking for leave, leave for somebody else, the decision on it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities import messages
from lianxin.activities.actions.locking import check_minutes_open, require_staff, wrong_state
from lianxin.activities.actions.telling import tell, tell_staff, when_and_where
from lianxin.activities.events import LEAVE_DECIDED, LEAVE_ENTERED, REPLIED
from lianxin.activities.models import Activity, Participant
from lianxin.activities.permissions import ATTEND, OWN_REPLY
from lianxin.activities.queries.activities import not_there
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.messaging.facade import settle

LONGEST_REASON, LONGEST_NAME = 200, 80
Reply = Participant.Reply


def _locked(participant: UUID) -> Participant:
    rows = Participant.objects.select_for_update(of=("self",), no_key=True).select_related("activity")
    found = rows.filter(pk=participant).first()
    if found is None:
        raise not_there()
    return found


def _still_open(found: Participant, at: datetime) -> None:
    if found.activity.state != Activity.State.ANNOUNCED:
        raise Conflict(wrong_state(found.activity))
    if found.came:
        raise Conflict(_("%(name)s has signed in already.") % {"name": found.name})
    if found.activity.ends_at <= at:
        raise Conflict(_("It is over. Ask the secretary to correct the attendance."))


def _leave_open(found: Participant) -> None:
    """Let staff decide on leave and enter it while it is announced, whatever the hour, and then until it is recorded.

    Raises:
        Conflict: it is a draft or cancelled, its minutes are confirmed, or the person came.
    """
    if found.activity.state not in {Activity.State.ANNOUNCED, Activity.State.HELD}:
        raise Conflict(wrong_state(found.activity))
    if found.activity.state == Activity.State.HELD:
        check_minutes_open(found.activity_id)
    if found.came:
        raise Conflict(_("%(name)s has signed in already.") % {"name": found.name})


@transaction.atomic
def reply(actor: Actor, *, activity: UUID, coming: bool, reason: str = "", at: datetime) -> Participant:
    """The actor's own reply: coming, or asking for leave with a reason. It can be changed until the activity ends.

    Raises:
        NotVisible: the actor is not invited.
        InvalidInput: leave without a reason.
        Conflict: it is not announced, over, or the actor has signed in.
    """
    if actor.member_id is None or (actor.only is not None and OWN_REPLY not in actor.only):
        raise not_there()
    key = Participant.objects.filter(activity=activity, member=actor.member_id).values_list("pk", flat=True).first()
    if key is None:
        raise not_there()
    found = _locked(key)
    _still_open(found, at)
    before = found.reply
    said = reason.strip()[:LONGEST_REASON]
    if not coming and not said:
        raise InvalidInput({"reason": _("Say in a word why you cannot come, for example: on a business trip.")})
    found.reply = Reply.COMING if coming else Reply.LEAVE_ASKED
    found.leave_reason = "" if coming else said
    found.leave_by, found.proxy_by, found.proxy_for, found.replied_at = None, None, "", at
    found.save(update_fields=["reply", "leave_reason", "leave_by", "proxy_by", "proxy_for", "replied_at"])
    _record(actor, REPLIED, found, before, at=at)
    settle(actor, subject=found.activity_id, at=at)
    if not coming:
        tell_staff(
            actor,
            messages.LEAVE,
            found.activity,
            [found.activity.organisation_id],
            title=_("%(name)s asks for leave") % {"name": found.name},
            text=f"{found.activity.title} · {when_and_where(found.activity)} · {said}",
            at=at,
        )
    return found


@transaction.atomic
def enter_leave(actor: Actor, *, participant: UUID, reason: str, told_by: str = "", at: datetime) -> Participant:
    """Leave entered by staff for somebody who asked by telephone or whose family told; it is given at once.

    Also afterwards, until the minutes are confirmed: whoever was away with leave is not absent.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission there, or one's own leave.
        InvalidInput: no reason.
        Conflict: it is not announced, its minutes are confirmed, or the person has signed in.
    """
    found = _locked(participant)
    _require_decider(actor, found)
    _leave_open(found)
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise InvalidInput({"reason": _("Say why the person cannot come.")})
    before = found.reply
    found.reply, found.leave_reason, found.replied_at = Reply.LEAVE_GIVEN, said, at
    found.leave_by_id = found.proxy_by_id = actor.account_id
    found.proxy_for = told_by.strip()[:LONGEST_NAME]
    found.save(update_fields=["reply", "leave_reason", "leave_by", "proxy_by", "proxy_for", "replied_at"])
    _record(actor, LEAVE_ENTERED, found, before, at=at, told_by=found.proxy_for)
    return found


@transaction.atomic
def decide_leave(actor: Actor, *, participant: UUID, give: bool, at: datetime) -> Participant:
    """Give the leave that a member asked for, or not; the member is told.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own leave.
        Conflict: no leave is asked for, or it is too late, as with `enter_leave`.
    """
    found = _locked(participant)
    _require_decider(actor, found)
    if found.reply != Reply.LEAVE_ASKED:
        raise Conflict(_("%(name)s does not ask for leave (any more).") % {"name": found.name})
    _leave_open(found)
    before = found.reply
    found.reply = Reply.LEAVE_GIVEN if give else Reply.DECLINED
    found.leave_by_id = actor.account_id
    found.save(update_fields=["reply", "leave_by"])
    _record(actor, LEAVE_DECIDED, found, before, at=at)
    answer = _("Leave is given: %(title)s") if give else _("Leave is not given: %(title)s")
    tell(
        actor,
        messages.LEAVE,
        found.activity,
        [found.member_id],
        title=answer % {"title": found.activity.title},
        text=when_and_where(found.activity),
        at=at,
    )
    return found


def _require_decider(actor: Actor, found: Participant) -> None:
    if found.member_id == actor.member_id and actor.member_id is not None:
        raise NotPermitted(_("Nobody decides on their own leave. Ask the deputy secretary or the committee above."))
    require_staff(actor, ATTEND, found)


def _record(actor: Actor, kind: EventType, found: Participant, before: str, *, at: datetime, told_by: str = "") -> None:
    """The reason stays with the participant, where it can be deleted: it may be about health."""
    record(
        actor,
        kind,
        at=at,
        subject=found.activity_id,
        organisation=found.activity.organisation_id,
        organisation_path=found.organisation_path,
        changes={"reply": (before, found.reply)},
        data={"participant": str(found.pk), "name": found.name, **({"told_by": told_by} if told_by else {})},
    )
