"""What minutes and resolutions show on other pages: the activity's, the two home pages, the calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.activities.models import Activity, Minutes, Resolution
from lianxin.activities.permissions import MINUTES_VIEW, SETTLE
from lianxin.activities.queries.minutes import has_minutes, is_officer, may_confirm, may_write
from lianxin.activities.queries.resolution import (
    late_within,
    own_resolutions,
    resolutions_before,
    resolutions_due,
    resolutions_due_of,
)
from lianxin.duties.facade import ALL_SHOWN, CalendarSource, Entry
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.time import today


@dataclass(frozen=True, slots=True)
class MinutesPanel:
    """The state of an activity's minutes, and the resolutions the meeting opens with."""

    minutes: Minutes | None
    before: list[Resolution]
    url: str
    confirm_url: str
    hall_url: str
    may_begin: bool


@dataclass(frozen=True, slots=True)
class TasksPanel:
    """Resolutions somebody sees to, and those of the organisation that are overdue."""

    own: list[tuple[Resolution, str]]
    late: list[tuple[Resolution, str]]
    all_url: str


def on_activity(actor: Actor, *, activity: Activity) -> MinutesPanel | None:
    """The minutes on the page of their activity at the desk. Four queries."""
    if activity.state in {Activity.State.DRAFT, Activity.State.CANCELLED}:
        return None
    if not (actor.may(MINUTES_VIEW, activity.organisation_path) or is_officer(actor, activity)):
        return None
    minutes = has_minutes(activity)
    waits = minutes is not None and not minutes.is_confirmed and may_confirm(actor, activity)
    return MinutesPanel(
        minutes=minutes,
        before=resolutions_before(activity) if minutes is None or not minutes.is_confirmed else [],
        url=reverse("activities:minutes", args=[activity.pk]),
        confirm_url=reverse("activities:minutes_confirm", args=[activity.pk]) if waits else "",
        hall_url=reverse("activities:minutes_hall", args=[activity.pk]),
        may_begin=may_write(actor, activity),
    )


def on_own_activity(actor: Actor, *, activity: Activity) -> MinutesPanel | None:
    """The minutes on the page of an activity in the portal: to write for chair and recorder, to read once confirmed."""
    if activity.state in {Activity.State.DRAFT, Activity.State.CANCELLED}:
        return None
    minutes, writes = has_minutes(activity), is_officer(actor, activity)
    before: list[Resolution] = []
    if writes and (minutes is None or not minutes.is_confirmed):
        with acting(Actor.system("resolutions a meeting opens with")):
            before = resolutions_before(activity)
    if minutes is None and not writes:
        return None  # the agenda for the projector is for who runs the meeting
    waits = minutes is not None and not minutes.is_confirmed and may_confirm(actor, activity)
    return MinutesPanel(
        minutes=minutes,
        before=before,
        url=reverse("own_activities:minutes", args=[activity.pk]),
        confirm_url=reverse("own_activities:minutes_confirm", args=[activity.pk]) if waits and writes else "",
        hall_url=reverse("own_activities:minutes_hall", args=[activity.pk]) if writes else "",
        may_begin=writes,
    )


def at_the_desk(actor: Actor) -> TasksPanel | None:
    """Tasks from resolutions on the home page of the workbench. At most two queries."""
    late = late_within(actor, today()) if actor.may_somewhere(SETTLE) else []
    return _tasks(own_resolutions(actor), late, "activities:minutes_settle", reverse("activities:resolutions"))


def in_the_portal(actor: Actor) -> TasksPanel | None:
    """One's tasks from resolutions on the home page of the portal. One query."""
    return _tasks(own_resolutions(actor), [], "own_activities:minutes_settle", "")


def _tasks(own: list[Resolution], late: list[Resolution], name: str, all_url: str) -> TasksPanel | None:
    if not own and not late:
        return None
    return TasksPanel(
        own=[(one, reverse(name, args=[one.pk])) for one in own],
        late=[(one, reverse(name, args=[one.pk])) for one in late],
        all_url=all_url,
    )


def _entries(rows: Sequence[Resolution], name: str) -> list[Entry]:
    return [
        Entry(
            on=one.due_on,
            label=one.text,
            why=_("resolved by the meeting"),
            url=reverse(name, args=[one.pk]),
            state="late" if one.is_over else "due",
            organisation=one.organisation_id,
        )
        for one in rows
    ]


def _of_organisations(_actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Entry]:
    return _entries(resolutions_due(organisations, since, until), "activities:minutes_settle")


def _of_member(_actor: Actor, member: UUID, since: date, until: date) -> list[Entry]:
    return _entries(resolutions_due_of(member, since, until), "own_activities:minutes_settle")


CALENDAR = CalendarSource(
    "activities.resolutions", _("resolutions"), _of_organisations, _of_member, names_persons=True, at_home=ALL_SHOWN
)
