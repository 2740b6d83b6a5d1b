from datetime import date, datetime
from decimal import Decimal

import pytest

from lianxin.kernel.time import SHANGHAI
from lianxin.ledgers.periods import Period, period_asked, period_named, periods_offered
from lianxin.ledgers.study import Point, half_days, hours_of, needed_in


def at(hour, minute=0, day=3):
    return datetime(2026, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("kinds", "begins", "ends", "agenda", "hours"),
    [
        (["party_lecture"], at(9), at(10), [], "1"),
        (["party_lecture"], at(9), at(10, 40), [], "1.5"),
        (["theme_day"], at(8), at(12), [], "4"),
        (["theme_day"], at(7), at(12), [], "4"),
        (["theme_day"], at(8), at(17), [], "8"),
        (["general_meeting"], at(9), at(11), [], "0"),
        (["general_meeting"], at(9), at(11), [Point("study", 45), Point("decision", 30)], "0.5"),
        (["general_meeting"], at(9), at(10), [Point("study", 300)], "1"),
        (["general_meeting", "party_lecture"], at(9), at(10), [], "1"),
        (["committee_meeting"], at(14), at(16), [Point("lecture", 60), Point("study", 30)], "1.5"),
    ],
)
def test_a_gathering_is_counted_by_the_conversion_rules(kinds, begins, ends, agenda, hours):
    assert hours_of(kinds, begins, ends, agenda) == Decimal(hours)


def test_half_days_are_mornings_and_afternoons_touched():
    assert half_days(at(9), at(12)) == 1
    assert half_days(at(9), at(12, 30)) == 2
    assert half_days(at(14), at(9, day=4)) == 2
    assert half_days(at(9), at(17, day=4)) == 4


@pytest.mark.parametrize(
    ("on_committee", "since", "hours"),
    [
        (False, None, 32),
        (True, None, 56),
        (False, date(2020, 1, 1), 32),
        (False, date(2026, 7, 5), 16),
        (True, date(2026, 12, 31), 5),
    ],
)
def test_what_is_needed_in_a_year(on_committee, since, hours):
    assert needed_in(2026, on_committee=on_committee, since=since)[0] == hours


@pytest.mark.parametrize(
    ("key", "since", "until"),
    [
        ("2026", "2026-01-01", "2026-12-31"),
        ("2026-H2", "2026-07-01", "2026-12-31"),
        ("2026-Q4", "2026-10-01", "2026-12-31"),
        ("2026-02", "2026-02-01", "2026-02-28"),
        ("2026-02-03_2026-03-09", "2026-02-03", "2026-03-09"),
    ],
)
def test_a_period_has_an_address_and_comes_back_from_it(key, since, until):
    period = period_named(key)
    assert (period.since.isoformat(), period.until.isoformat()) == (since, until)
    assert period.key == key


@pytest.mark.parametrize(
    "key", ["", "2026-13", "2026-Q5", "x", "2026-03-09_2026-02-03", "1990-01-01_2026-01-01", "0000"]
)
def test_a_damaged_address_is_no_period(key):
    assert period_named(key) is None


def test_days_that_run_backwards_are_refused_with_a_sentence(today):
    from lianxin.kernel.errors import InvalidInput  # noqa: PLC0415 - for this test alone

    with pytest.raises(InvalidInput) as refusal:
        period_asked({"since": "2026-03-09", "until": "2026-02-03"}, today=today)
    assert "until" in refusal.value.fields
    with pytest.raises(InvalidInput):
        period_asked({"since": "昨天"}, today=today)
    assert period_asked({}, today=today) == Period.year(today.year)


def test_periods_are_offered_from_the_month_to_the_year():
    keys = [one.key for one in periods_offered(date(2026, 1, 15))]
    assert keys == ["2026-01", "2025-12", "2026-Q1", "2025-Q4", "2026-H1", "2025-H2", "2026", "2025"]
