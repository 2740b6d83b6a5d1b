"""Working days: Monday to Friday. Public holidays are announced year by year and are not known here."""

import datetime as dt

SATURDAY = 5


def add_working_days(day: dt.date, count: int) -> dt.date:
    """The working day so many working days after `day`; `day` itself does not count.

    Public holidays count as working days, so a time limit computed so ends rather too early than too late.

    Raises:
        ValueError: `count` is negative.
    """
    if count < 0:
        raise ValueError("A time limit runs forward; give a count of 0 or more.")
    while count:
        day += dt.timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
