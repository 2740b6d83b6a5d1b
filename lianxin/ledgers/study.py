"""Class hours of a gathering, by the conversion rules of the day. Pure: no database.

Source: domain rules on education (EDU 20, PLAN24 for what is needed; conversion is the unit's own rule, to be
confirmed): a lecture counts by the clock, a theme day at most four hours for half a day, of other meetings only the
points of the agenda that are study or lecture.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from lianxin.kernel.time import SHANGHAI
from lianxin.rules.facade import Overrides, RuleVersion, in_force

LECTURE = "education.conversion.lecture_minutes"
HALF_DAY = "education.conversion.half_day_hours"
FOR_MEMBERS = "organisation_life.training.member_hours"
FOR_COMMITTEES = "organisation_life.training.committee_member_hours"
WHOLLY = frozenset({"party_lecture", "theme_day"})
STUDY_POINTS = frozenset({"study", "lecture"})
NOON = 12
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda: its kind and its planned minutes."""

    kind: str
    minutes: int


def hours_of(
    kinds: Iterable[str],
    starts_at: datetime,
    ends_at: datetime,
    agenda: Iterable[Point],
    overrides: Overrides | None = None,
) -> Decimal:
    """Class hours of one gathering for who was there, in steps of half an hour, rounded down.

    `overrides` are the conversions that organisations set, where the hours are counted.

    1. Minutes that count: all of a lecture or theme day; else the study and lecture points of the agenda, never more
       than the gathering lasted.
    2. Minutes over those of one class hour.
    3. Never more than the hours of half a day for each half day it touches.
    """
    begins, ends = starts_at.astimezone(SHANGHAI), ends_at.astimezone(SHANGHAI)
    day = begins.date()
    lasted = max(0, int((ends - begins) / timedelta(minutes=1)))
    planned = sum(point.minutes for point in agenda if point.kind in STUDY_POINTS)
    minutes = lasted if WHOLLY & set(kinds) else min(planned, lasted)
    halves = Decimal(2 * minutes) / in_force(LECTURE, day, overrides=overrides).number
    most = in_force(HALF_DAY, day, overrides=overrides).number * half_days(begins, ends)
    return min(Decimal(math.floor(halves)) / 2, Decimal(most))


def half_days(begins: datetime, ends: datetime) -> int:
    """How many mornings and afternoons the time touches, at least one."""
    last = ends - timedelta(microseconds=1)
    days = (last.date() - begins.date()).days
    return max(1, 2 * days + int(last.hour >= NOON) - int(begins.hour >= NOON) + 1)


def needed_in(
    year: int, *, on_committee: bool, since: date | None = None, overrides: Overrides | None = None
) -> tuple[int, RuleVersion]:
    """The class hours needed in a year and the rule that says so.

    `since` is the day the person joined or came here: in that year only the months from it on count (own convention,
    to be confirmed): admitted in July leaves six months of twelve. `overrides` are what organisations set.
    """
    rule = in_force(FOR_COMMITTEES if on_committee else FOR_MEMBERS, date(year, 12, 31), overrides=overrides)
    if since is None or since.year < year:
        return rule.number, rule
    left = 0 if since.year > year else MONTHS + 1 - since.month
    return math.ceil(rule.number * left / MONTHS), rule
