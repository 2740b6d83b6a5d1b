"""Announcing an activity, which sends the invitations; cancelling it with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities import messages
from lianxin.activities.actions.booking import book_for
from lianxin.activities.actions.list_of_the_day import bring_up_to_date, record_difference
from lianxin.activities.actions.locking import OPEN, State, locked_activity
from lianxin.activities.actions.telling import invited_members, tell, tell_invited, tell_joined, when_and_where
from lianxin.activities.events import ANNOUNCED, CANCELLED
from lianxin.activities.models import Activity, Participant
from lianxin.activities.permissions import PLAN
from lianxin.activities.queries.evidence import CAME
from lianxin.activities.queries.prefilling import LATELY
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.events.record import record
from lianxin.messaging.facade import settle_for_all

LONGEST_REASON = 500


@transaction.atomic
def announce(actor: Actor, *, activity: UUID, at: datetime) -> Activity:
    """Announce a draft: its list is brought up to date, and everybody gets the invitation.

    Of one whose time is over nobody is invited any more: its list opens, so that who came is ticked there.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it is no draft, nobody is invited, or it is over for more than three months.
    """
    found = locked_activity(actor, activity, PLAN, states={State.DRAFT})
    if found.ends_at <= at - LATELY:
        raise Conflict(_("It is over for more than three months. Record it as held offline, or change the time first."))
    record_difference(actor, found, bring_up_to_date(found, adds=True), at=at)
    people = invited_members(found)
    if not people:
        raise Conflict(_("Nobody is invited yet. Choose who is invited, then announce it."))
    found.state, found.announced_at = State.ANNOUNCED, at
    found.save(update_fields=["state", "announced_at"])
    if found.ends_at > at:
        tell_invited(actor, found, people, at=at, key=f"activities.invited:{found.pk}")
    tell_joined(actor, found, [one.organisation_id for one in found.parties.all() if not one.is_host], at=at)
    record(
        actor,
        ANNOUNCED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"invited": len(people)},
    )
    return found


@transaction.atomic
def cancel(actor: Actor, *, activity: UUID, reason: str, at: datetime) -> Activity:
    """Cancel an activity that was not held; its room is free again and everybody invited is told why.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no reason.
        Conflict: it was held or cancelled before, or somebody is marked as having come.
    """
    found = locked_activity(actor, activity, PLAN, states=OPEN)
    if Participant.objects.filter(activity=found.pk, attendance__in=CAME).exists():
        raise Conflict(
            _(
                "Somebody is marked as having come. Mark it as held; or, if it did not take place, take the marks back "
                "under “Attendance” first."
            )
        )
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise InvalidInput({"reason": _("Say why it is cancelled; those invited read it.")})
    was_announced = found.state == State.ANNOUNCED
    found.state, found.cancelled_at, found.cancel_reason = State.CANCELLED, at, said
    found.save(update_fields=["state", "cancelled_at", "cancel_reason"])
    book_for(actor, found, at=at)
    settle_for_all(messages.INVITED, subject=found.pk, at=at)
    record(
        actor,
        CANCELLED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        reason=said,
    )
    if was_announced:
        tell(
            actor,
            messages.CHANGED,
            found,
            invited_members(found),
            title=_("Cancelled: %(title)s") % {"title": found.title},
            text=_("%(when)s is cancelled: %(why)s") % {"when": when_and_where(found), "why": said},
            at=at,
        )
    return found
