"""A member's own activities: what comes next, what was."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from lianxin.activities.models import Activity, Participant
from lianxin.activities.queries.activities import instants_of, named, not_there
from lianxin.kernel.authz import Actor

SHOWN_PAST = 30
SEEN = (Activity.State.ANNOUNCED, Activity.State.HELD, Activity.State.CANCELLED)


def _own(actor: Actor) -> QuerySet[Participant]:
    rows = Participant.objects.filter(activity__state__in=SEEN).select_related("activity")
    return rows.filter(member=actor.member_id) if actor.member_id else rows.none()


def coming(actor: Actor, at: datetime, *, size: int = 50) -> Sequence[Participant]:
    """Activities that are neither over nor marked as held, the next one first. One query."""
    rows = _own(actor).filter(activity__ends_at__gt=at, activity__state=Activity.State.ANNOUNCED)
    return list(rows.order_by("activity__starts_at", "id")[:size])


def past(actor: Actor, at: datetime) -> Sequence[Participant]:
    """Activities that are over or were cancelled, the latest first; no rate and no rank. One query."""
    rows = _own(actor).exclude(activity__ends_at__gt=at, activity__state=Activity.State.ANNOUNCED)
    return list(rows.order_by("-activity__starts_at", "-id")[:SHOWN_PAST])


def own_row(actor: Actor, activity: UUID) -> Participant:
    """The actor's invitation, with the activity. Two queries.

    Raises:
        NotVisible: the actor is not invited, or it is not announced.
    """
    found = _own(actor).filter(activity=activity).first()
    if found is None:
        raise not_there()
    named([found.activity])
    return found


def own_between(member: UUID, since: date, until: date) -> list[Participant]:
    """Invitations of a member from `since` to `until`, both included. One query."""
    first, last = instants_of(since, until)
    rows = Participant.objects.filter(
        member=member,
        activity__state__in=[Activity.State.ANNOUNCED, Activity.State.HELD],
        activity__starts_at__gte=first,
        activity__starts_at__lt=last,
    )
    return list(rows.select_related("activity").order_by("activity__starts_at", "id"))


def next_for(actor: Actor, at: datetime, within: timedelta) -> list[Participant]:
    """The next activities that begin soon or are on. One query."""
    return [one for one in coming(actor, at, size=3) if one.activity.starts_at <= at + within]
