"""Periods for which records are kept, and from which day a record may be deleted.

The numbers are dated rules. The rules stand above the kernel, so their module hands in how a number is found.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import SHANGHAI, add_months


class PeriodTooShort(ValueError):  # noqa: N818 - the name says it as in a sentence
    """The setting asks for a period that the law or the rule does not allow. The text says which and what to write."""


@dataclass(frozen=True, slots=True)
class Period:
    """How long: so many months or days, in whose words, by which source, and how surely it is so."""

    rule: str
    number: int
    unit: Literal["months", "days"]
    shown: Sentence
    source: Sentence
    is_certain: bool
    is_local: bool = False

    def first_day_to_delete(self, day: date) -> date:
        """The first day on which a record of `day` may be deleted. Months are calendar months, clamped to their end."""
        return add_months(day, self.number) if self.unit == "months" else day + timedelta(days=self.number)

    def kept_from(self, today: date) -> date:
        """The oldest day whose records are still kept: those of earlier days may be deleted today."""
        if self.unit == "days":
            return today - timedelta(days=self.number - 1)
        day = add_months(today, -self.number)
        while self.first_day_to_delete(day) <= today:  # at a month's end several days fall due together
            day += timedelta(days=1)
        return day


Finder = Callable[[str, date, int | None], Period]
_finder: Finder | None = None


def periods_come_from(finder: Finder) -> None:
    """Register how a rule becomes a period: rule id, day, the installation's own number if it has one."""
    global _finder  # noqa: PLW0603 - one registration at start-up
    _finder = finder


def period_of(rule: str, on: date, local: int | None = None) -> Period:
    """The period of a rule on a day, or the installation's own number where the rule allows it.

    Raises:
        PeriodTooShort: the own number lies outside what the rule allows.
    """
    if _finder is None:
        raise RuntimeError("No module has registered how long records are kept.")
    return _finder(rule, on, local)


def beginning_of(day: date) -> datetime:
    """The first instant of a calendar day in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI)
