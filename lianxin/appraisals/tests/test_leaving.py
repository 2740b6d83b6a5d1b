"""Members who die, leave or move while an appraisal is open: nobody is graded in absence, and nobody twice."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from lianxin.appraisals.actions.counting import count_sheets
from lianxin.appraisals.actions.grading import Decision, record_grades
from lianxin.appraisals.actions.rounds import finish_round, note_elsewhere, open_round, withdraw_round
from lianxin.appraisals.models import Outcome, Round
from lianxin.appraisals.queries.own import colleagues_of
from lianxin.appraisals.queries.results import lines_of
from lianxin.appraisals.queries.rounds import who_is_missing
from lianxin.appraisals.queries.taking_part import gone_from
from lianxin.appraisals.tests.conftest import part_of
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.members.facade import Member, decease, leave, move, suspend


@pytest.fixture
def opened(cast, at, today):
    """Open the appraisal of this year at a branch, by its own secretary."""

    def opened(place, who):
        return open_round(
            cast.actor(who), organisation=getattr(cast, place).id, year=today.year, as_of=today, due_on=today, at=at
        )

    return opened


@pytest.fixture
def away(cast, at, today):
    """Let a person die, leave, have the membership suspended, or move to the poplar branch."""

    def away(person, how):
        given = {"member": person.member.pk, "since": today, "at": at}
        if how == "dies":
            decease(cast.actor("clerk"), **given)
        elif how == "leaves":
            leave(cast.actor("clerk"), exit_type="expelled", reason="决定", document_no="利组发〔2026〕3号", **given)
        elif how == "suspended":
            suspend(cast.actor("clerk"), reason="失去联系", document_no="利组发〔2026〕3号", **given)
        else:
            move(cast.actor("clerk"), to=cast.poplar.id, reason="工作调动", document_no="利组发〔2026〕4号", **given)

    return away


def grade_all_but(cast, held, people, at, today):
    grades = {part_of(held, one).pk: ("qualified", "") for one in people}
    decision = Decision(today, "general_meeting", "支部大会会议记录第8号")
    with acting(cast.actor("secretary")):
        return record_grades(cast.actor("secretary"), round_id=held.pk, decision=decision, grades=grades, at=at)


@pytest.mark.parametrize(("how", "word"), [("dies", "已离开"), ("leaves", "已离开"), ("suspended", "停止党籍")])
def test_who_is_a_member_no_more_is_shown_so_and_keeps_nobody_from_finishing(
    cast, counted, people, away, at, today, how, word
):
    away(people[0], how)
    client = cast.client("secretary")
    shown = client.get(counted.get_absolute_url()).content.decode()
    assert word in shown
    form = client.get(reverse("appraisals:grades", args=[counted.pk]))
    assert [one.name for one in form.context["form"].participants].count(people[0].member.name) == 0
    assert people[0].member.name in form.content.decode()
    grade_all_but(cast, counted, people[1:], at, today)
    assert "办结" in client.get(counted.get_absolute_url()).content.decode()
    with acting(cast.actor("secretary")):
        assert finish_round(cast.actor("secretary"), round_id=counted.pk, at=at).state == Round.State.FINISHED
    assert not Outcome.objects.filter(member=people[0].member).exists()


def test_who_is_still_there_has_to_be_graded_before_it_is_finished(cast, counted, people, away, at, today):
    away(people[0], "dies")
    grade_all_but(cast, counted, people[2:], at, today)
    with pytest.raises(Conflict, match=people[1].member.name):
        finish_round(cast.actor("secretary"), round_id=counted.pk, at=at)
    counted.refresh_from_db()
    assert counted.state == Round.State.COUNTED


def test_nobody_is_asked_to_judge_or_to_remind_the_dead(cast, held, people, away):
    away(people[0], "dies")
    with acting(people[1].actor):
        assert people[0].member.name not in {one.name for one in colleagues_of(part_of(held, people[1]))}
    with acting(cast.actor("secretary")):
        for step in who_is_missing(held):
            assert people[0].member.name not in step.names
            assert step.expected == 5


def test_who_moves_stays_in_the_appraisal_that_was_open_and_is_left_out_of_the_next(
    cast, held, people, enter, opened, away, today
):
    enter("周强", place="poplar")
    away(people[0], "moves")
    assert gone_from(held) == {}
    form = {"organisation": str(cast.poplar.id), "year": today.year, "as_of": today, "due_on": today, "least_sheets": 5}
    answer = cast.client("sibling").post(reverse("appraisals:new"), form, follow=True)
    text = answer.content.decode()
    assert "已参加其他党组织本年度的民主评议" in text
    assert people[0].member.name in text
    second = Round.objects.get(organisation=cast.poplar)
    assert [one.name for one in second.participants.all()] == ["周强"]
    assert second.taking_part == 1


def test_who_moved_away_is_graded_where_the_appraisal_was_open_and_signs(
    cast, counted, people, away, decide, at, today
):
    away(people[0], "moves")
    desk = cast.client("secretary")
    assert desk.get(reverse("appraisals:member", args=[part_of(counted, people[0]).pk])).status_code == 200
    decide(counted)
    with acting(cast.actor("secretary")):
        assert finish_round(cast.actor("secretary"), round_id=counted.pk, at=at).qualified == 6
    moved = people[0].client
    assert "合格" in moved.get(reverse("own_appraisals:index")).content.decode()
    assert moved.post(reverse("own_appraisals:confirm", args=[counted.pk])).status_code == 302
    assert Outcome.objects.get(member=people[0].member).signature == "confirmed"


def test_an_appraisal_of_none_but_those_appraised_elsewhere_is_refused(cast, held, people, opened, away):
    away(people[0], "moves")
    with pytest.raises(InvalidInput) as refused:
        opened("poplar", "sibling")
    assert set(refused.value.fields) == {"as_of"}
    assert not Round.objects.filter(organisation=cast.poplar).exists()


@pytest.mark.parametrize("how", ["noted elsewhere", "withdrawn", "another year"])
def test_who_is_not_appraised_there_is_appraised_here(cast, held, people, opened, away, at, how):
    secretary = cast.actor("secretary")
    if how == "noted elsewhere":
        note_elsewhere(secretary, participant=part_of(held, people[0]).pk, place="杨树村党支部", at=at)
    elif how == "withdrawn":
        withdraw_round(secretary, round_id=held.pk, reason="开错年份", at=at)
    else:
        Round.objects.filter(pk=held.pk).update(year=held.year - 1)
    away(people[0], "moves")
    assert [one.name for one in opened("poplar", "sibling").participants.all()] == [people[0].member.name]


def test_who_left_is_found_with_one_query_at_any_size(cast, held, people, enter, opened, away):
    enter("周强", place="poplar")
    small = opened("poplar", "sibling")

    def queries(held):
        with acting(cast.actor("clerk")), CaptureQueriesContext(connection) as caught:
            lines_of(held)
        return len(caught)

    few = queries(small)
    for person in people[:3]:
        away(person, "dies")
    assert queries(held) == few
    assert Member.objects.filter(membership_status="deceased").count() == 3


def test_counting_ends_though_one_who_voted_is_gone(cast, held, people, vote, away, at):
    for person in people:
        vote(person)
    away(people[0], "dies")
    with acting(cast.actor("secretary")):
        assert count_sheets(cast.actor("secretary"), round_id=held.pk, at=at + timedelta(hours=1)).counted_at
