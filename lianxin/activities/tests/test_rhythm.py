"""The day that is proposed: in the open period, by the habit of former ones, never one that is past."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.activities.queries.rhythm import Window, months_between, next_day

NOVEMBER = Window(date(2026, 11, 1), date(2026, 11, 30))


def days(*said):
    return [date.fromisoformat(f"2026-{one}") for one in said]


@pytest.mark.parametrize(
    ("former", "today", "window", "proposed"),
    [
        (days("10-05", "09-05", "08-05"), "11-01", NOVEMBER, "11-05"),  # a fixed day of the month
        (days("10-09", "09-11", "08-14"), "11-01", NOVEMBER, "11-13"),  # the second Friday
        (days("10-05", "09-05"), "11-05", NOVEMBER, "11-05"),  # today still counts
        (days("10-05", "09-05"), "11-20", NOVEMBER, "11-23"),  # the usual day is over: in a few days
        (days("10-05", "09-05"), "11-29", NOVEMBER, "11-30"),  # at the latest on the last day
        ([], "11-10", NOVEMBER, "11-13"),
        (days("08-31"), "11-01", NOVEMBER, "11-30"),  # the month is shorter
        (days("08-10", "05-10", "02-10"), "10-08", Window(date(2026, 10, 1), date(2026, 12, 31)), "11-10"),  # quarterly
        (
            days("08-10"),
            "10-08",
            Window(date(2026, 10, 1), date(2026, 12, 31)),
            "11-10",
        ),  # one alone: the period's length
        (days("10-05", "09-05"), "11-06", None, "12-05"),  # no period given: the next turn
        (days("08-10", "05-10", "02-10"), "11-01", None, "11-10"),
        (days("03-10", "02-10"), "11-15", None, "12-10"),  # long forgotten: the usual day, not a past one
        ([], "11-10", None, "11-13"),
        (days("10-05", "09-05"), "12-02", NOVEMBER, "12-05"),  # the period is over: any day to come is as good
        (days("11-05", "10-05"), "10-20", None, "12-05"),  # the next one is planned already
    ],
)
def test_the_day_proposed(former, today, window, proposed):
    assert next_day(former, date.fromisoformat(f"2026-{today}"), window) == date.fromisoformat(f"2026-{proposed}")


def test_the_first_day_of_a_period_to_come_is_kept():
    assert next_day(days("10-05", "09-05"), date(2026, 10, 20), NOVEMBER) == date(2026, 11, 5)
    assert next_day([], date(2026, 10, 1), NOVEMBER) == date(2026, 11, 1)


def test_an_organisation_life_meeting_is_proposed_in_the_month_of_the_last_year():
    year = Window(date(2026, 1, 1), date(2026, 12, 31))
    assert next_day([date(2025, 12, 20)], date(2026, 2, 1), year) == date(2026, 12, 20)
    assert months_between([date(2025, 12, 20)], year) == 12


DAYS = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])  # a busy machine is no fault of the rule
@given(former=st.lists(DAYS, max_size=8), today=DAYS, ends=st.tuples(st.none() | DAYS, st.none() | DAYS))
def test_it_is_never_past_and_stays_in_a_period_that_is_open(former, today, ends):
    window = Window(*ends)
    day = next_day(former, today, window)
    assert day >= today
    if window.last(today) is not None:
        assert window.first(today) <= day <= window.last(today)
