"""What the form of a new activity holds before anybody types: the template, and the branch's own habits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from django.db.models import Q, QuerySet

from lianxin.activities.kinds import audience_for
from lianxin.activities.models import Activity, SavedTemplate
from lianxin.activities.plan import Plan, Point
from lianxin.activities.queries.invited import secretary_of
from lianxin.activities.queries.rhythm import Window, next_day
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.time import SHANGHAI, add_months, day_of
from lianxin.organisations.facade import Organisation

FILE = Path(__file__).parent.parent / "templates.yaml"
USUAL_HOUR = time(15, 0)
LATEST_HOUR = 22
MONTHS_A_QUARTER = 3
HABIT, HABIT_MONTHS = 6, 18
"""How many of the former ones, and how many months of them, make the habit of a branch."""
SHOWN = 3
LATELY = timedelta(days=92)
"""So far back lists of what is over are offered to be filled in."""


@cache
def shipped_templates() -> dict[str, dict[str, Any]]:
    """The templates that come with the product, by kind."""
    read: dict[str, dict[str, Any]] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return read


def saved_templates(organisation: Organisation) -> QuerySet[SavedTemplate]:
    """Templates of the organisation and of those above it that the actor's reach shows."""
    paths = [organisation.path, *ancestors(organisation.path)]
    return SavedTemplate.objects.filter(organisation_path__in=paths).order_by("name", "id")


def last_of(organisation: UUID, kind: str) -> Activity | None:
    """The branch's last activity of the kind, whose hour and place are its habit. One query."""
    rows = Activity.objects.filter(organisation=organisation, kinds__contains=[kind])
    return rows.exclude(state=Activity.State.CANCELLED).order_by("-starts_at").first()


def points_of(activity: Activity) -> tuple[Point, ...]:
    """The agenda of an activity. One query."""
    return tuple(Point(one.title, one.kind, one.minutes, one.speaker, one.text) for one in activity.agenda.all())


def titled(pattern: str, day: date) -> str:
    """The title of a template on a day."""
    quarter = (day.month - 1) // MONTHS_A_QUARTER + 1
    return (
        pattern.replace("{year}", str(day.year)).replace("{month}", str(day.month)).replace("{quarter}", str(quarter))
    )


def retitled(title: str, kinds: Sequence[str], first: date, day: date) -> str:
    """The title on another day: one that a template gave for `first` follows the month, any other stays."""
    for kind in kinds:
        pattern = shipped_templates().get(kind, {"title": ""})["title"]
        if title == titled(pattern, first):
            return titled(pattern, day)
    return title


def former_days(organisation: UUID, kind: str, today: date) -> list[date]:
    """The days on which the branch lately held or planned the kind, the latest first. One query."""
    rows = Activity.objects.filter(organisation=organisation, kinds__contains=[kind])
    rows = rows.exclude(state=Activity.State.CANCELLED).filter(
        starts_at__gt=datetime.combine(add_months(today, -HABIT_MONTHS), time(), SHANGHAI)
    )
    return [day_of(one) for one in rows.order_by("-starts_at").values_list("starts_at", flat=True)[:HABIT]]


def over_and_open(organisation: UUID, at: datetime) -> list[Activity]:
    """What was planned, is over and nobody marked as held: its list stands, it need not be recorded anew. One query.

    Of the last three months.
    """
    rows = Activity.objects.filter(
        organisation=organisation,
        state__in=[Activity.State.DRAFT, Activity.State.ANNOUNCED],
        ends_at__lte=at,
        starts_at__gt=at - LATELY,
    )
    return list(rows.order_by("-starts_at")[:SHOWN])


def planned_already(
    organisation: UUID, kinds: list[str], window: Window, today: date, *, group: UUID | None = None
) -> list[Activity]:
    """What of these kinds is planned and not over within the window: asked for twice by mistake. One query.

    Of a meeting of a `group` that of another group is none.
    """
    rows = Activity.objects.filter(
        organisation=organisation,
        kinds__overlap=kinds,
        state__in=[Activity.State.DRAFT, Activity.State.ANNOUNCED],
        starts_at__gte=datetime.combine(window.first(today), time(), SHANGHAI),
    )
    if group is not None:
        rows = rows.filter(group=group)
    last = window.last(today) or add_months(today, 1)
    rows = rows.filter(starts_at__lt=datetime.combine(last + timedelta(days=1), time(), SHANGHAI))
    return list(rows.order_by("starts_at", "id")[:SHOWN])


def hour_on(day: date, hour: time, at: datetime | None) -> time:
    """The usual hour; on this very day, once that is over, the next full hour before the evening ends."""
    if at is None or datetime.combine(day, hour, SHANGHAI) > at:
        return hour
    later = (at.astimezone(SHANGHAI) + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    return later.time() if later.date() == day and later.hour < LATEST_HOUR else hour


def prefilled(
    organisation: Organisation,
    kinds: list[str],
    *,
    today: date,
    on: date | None = None,
    window: Window | None = None,
    template: SavedTemplate | None = None,
    group: UUID | None = None,
    at: datetime | None = None,
) -> Plan:
    """A plan to begin with: agenda from the template, hour and place from the last one, the secretary in the chair.

    The day is `on`, else the usual one within `window`, and never one that is past. Of a group's meeting `group` is the
    one it is for, else that of the last one.
    """
    kind = kinds[0]
    last = last_of(organisation.pk, kind)
    shipped = shipped_templates().get(kind, shipped_templates()["other"])
    day = on or next_day(former_days(organisation.pk, kind, today), today, window)
    hour = last.starts_at.astimezone(SHANGHAI).time() if last else USUAL_HOUR
    begins = datetime.combine(day, hour_on(day, hour, at), SHANGHAI)
    if template is not None:
        length, pattern = template.minutes, template.title
        agenda = tuple(Point(**one) for one in template.agenda)
    else:
        length, pattern = shipped["minutes"], shipped["title"]
        agenda = tuple(Point(**one) for one in shipped["agenda"])
        for other in kinds[1:]:  # one gathering that serves two purposes does both agendas, each point once
            held = {point.title for point in agenda}
            more = shipped_templates().get(other, shipped_templates()["other"])["agenda"]
            agenda += tuple(Point(**one) for one in more if one["title"] not in held)
    audience = audience_for(kinds)
    chair = secretary_of(organisation.pk, day)
    return Plan(
        kinds=kinds,
        title=titled(pattern, day),
        starts_at=begins,
        ends_at=begins + timedelta(minutes=length),
        place=last.place if last else "",
        room=last.room_id if last else None,
        online_link=last.online_link if last else "",
        chair=chair.pk if chair else None,
        recorder=last.recorder_id if last else None,
        late_after=last.late_after if last else 10,
        audience=audience,
        group=(group or (last.group_id if last else None)) if audience == Activity.Audience.GROUP else None,
        agenda=agenda,
    )


def plan_of(activity: Activity) -> Plan:
    """An activity as a plan: for editing, and to copy from. Two queries."""
    return Plan(
        kinds=list(activity.kinds),
        title=activity.title,
        starts_at=activity.starts_at,
        ends_at=activity.ends_at,
        place=activity.place,
        room=activity.room_id,
        online_link=activity.online_link,
        chair=activity.chair_id,
        recorder=activity.recorder_id,
        late_after=activity.late_after,
        audience=activity.audience,
        group=activity.group_id,
        alliance=activity.alliance_id,
        parties=tuple(
            activity.parties.filter(Q(is_host=False)).order_by("id").values_list("organisation_id", flat=True)
        ),
        agenda=points_of(activity),
    )


def copied(activity: Activity, *, today: date) -> Plan:
    """An old activity as the plan of a new one, on the day it would be held by habit, titled as of that day."""
    plan = plan_of(activity)
    former = former_days(activity.organisation_id, activity.kinds[0], today) or [day_of(activity.starts_at)]
    day = next_day(former, today)
    begins = datetime.combine(day, plan.starts_at.astimezone(SHANGHAI).time(), SHANGHAI)
    title = retitled(plan.title, plan.kinds, day_of(plan.starts_at), day)
    return replace(plan, title=title, starts_at=begins, ends_at=begins + (plan.ends_at - plan.starts_at))
