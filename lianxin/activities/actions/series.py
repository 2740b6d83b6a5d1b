"""Series: the theme day of every month, the meeting of every quarter. Each turn is an activity of its own."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.announcing import cancel
from lianxin.activities.actions.checking import SERIES_YEARS, check_day
from lianxin.activities.actions.locking import OPEN, check_version, locked_activity
from lianxin.activities.actions.planning import change_locked, plan
from lianxin.activities.events import SERIES_PLANNED
from lianxin.activities.models import Activity, Series
from lianxin.activities.permissions import PLAN
from lianxin.activities.plan import Plan
from lianxin.activities.queries.prefilling import plan_of, retitled
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.time import SHANGHAI, add_months, add_years, day_of
from lianxin.organisations.facade import organisation_for

RHYTHMS = (1, 2, 3, 6, 12)
MOST_TURNS = 36
Which = Literal["one", "following", "all"]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many months on the same day, clamped to month ends, up to and including `until`."""

    every_months: int
    until: date


def turns(first: date, rhythm: Rhythm) -> list[date]:
    """The days of a series, counted from its first day so that the 31st comes back after a short month."""
    found, number = [first], 1
    while (day := add_months(first, number * rhythm.every_months)) <= rhythm.until:
        found.append(day)
        number += 1
    return found


def moved(planned: Plan, first: date, day: date) -> Plan:
    """The plan of a turn: same hours on another day; a title from a template follows the month."""
    shift = timedelta(days=(day - first).days)
    title = retitled(planned.title, planned.kinds, first, day)
    begins = datetime.combine(day, planned.starts_at.astimezone(SHANGHAI).time(), SHANGHAI)
    return (
        replace(planned, title=title, starts_at=begins, ends_at=begins + (planned.ends_at - planned.starts_at))
        if shift
        else planned
    )


@transaction.atomic
def plan_series(actor: Actor, *, organisation: UUID, planned: Plan, rhythm: Rhythm, at: datetime) -> list[Activity]:
    """Plan every turn of a series as drafts; a room that is taken on one day refuses the whole, naming the day.

    Raises:
        NotVisible, NotPermitted, InvalidInput: as `plan`; a rhythm that is none, or more than 36 turns.
    """
    place = organisation_for(actor, organisation, PLAN)
    first = day_of(planned.starts_at)
    check_day(place, first, at=at)
    wrong = {}
    if rhythm.every_months not in RHYTHMS:
        wrong["every_months"] = _("Choose every month, 2, 3, 6 or 12 months.")
    elif rhythm.until < add_months(first, rhythm.every_months):
        wrong["until"] = _("The series ends before its second turn. Choose a later day.")
    elif rhythm.until > add_years(first, SERIES_YEARS) or len(turns(first, rhythm)) > MOST_TURNS:
        wrong["until"] = _("A series has at most 36 turns in three years.")
    if wrong:
        raise InvalidInput(wrong)
    series = Series.objects.create(
        organisation=place,
        organisation_path=place.path,
        every_months=rhythm.every_months,
        first_on=first,
        until=rhythm.until,
        created_at=at,
    )
    made = [
        plan(actor, organisation=organisation, planned=moved(planned, first, day), at=at, series=series.pk, turn=day)
        for day in turns(first, rhythm)
    ]
    record(
        actor,
        SERIES_PLANNED,
        at=at,
        subject=series.pk,
        organisation=place.pk,
        organisation_path=place.path,
        data={"title": planned.title, "every_months": rhythm.every_months, "turns": len(made)},
    )
    return made


@transaction.atomic
def change_turns(
    actor: Actor, *, activity: UUID, planned: Plan, which: Which, version: int | None = None, at: datetime
) -> int:
    """Change one turn, this and the following, or all that have not begun yet; how many changed.

    Hours, place, agenda and people are carried over to the others; the day moves for this turn alone.

    Raises:
        NotVisible, NotPermitted, Conflict, Changed, InvalidInput: as `change`.
    """
    found = locked_activity(actor, activity, PLAN)
    check_version(found, version)
    others = _others(found, which, at)
    change_locked(actor, found, planned, at=at)
    for other in others:
        held = plan_of(other)
        day = day_of(other.starts_at)
        begins = datetime.combine(day, planned.starts_at.astimezone(SHANGHAI).time(), SHANGHAI)
        change_locked(
            actor,
            other,
            replace(
                planned,
                title=held.title,
                starts_at=begins,
                ends_at=begins + (planned.ends_at - planned.starts_at),
            ),
            at=at,
        )
    return 1 + len(others)


@transaction.atomic
def cancel_turns(actor: Actor, *, activity: UUID, which: Which, reason: str, at: datetime) -> int:
    """Cancel one turn, this and the following, or all that have not begun yet; how many.

    Raises:
        NotVisible, NotPermitted, Conflict, InvalidInput: as `cancel`.
    """
    found = locked_activity(actor, activity, PLAN)
    others = _others(found, which, at)
    for one in (found, *others):
        cancel(actor, activity=one.pk, reason=reason, at=at)
    return 1 + len(others)


def _others(found: Activity, which: Which, at: datetime) -> list[Activity]:
    """The other turns that are meant, locked in the order of their days.

    Never one that has begun: it took place, though nobody marked it as held yet.
    """
    if found.series_id is None or which == "one":
        return []
    rows = Activity.objects.select_for_update(no_key=True).filter(
        series=found.series_id, state__in=OPEN, starts_at__gt=at
    )
    if which == "following":
        rows = rows.filter(series_on__gt=found.series_on)
    return list(rows.exclude(pk=found.pk).order_by("series_on"))
