"""What is due for deletion: the dry run. It reads and writes nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db.models import Min, QuerySet

from lianxin.kernel.retention.periods import Period, beginning_of, period_of
from lianxin.kernel.retention.types import Fate, RecordType, record_types
from lianxin.kernel.time import day_of

MOST_COUNTED = 100_000
"""Counting goes no further; “100,000 or more” is enough to decide."""


@dataclass(frozen=True, slots=True)
class Due:
    """One type in the dry run. `kept_from` is the oldest day still kept; `count` are the rows older than it.

    `count` is at most MOST_COUNTED. `oldest` is the day of the oldest row that has a day; None where there is none.
    """

    type: RecordType
    period: Period | None
    kept_from: date | None
    count: int
    oldest: date | None

    @property
    def is_deleted(self) -> bool:
        """Whether a run deletes what is due."""
        return self.type.fate is Fate.DELETE

    @property
    def is_counted_out(self) -> bool:
        """Whether there are more rows than were counted."""
        return self.count >= MOST_COUNTED


def plan(*, at: datetime) -> list[Due]:
    """What is due of every type at the instant: count and oldest. Two queries a type.

    Raises:
        PeriodTooShort: a setting asks for less than the law allows.
    """
    return [due_of(one, at=at) for one in record_types()]


def due_of(one: RecordType, *, at: datetime) -> Due:
    """What is due of one type. Two queries at most.

    Raises:
        PeriodTooShort: the setting asks for less than the law allows.
    """
    if not one.since:
        return Due(one, None, None, 0, None)
    oldest = _as_day(one.rows().aggregate(oldest=Min(one.since))["oldest"])
    period = period_for(one, on=day_of(at))
    if period is None:
        return Due(one, None, None, 0, oldest)
    kept_from = period.kept_from(day_of(at))
    count = rows_before(one, kept_from).order_by()[:MOST_COUNTED].count()
    return Due(one, period, kept_from, count, oldest)


def period_for(one: RecordType, *, on: date) -> Period | None:
    """The period of a type on a day; None where it is kept without end.

    Raises:
        PeriodTooShort: the setting asks for less than the law allows.
    """
    own: dict[str, int] = settings.RETENTION_PERIODS
    return period_of(one.rule, on, own.get(one.rule)) if one.rule else None


def rows_before(one: RecordType, day: date) -> QuerySet[Any]:
    """The rows whose time began before the day."""
    return one.rows().filter(**{f"{one.since}__lt": day if one.is_day else beginning_of(day)})


def _as_day(value: date | datetime | None) -> date | None:
    return day_of(value) if isinstance(value, datetime) else value


def check_settings(*, at: datetime) -> Sequence[str]:
    """What is wrong with the installation's own periods: names that are no rule of a record type."""
    known = {one.rule for one in record_types() if one.rule}
    return [
        f"LIANXIN_RETENTION names {name}, which is no period of a record type. Known are: {', '.join(sorted(known))}."
        for name in settings.RETENTION_PERIODS
        if name not in known
    ] + [problem for one in record_types() if (problem := _problem(one, at))]


def _problem(one: RecordType, at: datetime) -> str:
    try:
        period_for(one, on=day_of(at))
    except ValueError as error:
        return str(error)
    return ""
