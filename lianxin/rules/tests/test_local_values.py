import csv
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.rules.book import Bounds
from lianxin.rules.facade import (
    DatedValue,
    LocalValue,
    all_rules,
    begins_periods,
    blocks,
    current,
    in_force,
    local_value,
    may_be_set,
    next_beginning,
    overrides_of,
    rhythms_allowed,
    rhythms_to_begin,
)

VECTORS = Path(__file__).parent / "vectors" / "local_values.csv"
LECTURE = "organisation_life.party_lecture.interval_months"
ON = dt.date(2026, 5, 1)
RHYTHMS = [1, 2, 3, 4, 6, 12]


def dated(value, since="2026-01-01", until="", place=""):
    return DatedValue(
        LECTURE,
        LocalValue(value, f"{place}〔2026〕{value}号", place),
        dt.date.fromisoformat(since),
        dt.date.fromisoformat(until) if until else None,
    )


def chain_of(text):
    found = []
    for place, written in enumerate(text.split()):
        value, _at, days = written.partition("@")
        since, _to, until = days.partition("/")
        found.append(dated(int(value), since, until, place=str(place)))
    return found


def law(stricter, value=3):
    return replace(current(LECTURE), value=value, bounds=Bounds(1, 12, "organisation", stricter))


with VECTORS.open(encoding="utf-8", newline="") as stream:
    CASES = list(csv.DictReader(stream))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_vectors(case):
    rule = law(case["stricter"], int(case["law"]))
    found = local_value(rule, dt.date.fromisoformat(case["on"]), chain_of(case["chain"]))
    assert (str(found.value) if found else "none") == case["expected"]


def test_of_the_same_values_the_nearest_is_named():
    found = local_value(law("smaller"), ON, [dated(3, place="town"), dated(3, place="county")])
    assert found.organisation == "town"


@given(st.lists(st.sampled_from(RHYTHMS), min_size=1, max_size=6))
def test_nobody_lower_loosens_and_without_a_direction_the_nearest_wins(values):
    chain = [dated(value, place=str(place)) for place, value in enumerate(values)]
    assert local_value(law(""), ON, chain).value == values[0]
    for stricter, is_looser in (("smaller", int.__gt__), ("larger", int.__lt__)):
        found = local_value(law(stricter), ON, chain).value
        assert found in values
        assert not any(is_looser(found, higher) for higher in values)
        below = [dated(6, place="below"), *chain]
        assert not is_looser(local_value(law(stricter), ON, below).value, found)


def test_the_rule_in_force_takes_the_local_value_and_its_document():
    rule = in_force(LECTURE, ON, overrides=overrides_of([dated(1, place="利津县委")]))
    assert (rule.number, rule.local.document, rule.local.organisation) == (1, "利津县委〔2026〕1号", "利津县委")
    assert in_force(LECTURE, dt.date(2025, 12, 31), overrides=overrides_of([dated(1)])).number == 3


@pytest.mark.parametrize("rule_id", ["organisation_life.theme_day.interval_months", "retention.files.days"])
def test_a_value_for_what_no_organisation_sets_does_not_count(rule_id):
    value = replace(dated(2), rule=rule_id)
    assert in_force(rule_id, ON, overrides=overrides_of([value])).local is None


def test_no_level_sets_what_the_software_must_not_do():
    for rule in all_rules(ON):
        if rule.used_by == "burden":
            assert rule.bounds is None
            assert not any(may_be_set(rule, value) for value in (0, 1))


def test_organisations_set_rhythms_that_divide_the_year():
    assert rhythms_allowed(current(LECTURE)) == RHYTHMS
    assert rhythms_allowed(current("organisation_life.democratic_life_meeting.interval_months")) == [6, 12]


def test_on_which_days_a_value_begins():
    hours, share = current("organisation_life.training.member_hours"), current("appraisals.excellent_one_in")
    assert rhythms_to_begin(current(LECTURE), [1, 3]) == (1, 3)
    assert rhythms_to_begin(hours, [32, 40]) == (12,)
    assert rhythms_to_begin(share, [3, 4]) == ()


@pytest.mark.parametrize(
    ("rule_id", "looser", "stricter"),
    [
        ("organisation_life.general_meeting.interval_months", 6, 1),
        ("organisation_life.secretary_lecture.interval_months", 24, 6),
        ("organisation_life.org_life_meeting.interval_months", 24, 6),
        ("organisation_life.training.member_hours", 31, 40),
        ("organisation_life.training.committee_member_hours", 55, 60),
    ],
)
def test_a_number_that_the_law_says_is_made_stricter_and_never_looser(rule_id, looser, stricter):
    rule = current(rule_id)
    assert rule.bounds.is_looser(looser, rule.number)
    assert not may_be_set(rule, looser)
    assert not rule.bounds.is_looser(stricter, rule.number)
    assert may_be_set(rule, stricter)


@pytest.mark.parametrize(
    "rule_id",
    [
        "organisation_life.committee_meeting.interval_months",
        "organisation_life.group_meeting.interval_months",
        "organisation_life.theme_day.interval_months",
        "organisation_life.member_appraisal.interval_months",
        "organisation_life.heart_talk.interval_months",
        "organisation_life.medal.party_age_years",
    ],
)
def test_a_number_that_the_law_fixes_stays(rule_id):
    assert not current(rule_id).is_set_by_organisations


def test_what_is_shown_names_the_law_the_value_and_its_document():
    rule_id = "organisation_life.training.member_hours"
    rule = current(rule_id)
    assert (rule.basis, rule.is_settled) == (rule.citation, True)
    value = replace(dated(40, place="利津县委"), rule=rule_id)
    local = in_force(rule_id, ON, overrides=overrides_of([value]))
    for part in (rule.citation, rule.shown_value, local.shown_value, "利津县委", "利津县委〔2026〕40号"):
        assert part in local.basis
    assert not current("appraisals.excellent_one_in").is_settled


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)), st.lists(st.sampled_from(RHYTHMS), max_size=3))
def test_the_next_beginning_begins_a_period_in_each_rhythm(since, rhythms):
    day = next_beginning(since, rhythms)
    assert since <= day <= dt.date(since.year + 1, 1, 1)
    assert begins_periods(day, rhythms)
    assert all(day in {block.start for block in blocks(months, day.year)} for months in rhythms)
