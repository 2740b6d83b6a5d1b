import csv
import datetime as dt
from pathlib import Path

import pytest
from django.utils.translation import override
from hypothesis import given
from hypothesis import strategies as st

from lianxin.rules.facade import InvalidCount, judge_meeting, judge_vote

ON = dt.date(2026, 11, 21)
KINDS = {"admission": "admission_meeting", "general": "general_meeting", "committee": "committee_meeting"}


def vectors():
    with (Path(__file__).parent / "vectors" / "vectors_votes.csv").open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("vector", vectors(), ids=lambda v: v["case"])
def test_votes_give_what_the_vectors_say(vector):
    numbers = {
        "eligible": int(vector["eligible"]),
        "present": int(vector["present"]),
        "in_favour": int(vector["in_favour_present"]),
        "written_in_favour": int(vector["written_in_favour"]),
    }
    if vector["quorate"] == "ERROR":
        with pytest.raises(InvalidCount):
            judge_vote(KINDS[vector["kind"]], on=ON, **numbers)
        return
    outcome = judge_vote(KINDS[vector["kind"]], on=ON, **numbers)
    said = {True: "true", False: "false", None: ""}
    assert (said[outcome.quorate], said[outcome.passed]) == (vector["quorate"], vector["passed"])


@pytest.mark.parametrize(
    ("eligible", "present", "in_favour", "quorate", "passed"),
    [(10, 8, 5, True, True), (10, 8, 4, True, False), (10, 7, 7, False, False), (11, 8, 8, False, False)],
)
def test_an_election_needs_four_fifths_and_more_than_half_of_those_present(
    eligible, present, in_favour, quorate, passed
):
    outcome = judge_vote("election_meeting", eligible=eligible, present=present, in_favour=in_favour, on=ON)
    assert (outcome.quorate, outcome.passed) == (quorate, passed)


def test_kinds_without_a_rule_are_not_judged():
    for kind in ("group_meeting", "theme_day", "dues_day", "other"):
        assert judge_meeting(kind, eligible=10, present=1, on=ON).quorate is None
        assert judge_vote(kind, eligible=10, present=5, in_favour=5, on=ON).passed is None
    assert judge_meeting("general_meeting", eligible=10, present=1, on=dt.date(2010, 1, 1)).quorate is None


def test_an_admission_follows_the_rules_of_its_day():
    for day, source in ((dt.date(2026, 5, 10), "DEV14"), (dt.date(2026, 5, 11), "DEV26")):
        outcome = judge_vote("admission_meeting", eligible=5, present=3, in_favour=3, on=day)
        assert [rule.source.code for rule in outcome.rules] == [source, source]


@pytest.mark.parametrize(
    "numbers",
    [
        {"eligible": -1, "present": 0, "in_favour": 0},
        {"eligible": 5, "present": 6, "in_favour": 0},
        {"eligible": 5, "present": 4, "in_favour": 4, "written_in_favour": 2},
    ],
)
def test_impossible_numbers_are_refused_in_a_sentence(numbers):
    with pytest.raises(InvalidCount) as refusal:
        judge_vote("admission_meeting", on=ON, **numbers)
    with override("en"):
        assert str(refusal.value).endswith(".")


def test_writing_counts_at_admissions_only():
    with pytest.raises(InvalidCount, match=r"writing|书面"):
        judge_vote("general_meeting", eligible=10, present=8, in_favour=6, written_in_favour=1, on=ON)


def test_the_sum_is_shown():
    with override("en"):
        text = str(judge_vote("admission_meeting", eligible=15, present=8, in_favour=7, written_in_favour=1, on=ON).sum)
    assert text == (
        "8 of 15 present; more than half are needed, 8: enough. 8 in favour (1 in writing); more than half of "
        "those entitled to vote are needed, 8: passed."
    )


def test_votes_in_writing_are_named_only_where_there_are_some():
    def said(kind, written):
        return str(judge_vote(kind, eligible=15, present=12, in_favour=12, written_in_favour=written, on=ON).sum)

    with override("zh-hans"):
        assert "赞成12票；须" in said("general_meeting", 0)
        assert "赞成12票；须" in said("admission_meeting", 0)
        assert "赞成13票（其中书面1票）；须" in said("admission_meeting", 1)


@given(st.sampled_from(sorted(KINDS.values())), st.integers(1, 200), st.data())
def test_one_more_present_or_in_favour_never_harms(kind, eligible, data):
    present = data.draw(st.integers(0, eligible - 1))
    assert (not judge_meeting(kind, eligible=eligible, present=present, on=ON).quorate) or judge_meeting(
        kind, eligible=eligible, present=present + 1, on=ON
    ).quorate
    in_favour = data.draw(st.integers(0, present))
    outcome = judge_vote(kind, eligible=eligible, present=present, in_favour=in_favour, on=ON)
    assert outcome.quorate is (present >= outcome.needed_present)
    if outcome.passed:
        assert outcome.quorate
        assert in_favour >= outcome.needed_in_favour
        assert 2 * in_favour > eligible


@given(st.integers(1, 500))
def test_the_three_quorums_are_ordered(eligible):
    needed = [
        judge_meeting(kind, eligible=eligible, present=0, on=ON).needed_present
        for kind in ("general_meeting", "admission_meeting")
    ]
    assert needed[0] <= needed[1] <= needed[0] + 1
    election = judge_meeting("election_meeting", eligible=eligible, present=0, on=ON).needed_present
    assert 5 * election >= 4 * eligible > 5 * (election - 1)
