"""On which day an activity would be held by habit. Pure: days in, a day out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median_low

from lianxin.kernel.time import add_months

SOON = 3
"""Days from today where nothing is known: time enough to answer an invitation."""
DAYS_OF_WEEK = 7
MONTHS_OF_YEAR = 12
FEWEST = 2
"""So many former ones make a habit; one alone is kept to by its day of the month."""


@dataclass(frozen=True, slots=True)
class Window:
    """The period in which something is due; either end may be open. Both days are in it."""

    since: date | None = None
    until: date | None = None

    def first(self, today: date) -> date:
        """The first day that can still be planned for."""
        return max(self.since, today) if self.since else today

    def last(self, today: date) -> date | None:
        """The last day; None where the period is open or over, for then any day to come is as good."""
        return self.until if self.until is not None and self.until >= self.first(today) else None


def nth_of_month(day: date) -> tuple[int, int]:
    """Which weekday of its month a day is: (2, 4) is the second Friday."""
    return (day.day - 1) // DAYS_OF_WEEK + 1, day.weekday()


def months_between(held: Sequence[date], window: Window) -> int:
    """The usual distance of former ones in months, at least one; of one alone, the length of the window.

    `held` has the latest first.
    """
    gaps = [_months_from(earlier, later) for later, earlier in pairwise(held)]
    if gaps:
        return max(1, median_low(gaps))
    return _months_from(window.since, window.until) + 1 if window.since and window.until else 1


def _months_from(earlier: date, later: date) -> int:
    return (later.year - earlier.year) * MONTHS_OF_YEAR + later.month - earlier.month


def _in_month(first: date, held: Sequence[date]) -> date:
    """The day of a month that fits the former ones: a fixed weekday if they kept to one, else their day."""
    weekdays = {nth_of_month(one) for one in held}
    days = {one.day for one in held}
    if len(held) >= FEWEST and len(weekdays) == 1 and len(days) > 1:
        nth, weekday = next(iter(weekdays))
        return first + timedelta(days=(weekday - first.weekday()) % DAYS_OF_WEEK + (nth - 1) * DAYS_OF_WEEK)
    day = held[0].day if len(held) < FEWEST else median_low(one.day for one in held)
    return min(first + timedelta(days=day - 1), add_months(first, 1) - timedelta(days=1))


def next_day(former: Iterable[date], today: date, window: Window | None = None) -> date:
    """The day to propose: never one that is past, and inside the window as long as that is not over.

    1. The month is that of the last one and the usual distance, where the window has it; else the first that is left.
    2. In it the usual day: a fixed weekday (the second Friday) or day of the month; where that is over, a month later.
    3. Where nothing was held before, or no usual day is left, in a few days, at the latest on the window's last day.
    """
    held = sorted(set(former), reverse=True)
    window = window or Window()
    first, last = window.first(today), window.last(today)
    if held:
        month = max(first.replace(day=1), add_months(held[0].replace(day=1), months_between(held, window)))
        if last is not None and month > last:
            month = first.replace(day=1)
        for begin in (month, add_months(month, 1)):
            day = _in_month(begin, held)
            if first <= day and (last is None or day <= last):
                return day
    soon = max(first, today + timedelta(days=SOON))
    return min(soon, last) if last is not None else soon
