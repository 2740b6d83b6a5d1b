"""What organisation life shows on other pages, and in calendars."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.activities.kinds import names_of
from lianxin.activities.models import Activity, Participant
from lianxin.activities.permissions import PLAN, STAFF, VIEW
from lianxin.activities.queries.activities import activities_between, activities_within
from lianxin.activities.queries.own import next_for, own_between
from lianxin.duties.facade import CalendarSource, Entry
from lianxin.kernel.authz import Actor
from lianxin.kernel.time import day_of, now

SHOWN = 6
WEEK = timedelta(days=7)
LATELY = timedelta(days=14)
STATES = {Activity.State.HELD: "ok", Activity.State.ANNOUNCED: "due"}


@dataclass(frozen=True, slots=True)
class AtHome:
    """Activities that are on or come within a week, those over that nobody marked as held, and later ones with leave.

    The number beside an activity is how many ask for leave and wait for the decision.
    """

    coming: list[tuple[Activity, int]]
    to_close: list[tuple[Activity, int]]
    later: list[tuple[Activity, int]]


class Next(NamedTuple):
    """A member's next activities."""

    rows: list[Participant]


def at_the_desk(actor: Actor) -> AtHome | None:
    """Today's and this week's activities of the organisations whose role one holds, not of those below. Five queries.

    A secretary sees the branch's, the clerk of a committee the committee's own.
    """
    own = {reach.path for reach in actor.reaches_for(PLAN) if reach.role in STAFF}
    if not own:
        return None
    at = now()
    rows = activities_within(actor).filter(organisation_path__in=own)
    open_rows = rows.filter(state__in=[Activity.State.DRAFT, Activity.State.ANNOUNCED])
    coming = list(open_rows.filter(ends_at__gt=at, starts_at__lt=at + WEEK).order_by("starts_at", "id")[:SHOWN])
    announced = rows.filter(state=Activity.State.ANNOUNCED)
    over = announced.filter(ends_at__lte=at, ends_at__gt=at - LATELY)
    to_close = list(over.order_by("starts_at", "id")[:SHOWN])
    waiting = _leave_asked(own, at)
    shown = {one.pk for one in (*coming, *to_close)}
    others = [key for key in waiting if key not in shown]
    later = list(announced.filter(pk__in=others).order_by("starts_at", "id")[:SHOWN]) if others else []
    if not (coming or to_close or later):
        return None
    return AtHome(
        [(one, waiting.get(one.pk, 0)) for one in coming],
        [(one, waiting.get(one.pk, 0)) for one in to_close],
        [(one, waiting[one.pk]) for one in later],
    )


def _leave_asked(places: Iterable[str], at: datetime) -> dict[UUID, int]:
    """How many ask for leave from what is not marked as held, by activity. One query."""
    rows = Participant.objects.filter(
        organisation_path__in=list(places),
        reply=Participant.Reply.LEAVE_ASKED,
        attendance=Participant.Attendance.UNKNOWN,
        activity__state=Activity.State.ANNOUNCED,
        activity__ends_at__gt=at - LATELY,
    )
    return dict(rows.order_by().values_list("activity").annotate(number=Count("id")))


def in_the_portal(actor: Actor) -> Next | None:
    """The member's next activities. One query, or none for who has no record."""
    if actor.member_id is None:
        return None
    rows = next_for(actor, now(), WEEK)
    return Next(rows) if rows else None


def _why(activity: Activity) -> str:
    return "、".join(str(name) for name in names_of(activity.kinds))


def _of_organisations(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Entry]:
    if not actor.may_somewhere(VIEW):
        return []
    return [
        Entry(
            on=day_of(one.starts_at),
            label=one.title,
            why=_why(one),
            url=one.get_absolute_url(),
            state=STATES.get(Activity.State(one.state), ""),
            organisation=one.organisation_id,
        )
        for one in activities_between(actor, organisations, since, until)
    ]


def _of_member(_actor: Actor, member: UUID, since: date, until: date) -> list[Entry]:
    return [
        Entry(
            on=day_of(row.activity.starts_at),
            label=row.activity.title,
            why=_why(row.activity),
            url=reverse("own_activities:detail", args=[row.activity_id]),
            state="ok" if row.came else "due" if row.activity.state == Activity.State.ANNOUNCED else "",
        )
        for row in own_between(member, since, until)
    ]


CALENDAR = CalendarSource("activities.activities", _("activities"), _of_organisations, _of_member, at_home=WEEK.days)
