"""Periods of a ledger: a month, a quarter, half a year, a year, or any days."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import add_months

LONGEST_YEARS = 6
MONTHS = 12
_WRITTEN = re.compile(r"(?P<year>\d{4})(?:-(?:(?P<month>\d{2})|Q(?P<quarter>[1-4])|H(?P<half>[12])))?")


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `until`, both included."""

    since: date
    until: date

    @classmethod
    def months(cls, first: date, number: int) -> "Period":
        """So many calendar months from the first day of one."""
        return cls(first, add_months(first, number) - timedelta(days=1))

    @classmethod
    def year(cls, year: int) -> "Period":
        """A calendar year."""
        return cls.months(date(year, 1, 1), MONTHS)

    @property
    def length(self) -> int:
        """How many whole calendar months it is; 0 where it is not made of whole months."""
        months = (self.until.year - self.since.year) * MONTHS + self.until.month - self.since.month + 1
        return months if self.since.day == 1 and (self.until + timedelta(days=1)).day == 1 else 0

    @property
    def key(self) -> str:
        """The period as an address writes it: 2026, 2026-H2, 2026-Q4, 2026-11, or 2026-11-03_2026-11-20."""
        year, month, length = self.since.year, self.since.month, self.length
        if length == MONTHS and month == 1:
            return f"{year}"
        if length == MONTHS // 2 and month in {1, 7}:
            return f"{year}-H{1 + month // 7}"
        if length == MONTHS // 4 and month % 3 == 1:
            return f"{year}-Q{1 + month // 3}"
        if length == 1:
            return f"{year}-{month:02}"
        return f"{self.since:%Y-%m-%d}_{self.until:%Y-%m-%d}"

    @property
    def words(self) -> str:
        """The period in words."""
        given = {"year": self.since.year}
        key = self.key
        if key == str(self.since.year):
            return _("%(year)d") % given
        if "-H" in key:
            return (_("first half of %(year)d") if key[-1] == "1" else _("second half of %(year)d")) % given
        if "-Q" in key:
            return _("quarter %(quarter)s of %(year)d") % {**given, "quarter": key[-1]}
        if "_" not in key:
            return _("month %(month)d of %(year)d") % {**given, "month": self.since.month}
        return _("%(since)s to %(until)s") % {"since": f"{self.since:%Y-%m-%d}", "until": f"{self.until:%Y-%m-%d}"}

    @property
    def is_year(self) -> bool:
        """Whether it is one calendar year."""
        return self.length == MONTHS and self.since.month == 1

    def holds(self, day: date) -> bool:
        """Whether the day lies in it."""
        return self.since <= day <= self.until


def period_named(key: str) -> Period | None:
    """The period an address names; None where it names none."""
    first, underscore, last = key.partition("_")
    try:
        if underscore:
            return _checked(Period(date.fromisoformat(first), date.fromisoformat(last)))
        found = _WRITTEN.fullmatch(key)
        return _of_months(found) if found is not None else None
    except (ValueError, InvalidInput):
        return None


def _of_months(found: re.Match[str]) -> Period:
    """The whole months that an address names.

    Raises:
        ValueError: there is no such year or month.
    """
    length = 1 if found["month"] else 3 if found["quarter"] else 6 if found["half"] else MONTHS
    number = int(found["month"] or found["quarter"] or found["half"] or 1)
    return Period.months(date(int(found["year"]), (number - 1) * length + 1, 1), length)


def _checked(period: Period) -> Period:
    if period.until < period.since:
        raise InvalidInput({"until": _("The last day lies before the first. Choose a later one.")})
    if period.until.year - period.since.year >= LONGEST_YEARS:
        raise InvalidInput({"until": _("This is longer than six years. Take a shorter period.")})
    return period


def period_asked(given: Mapping[str, str], *, today: date) -> Period:
    """The period in an address: `period`, or `since` and `until`; without one the present year.

    Raises:
        InvalidInput: the days are no days, run backwards, or span more than six years.
    """
    since, until = given.get("since", ""), given.get("until", "")
    if since or until:
        try:
            days = Period(
                date.fromisoformat(since or f"{today.year}-01-01"), date.fromisoformat(until or f"{today:%Y-%m-%d}")
            )
        except ValueError as error:
            raise InvalidInput({"since": _("Write days as 2026-11-21.")}) from error
        return _checked(days)
    return period_named(given.get("period", "")) or Period.year(today.year)


def periods_offered(today: date) -> list[Period]:
    """The periods people mostly want: this and the last month, quarter, half-year and year."""
    month = today.replace(day=1)
    quarter = add_months(month, -((month.month - 1) % 3))
    half = add_months(month, -((month.month - 1) % 6))
    year = month.replace(month=1)
    return [
        Period.months(add_months(first, -length * back), length)
        for first, length in ((month, 1), (quarter, 3), (half, 6), (year, MONTHS))
        for back in (0, 1)
    ]
