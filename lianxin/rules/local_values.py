"""Which of the values that organisations set holds at a place on a day. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from lianxin.kernel.time import add_months
from lianxin.rules.book import MONTHS_PER_YEAR, LocalValue, RuleVersion, in_force_or_none

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Sequence

    from lianxin.rules.book import Overrides


@dataclass(frozen=True, slots=True)
class DatedValue:
    """A value that an organisation set for a rule: from `since` on, and before `until` if that is given."""

    rule: str
    value: LocalValue
    since: dt.date
    until: dt.date | None = None

    def was_in_force(self, on: dt.date) -> bool:
        """Whether it holds on the day."""
        return self.since <= on and (self.until is None or on < self.until)


def may_be_set(version: RuleVersion, value: int) -> bool:
    """Whether the version lets organisations set this value: within its bounds; a rhythm divides the year."""
    bounds = version.bounds
    if bounds is None or bounds.set_by != "organisation" or not bounds.contain(value):
        return False
    return not version.is_rhythm or (value > 0 and MONTHS_PER_YEAR % value == 0)


def local_value(version: RuleVersion, on: dt.date, chain: Sequence[DatedValue]) -> LocalValue | None:
    """Return what holds on the day of the values set at a place and above it, the nearest first; None for none.

    The nearest holds. Where the rule says which way is stricter, the strictest of them holds: a lower organisation may
    ask more than those above it, never less. What the law of the day does not allow (any more) does not count.
    Source: docs/decisions/local-values.md.
    """
    found = [
        one.value
        for one in chain
        if one.rule == version.id and one.was_in_force(on) and may_be_set(version, one.value.value)
    ]
    if not found:
        return None
    stricter = version.bounds.stricter if version.bounds is not None else ""
    if not stricter:
        return found[0]
    return min(found, key=lambda one: one.value if stricter == "smaller" else -one.value)


def overrides_of(chain: Sequence[DatedValue]) -> Overrides:
    """Return the local settings of a place, for `in_force`; `chain` as in `local_value`."""

    def overrides(rule_id: str, on: dt.date, /) -> LocalValue | None:
        version = in_force_or_none(rule_id, on)
        return None if version is None else local_value(version, on, chain)

    return overrides


def rhythms_to_begin(version: RuleVersion, values: Collection[int]) -> tuple[int, ...]:
    """Return the rhythms whose periods the first day of a value must begin, given the values before and after it.

    The values themselves where the rule is a rhythm, a year where it is counted by the year; none where any day will
    do, because what the rule measures keeps what held when it began.
    """
    if version.is_rhythm:
        return tuple(values)
    return (MONTHS_PER_YEAR,) if version.bounds is not None and version.bounds.begins == "year" else ()


def begins_periods(on: dt.date, rhythms: Collection[int]) -> bool:
    """Return whether a period begins on the day in each of the rhythms (months that divide the year)."""
    return on.day == 1 and all((on.month - 1) % months == 0 for months in rhythms)


def next_beginning(since: dt.date, rhythms: Collection[int]) -> dt.date:
    """Return the first day from `since` on (itself included) on which a period begins in each of the rhythms."""
    day = since if since.day == 1 else add_months(since.replace(day=1), 1)
    while not begins_periods(day, rhythms):
        day = add_months(day, 1)
    return day


def rhythms_allowed(version: RuleVersion) -> list[int]:
    """Return the values of a rhythm that organisations may set, smallest first."""
    return [months for months in range(1, MONTHS_PER_YEAR + 1) if may_be_set(version, months)]
