import calendar
import csv
import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.rules.facade import block_rule, blocks, is_owed, medal_due, period_verdicts, political_birthday

DATES = Path(__file__).parent / "vectors" / "vectors_dates.csv"
INTERVALS = st.sampled_from([1, 2, 3, 4, 6, 12])
YEARS = st.integers(1950, 2100)


def day(text):
    return dt.date.fromisoformat(text)


def test_the_example_of_the_domain_rules():
    held = [day("2026-02-10"), day("2026-03-30"), day("2026-08-01"), day("2026-12-31")]
    verdicts = period_verdicts(3, 2026, held)
    assert [v.is_met for v in verdicts] == [True, False, True, True]
    assert [v.met_on for v in verdicts] == [held[0], None, held[2], held[3]]


@pytest.mark.parametrize("months", [0, -1, 5, 7, 24])
def test_a_year_is_divided_evenly_or_not_at_all(months):
    with pytest.raises(ValueError, match="divided"):
        blocks(months, 2026)


@given(INTERVALS, YEARS)
def test_periods_cover_the_year_without_gap_or_overlap(months, year):
    covered = [
        block.start + dt.timedelta(days=n)
        for block in blocks(months, year)
        for n in range((block.end - block.start).days + 1)
    ]
    assert covered == [dt.date(year, 1, 1) + dt.timedelta(days=n) for n in range(365 + calendar.isleap(year))]


@given(INTERVALS, YEARS, st.data())
def test_a_period_is_met_exactly_if_a_day_lies_in_it(months, year, data):
    held = data.draw(st.lists(st.dates(dt.date(year - 1, 1, 1), dt.date(year + 1, 12, 31)), max_size=30))
    for place, verdict in enumerate(period_verdicts(months, year, held)):
        inside = [d for d in held if d.year == year and (d.month - 1) // months == place]
        assert verdict.met_on == (min(inside) if inside else None)


@pytest.mark.parametrize(
    ("joined", "year", "expected"),
    [
        ("2020-02-29", 2021, "2021-02-28"),
        ("2020-02-29", 2024, "2024-02-29"),
        ("1982-09-06", 2026, "2026-09-06"),
        ("2026-01-01", 2026, None),
        ("2026-01-01", 2020, None),
    ],
)
def test_the_political_birthday(joined, year, expected):
    found = political_birthday(day(joined), year)
    assert found == (day(expected) if expected else None)


@given(st.dates(dt.date(1921, 7, 1), dt.date(2030, 12, 31)), YEARS)
def test_a_political_birthday_comes_once_each_later_year(joined_on, year):
    found = political_birthday(joined_on, year)
    assert (found is not None) is (year > joined_on.year)
    if found is not None:
        assert (found.year, found.month) == (year, joined_on.month)
        assert found.day == joined_on.day or (joined_on.day, found.day) == (29, 28)


def test_medal_vectors():
    with DATES.open(encoding="utf-8") as stream:
        vectors = {row["case"]: row for row in csv.DictReader(stream)}
    for case in ("T31", "T32"):
        converted = day(vectors[case]["input"].removeprefix("conversion "))
        assert medal_due(party_age_from=converted, year=2026) is (vectors[case]["expected"] == "true")
    assert medal_due(party_age_from=day("1976-07-02"), year=2027)


def test_no_medal_on_probation_nor_before_it_was_founded():
    assert not medal_due(party_age_from=None, year=2026)
    assert not medal_due(party_age_from=day("2027-06-20"), year=2026)
    assert not medal_due(party_age_from=day("1950-01-01"), year=2020)


@pytest.mark.parametrize(
    ("founded", "registered", "expected"),
    [
        ("2026-04-01", "2026-04-01", True),
        ("2026-04-02", "2026-04-02", False),
        (None, "2026-06-30", True),
        (None, "2026-07-01", False),
    ],
)
def test_an_organisation_owes_periods_from_when_it_was_there_and_entered(founded, registered, expected):
    second_quarter = blocks(3, 2026)[1]
    owed = is_owed(second_quarter, founded_on=day(founded) if founded else None, registered_on=day(registered))
    assert owed is expected
    assert not block_rule().is_certain
