import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.kernel.time import add_months
from lianxin.rules.facade import Level, check_member_dates, conversion_window, in_force

ON = dt.date(2026, 11, 21)
VECTORS = Path(__file__).parent / "vectors"


def day(text):
    return dt.date.fromisoformat(text)


def judged(**dates):
    given = {name: day(text) if name != "category" else text for name, text in dates.items()}
    return [(verdict.rule_id, verdict.level) for verdict in check_member_dates(**{"on": ON, **given})]


@pytest.mark.parametrize(
    ("joined", "converted", "is_in_order"),
    [
        ("1969-03-31", "1969-03-31", False),
        ("1969-03-31", "1970-03-31", True),
        ("1969-04-01", "1969-04-01", True),
        ("1969-04-01", "1970-04-01", False),
        ("1977-08-11", "1977-08-11", True),
        ("1977-08-12", "1977-08-12", False),
        ("1977-08-12", "1978-08-12", True),
        ("1982-09-05", "1984-03-05", False),
        ("1982-09-06", "1983-09-06", True),
        ("1982-09-06", "1983-09-07", False),
        ("1982-09-06", "1984-03-05", False),
        ("1982-09-06", "1984-03-06", True),
        ("1982-09-06", "1984-09-06", True),
        ("1982-09-06", "1984-09-07", False),
        ("2020-02-29", "2021-02-28", True),
        ("2025-06-20", "2026-06-20", True),
        ("2025-06-20", "2026-06-19", False),
        ("1950-10-01", "1951-04-01", True),
        ("1925-05-01", "1925-08-01", True),
    ],
)
def test_probation_follows_the_law_of_the_day_of_admission(joined, converted, is_in_order):
    assert (judged(joined_on=joined, converted_on=converted) == []) is is_in_order


@pytest.mark.parametrize(
    ("joined", "converted", "rule_id"),
    [
        ("2000-05-01", "2000-11-01", "members.probation.months"),
        ("2000-05-01", "2001-06-01", "members.probation.extended_minimum_months"),
        ("2000-05-01", "2003-06-01", "members.probation.extended_maximum_months"),
        ("1970-05-01", "1971-05-01", "members.probation.months"),
        ("1920-05-01", "1920-05-01", "members.dates.order"),
    ],
)
def test_a_conversion_that_does_not_fit_warns_and_never_blocks(joined, converted, rule_id):
    assert judged(joined_on=joined, converted_on=converted) == [(rule_id, Level.WARNING)]


def test_the_law_files_agree_with_the_table_of_periods():
    months = {
        "": (0,),
        "workers 3 months, others 6 months": (3, 6),
        "workers/peasants/soldiers none; intellectuals 3 months": (0, 3),
        "6 months / 1 year / 2 years by class origin": (6, 12, 24),
        "1 year": (12,),
    }
    with (VECTORS / "party_age_periods.csv").open(encoding="utf-8") as stream:
        periods = list(csv.DictReader(stream))
    assert len(periods) == 9
    for period in periods:
        for edge in filter(None, (period["from"], period["to"])):
            rule = in_force("members.probation.months", day(edge))
            assert (rule.choices, rule.confidence) == (months[period["probation"]], period["confidence"])
            meaning = in_force("members.admission.date_meaning", day(edge)).value.en
            assert meaning.startswith("branch meeting") == period["join_date_is"].startswith("branch meeting")
            start = in_force("members.party_age.start", day(edge)).value.en
            assert (
                start.split(",")[0].split(" ")[0]
                == {"j": "admission", "c": "conversion"}[period["party_age_starts"][0]]
            )


@pytest.mark.parametrize(
    "dates",
    [
        {"birth_date": "2001-01-01", "joined_on": "2000-01-01"},
        {"joined_on": "2001-01-01", "converted_on": "2000-12-31"},
        {"applied_on": "2001-01-02", "joined_on": "2001-01-01"},
        {"joined_on": "2026-11-22"},
        {"birth_date": "2026-11-22"},
    ],
)
def test_an_impossible_order_is_a_problem(dates):
    assert judged(**dates) == [("members.dates.order", Level.PROBLEM)]


def test_eighteen_years_are_needed_on_the_birthday_itself():
    assert judged(birth_date="2000-06-15", joined_on="2018-06-15", converted_on="2019-06-15") == []
    assert judged(birth_date="2000-06-15", joined_on="2018-06-14", converted_on="2019-06-14") == [
        ("members.application.minimum_age", Level.WARNING)
    ]
    assert judged(birth_date="2000-06-15", applied_on="2018-06-14", joined_on="2020-06-14") == [
        ("members.application.minimum_age", Level.WARNING)
    ]


def test_category_and_conversion_agree():
    assert judged(category="probationary", joined_on="2026-01-01", converted_on="2026-11-01")[0] == (
        "members.conversion.date_of_full_members",
        Level.WARNING,
    )
    assert judged(category="full", joined_on="2000-01-01") == [
        ("members.conversion.date_of_full_members", Level.WARNING)
    ]


def test_probation_that_ended_unnoticed_warns_from_its_last_day_on():
    assert judged(category="probationary", joined_on="2025-11-22") == []
    assert judged(category="probationary", joined_on="2025-11-21") == [("members.probation.months", Level.WARNING)]


def test_missing_dates_are_not_judged():
    assert check_member_dates(on=ON) == []


def test_the_warning_says_both_ways_out():
    (verdict,) = check_member_dates(on=ON, joined_on=day("2000-05-01"), converted_on=day("2001-06-01"))
    assert verdict.facts["allowed"] == (day("2001-05-01"),)
    assert verdict.source == "CONST_PAST"
    assert "2001" in str(verdict.message)
    assert str(verdict.what_to_do)


@given(st.dates(dt.date(1921, 7, 1), dt.date(2026, 1, 1)))
def test_every_day_of_admission_has_a_window_that_its_own_days_satisfy(joined_on):
    window = conversion_window(joined_on)
    for converted_on in window.days:
        assert window.allows(converted_on)
        assert check_member_dates(on=dt.date(2030, 1, 1), joined_on=joined_on, converted_on=converted_on) == []


@given(st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)), st.integers(-600, 600))
def test_month_arithmetic_clamps_to_the_end_of_the_month(start, months):
    end = add_months(start, months)
    assert (end.year - start.year) * 12 + end.month - start.month == months
    assert end.day == start.day or (end.day < start.day and (end + dt.timedelta(days=1)).day == 1)
