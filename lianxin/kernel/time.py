"""Days and instants. Dates are facts of law in Asia/Shanghai; instants are acts in UTC."""

import calendar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def now() -> datetime:
    """The present instant in UTC. Doors call this once and pass it on."""
    return datetime.now(UTC)


def day_of(at: datetime) -> date:
    """The calendar day in Shanghai in which the instant lies."""
    return at.astimezone(SHANGHAI).date()


def today() -> date:
    """The present calendar day in Shanghai."""
    return day_of(now())


def add_months(day: date, months: int) -> date:
    """The day so many calendar months later (or earlier), clamped to the month's end.

    Source: domain rules for the software, 2: 31 January + 1 month is 28 or 29 February.

    Raises:
        ValueError: the result lies outside years 1 to 9999.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    month += 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def add_years(day: date, years: int) -> date:
    """The day so many years later; 29 February becomes 28 where the year has none."""
    return add_months(day, 12 * years)


def completed_years(since: date, on: date) -> int:
    """Whole years from `since` to `on` (an age, or Party age)."""
    return on.year - since.year - ((on.month, on.day) < (since.month, since.day))
