"""Periods in which something is due, and days that come every year. Pure functions."""

from __future__ import annotations

import datetime as dt
from calendar import isleap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lianxin.kernel.time import add_months, completed_years
from lianxin.rules.book import MONTHS_PER_YEAR, current, in_force_or_none

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lianxin.rules.book import RuleVersion

MEDAL_MONTH, MEDAL_DAY = 7, 1
LEAP_MONTH, LEAP_DAY = 2, 29


@dataclass(frozen=True, slots=True, order=True)
class Block:
    """A period of whole months within one year; both days belong to it."""

    start: dt.date
    end: dt.date

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True, slots=True)
class PeriodVerdict:
    """Whether one period saw a valid meeting, and the first day on which."""

    block: Block
    met_on: dt.date | None

    @property
    def is_met(self) -> bool:
        """Whether a meeting lies in the period."""
        return self.met_on is not None


def blocks(interval_months: int, year: int) -> tuple[Block, ...]:
    """Divide a year into 12/n periods of n months, in order.

    Source: domain rules on organisation life, period test. Raises ValueError where n does not divide the year.
    """
    if interval_months < 1 or MONTHS_PER_YEAR % interval_months:
        raise ValueError(f"A year cannot be divided into equal periods of {interval_months} months.")
    starts = [dt.date(year, month, 1) for month in range(1, MONTHS_PER_YEAR + 1, interval_months)]
    return tuple(Block(start, add_months(start, interval_months) - dt.timedelta(days=1)) for start in starts)


def period_verdicts(interval_months: int, year: int, held: Iterable[dt.date]) -> tuple[PeriodVerdict, ...]:
    """Return for each period of the year whether one of the days held lies in it, and the first that does.

    Example: every 3 months in 2026, held on 10 February, 30 March, 1 August and 31 December: yes, no, yes, yes.
    """
    days = sorted(held)
    return tuple(
        PeriodVerdict(block, next((day for day in days if day in block), None))
        for block in blocks(interval_months, year)
    )


def is_owed(block: Block, *, founded_on: dt.date | None, registered_on: dt.date) -> bool:
    """Return whether an organisation owes a period: it existed on the first day, was entered by the last.

    So an organisation entered in November does not owe nine months that nobody could record; a founding day that is
    not known counts as long ago. Source: the default `organisation_life.block_counts_from`, to be confirmed.
    """
    return (founded_on is None or founded_on <= block.start) and registered_on <= block.end


def block_rule() -> RuleVersion:
    """Return the default behind `is_owed`, to be shown beside it."""
    return current("organisation_life.block_counts_from")


def political_birthday(joined_on: dt.date, year: int) -> dt.date | None:
    """Return the day of the political birthday in a year; None in the year of joining and before.

    29 February is kept on 28 February in common years. Source: common practice and a default of this software, see
    the rules `organisation_life.political_birthday.…`.
    """
    if year <= joined_on.year:
        return None
    if (joined_on.month, joined_on.day) == (LEAP_MONTH, LEAP_DAY) and not isleap(year):
        return dt.date(year, LEAP_MONTH, LEAP_DAY - 1)
    return joined_on.replace(year=year)


def political_birthday_rules() -> tuple[RuleVersion, RuleVersion]:
    """Return the two defaults behind `political_birthday`, to be shown beside it."""
    return (
        current("organisation_life.political_birthday.counted_from"),
        current("organisation_life.political_birthday.leap_day"),
    )


def medal_due(*, party_age_from: dt.date | None, year: int) -> bool:
    """Return whether a member has the Party age for the medal of fifty years on 1 July of the year.

    `party_age_from` is the day Party age began, None (or a day to come) for a probationary member. Good conduct is
    for the organisation to judge. Source: practice since 2021; no medal before.
    """
    cut_off = dt.date(year, MEDAL_MONTH, MEDAL_DAY)
    rule = in_force_or_none("organisation_life.medal.party_age_years", cut_off)
    if rule is None or party_age_from is None or party_age_from > cut_off:
        return False
    return completed_years(party_age_from, cut_off) >= rule.number
