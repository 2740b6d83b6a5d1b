"""Opening, counting, grading, finishing, signing."""

from datetime import date, timedelta

import pytest

from lianxin.appraisals.actions.counting import Paper, count_sheets, enter_paper_count
from lianxin.appraisals.actions.grading import (
    Decision,
    answer_objection,
    confirm_grade,
    object_to_grade,
    record_grades,
)
from lianxin.appraisals.actions.reviewing import save_review
from lianxin.appraisals.actions.rounds import finish_round, note_elsewhere, open_round, withdraw_round
from lianxin.appraisals.actions.sheets import hand_in_sheet
from lianxin.appraisals.models import Outcome, PaperCount, Participant, Round, SelfReview, Tally
from lianxin.appraisals.queries.results import lines_of, remarks_on
from lianxin.appraisals.queries.rounds import not_started, summary, who_is_missing
from lianxin.appraisals.tests.conftest import part_of
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.messaging.facade import Message


def events(kind):
    return Event.objects.filter(kind=f"appraisals.{kind}")


def test_who_belongs_to_the_branch_on_the_day_takes_part(cast, held, people):
    assert [one.name for one in held.participants.all()].count("赵敏") == 1
    assert held.taking_part == 6
    assert [one.name for one in held.participants.filter(is_probationary=True)] == ["赵敏"]
    assert events("opened").get().data == {"year": held.year, "taking_part": 6}
    assert Message.objects.get(kind="appraisals.opened").recipients.count() == 6


@pytest.mark.parametrize(("field", "days", "number"), [("as_of", 1, 5), ("due_on", -1, 5), ("least_sheets", 0, 2)])
def test_days_and_numbers_that_cannot_be_are_refused(cast, people, at, today, field, days, number):
    given = {"as_of": today, "due_on": today, "least_sheets": number}
    if days:
        given[field] = today + timedelta(days=days)
    with pytest.raises(InvalidInput) as refused:
        open_round(cast.actor("secretary"), organisation=cast.willow.id, year=today.year, **given, at=at)
    assert set(refused.value.fields) == {field}
    assert not Round.objects.exists()


def test_one_appraisal_a_year(cast, held, at, today):
    with pytest.raises(Conflict):
        open_round(
            cast.actor("secretary"),
            organisation=cast.willow.id,
            year=held.year,
            as_of=today,
            due_on=today,
            at=at,
        )
    withdraw_round(cast.actor("secretary"), round_id=held.pk, reason="开错年份", at=at)
    open_round(cast.actor("secretary"), organisation=cast.willow.id, year=held.year, as_of=today, due_on=today, at=at)
    assert events("withdrawn").get().data["meets"] == ["member_appraisal"]


@pytest.mark.parametrize(
    ("who", "answer"), [("sibling", NotVisible), ("outsider", NotVisible), ("town_clerk", NotPermitted)]
)
def test_others_do_not_run_it(cast, held, at, who, answer):
    for act in (
        lambda: count_sheets(cast.actor(who), round_id=held.pk, at=at),
        lambda: finish_round(cast.actor(who), round_id=held.pk, at=at),
        lambda: withdraw_round(cast.actor(who), round_id=held.pk, reason="无", at=at),
    ):
        with pytest.raises(answer):
            act()
    held.refresh_from_db()
    assert held.state == Round.State.COLLECTING


def test_a_draft_is_only_its_authors(cast, held, people, at):
    wang = people[0]
    save_review(wang.actor, round_id=held.pk, text="初稿", hand_in=False, at=at)
    assert not events("reviewed").exists()
    for actor, seen in ((wang.actor, 1), (people[1].actor, 0), (cast.actor("secretary"), 0)):
        with acting(actor):
            assert SelfReview.objects.count() == seen
    save_review(wang.actor, round_id=held.pk, text="定稿", hand_in=True, at=at)
    for actor, seen in ((people[1].actor, 0), (cast.actor("secretary"), 1), (cast.actor("town_clerk"), 0)):
        with acting(actor):
            assert SelfReview.objects.count() == seen
    assert "定稿" not in str(events("reviewed").get().data)
    with pytest.raises(Conflict):
        save_review(wang.actor, round_id=held.pk, text="改", hand_in=False, at=at)


def test_a_stranger_takes_no_part(cast, held, enter, at):
    zhou = enter("周强", place="poplar")
    with pytest.raises(NotVisible):
        save_review(zhou.actor, round_id=held.pk, text="总结", hand_in=True, at=at)
    with pytest.raises(NotVisible):
        hand_in_sheet(zhou.actor, round_id=held.pk, step="mass", grades={})
    with acting(zhou.actor):
        assert not Round.objects.exists()


def test_nobody_grades_themselves_or_with_an_unknown_grade(held, people):
    mine, other = part_of(held, people[0]), part_of(held, people[1])
    for grades in ({mine.pk: "excellent"}, {other.pk: "great"}, {}):
        with pytest.raises(InvalidInput):
            hand_in_sheet(people[0].actor, round_id=held.pk, step="mass", grades=grades)


def test_a_floating_member_is_appraised_where_they_live(cast, held, people, vote, at):
    li = part_of(held, people[1])
    note_elsewhere(cast.actor("secretary"), participant=li.pk, place="青岛市某街道流动党员党支部", at=at)
    with pytest.raises(Conflict):
        hand_in_sheet(people[1].actor, round_id=held.pk, step="mass", grades={})
    with pytest.raises(InvalidInput):
        hand_in_sheet(people[0].actor, round_id=held.pk, step="mass", grades={li.pk: "excellent"})


def test_the_secretary_sees_who_is_missing_and_nothing_else(held, people, vote, at):
    vote(people[0], "unqualified")
    save_review(people[1].actor, round_id=held.pk, text="总结", hand_in=True, at=at)
    review, mutual, mass = who_is_missing(held)
    assert (review.handed_in, mutual.handed_in, mass.handed_in) == (1, 0, 1)
    assert people[0].member.name not in mass.names


def test_counting_adds_up(counted, people):
    assert counted.state == Round.State.COUNTED
    tally = Tally.objects.get(participant=part_of(counted, people[0]), step="mass")
    assert (tally.qualified, tally.excellent) == (5, 0)
    assert events("counted").get().data == {"mutual": 0, "mass": 6, "least_sheets": 5}
    with pytest.raises(Conflict):
        hand_in_sheet(people[0].actor, round_id=counted.pk, step="mass", grades={})


def paper(held, today, **given):
    ticks = {one.pk: {"excellent": 1, "qualified": 7} for one in held.participants.all()}
    facts = {
        "handed_out": 10,
        "returned": 9,
        "invalid": 1,
        "counted_on": today,
        "first_counter": "王建国",
        "second_counter": "李秀兰",
        "ticks": ticks,
    }
    return Paper(**(facts | given))


def test_paper_is_counted_by_two(cast, held, today, at):
    secretary = cast.actor("secretary")
    enter_paper_count(secretary, round_id=held.pk, paper=paper(held, today), at=at)
    enter_paper_count(secretary, round_id=held.pk, paper=paper(held, today, handed_out=12), at=at)
    assert PaperCount.objects.get().handed_out == 12
    assert Tally.objects.filter(is_paper=True, qualified=7).count() == 6


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"second_counter": "王建国"}, "second_counter"),
        ({"second_counter": " "}, "second_counter"),
        ({"returned": 11}, "returned"),
        ({"invalid": 10}, "invalid"),
        ({"handed_out": 5, "returned": 5, "invalid": 1}, "returned"),
        ({"returned": 8, "invalid": 1}, ""),
    ],
)
def test_a_paper_count_that_cannot_be_is_refused(cast, held, today, at, given, field):
    with pytest.raises(InvalidInput) as refused:
        enter_paper_count(cast.actor("secretary"), round_id=held.pk, paper=paper(held, today, **given), at=at)
    assert field in refused.value.fields
    assert not PaperCount.objects.exists()
    assert not Tally.objects.exists()


def test_the_meeting_decides_and_warnings_do_not_refuse(cast, counted, decide):
    last = counted.participants.get(is_probationary=True).position
    held = decide(counted, p1="excellent", p2="excellent", **{f"p{last}": "excellent", "p3": "unqualified"})
    assert held.excellent >= 2
    assert held.unqualified == (0 if last == 3 else 1)
    said = [str(one.said) for one in remarks_on(held, lines_of(held))]
    assert len(said) == 3 - (last == 3)
    assert Message.objects.get(kind="appraisals.graded").recipients.count() == 6


def test_the_sheets_set_no_grade(cast, held, people, vote, decide, at):
    for person in people:
        vote(person, "unqualified")
    count_sheets(cast.actor("secretary"), round_id=held.pk, at=at)
    assert not Outcome.objects.exists()
    assert decide(Round.objects.get()).qualified == 6


def test_grades_need_counted_sheets_minutes_and_a_day(cast, held, counted, today, at):
    grades = {one.pk: ("qualified", "") for one in counted.participants.all()}
    wrong = [
        Decision(today + timedelta(days=1), "committee", "第8号"),
        Decision(today, "somebody", "第8号"),
        Decision(today, "committee", " "),
    ]
    for decision in wrong:
        with pytest.raises(InvalidInput):
            record_grades(cast.actor("secretary"), round_id=counted.pk, decision=decision, grades=grades, at=at)
    assert not Outcome.objects.exists()


def test_finishing_meets_the_duty(cast, counted, decide, today, at):
    with pytest.raises(Conflict):
        finish_round(cast.actor("secretary"), round_id=counted.pk, at=at)
    decide(counted)
    finish_round(cast.actor("secretary"), round_id=counted.pk, at=at)
    told = events("finished").get()
    assert told.subject_id == counted.pk
    assert told.organisation_id == cast.willow.id
    assert told.data["meets"] == ["member_appraisal"]
    assert told.data["held_on"] == today.isoformat()
    assert told.data["url"] == f"/work/appraisals/{counted.pk}/"


def test_the_appraisal_of_last_year_counts_in_its_year_though_the_meeting_is_in_the_new_one(
    cast, counted, decide, today, at
):
    Round.objects.filter(pk=counted.pk).update(year=today.year - 1)
    decide(counted)
    finish_round(cast.actor("secretary"), round_id=counted.pk, at=at)
    told = events("finished").get().data
    assert told["held_on"] == date(today.year - 1, 12, 31).isoformat()
    assert told["decided_on"] == today.isoformat()
    assert Round.objects.get().decided_on == today
    withdraw_round(cast.actor("secretary"), round_id=counted.pk, reason="重新评议", at=at)
    assert events("withdrawn").get().data["held_on"] == told["held_on"]


def test_no_meeting_decides_before_the_sheets_are_counted(cast, held, counted, today, at):
    grades = {one.pk: ("qualified", "") for one in counted.participants.all()}
    Round.objects.filter(pk=held.pk).update(as_of=today - timedelta(days=30))

    def decided(days):
        decision = Decision(today - timedelta(days=days), "committee", "第8号")
        return record_grades(cast.actor("secretary"), round_id=counted.pk, decision=decision, grades=grades, at=at)

    with pytest.raises(InvalidInput) as refused:
        decided(1)
    assert set(refused.value.fields) == {"decided_on"}
    assert f"{today.year}年{today.month}月{today.day}日" in str(refused.value.fields["decided_on"])
    assert not Outcome.objects.exists()
    assert decided(0).decided_on == today


def test_the_meeting_that_counts_sheets_on_paper_decides_on_its_own_day(cast, held, today, at):
    """The secretary enters the count and closes the days after the meeting."""
    secretary, met_on = cast.actor("secretary"), today - timedelta(days=3)
    Round.objects.filter(pk=held.pk).update(as_of=today - timedelta(days=30))
    enter_paper_count(secretary, round_id=held.pk, paper=paper(held, today, counted_on=met_on), at=at)
    count_sheets(secretary, round_id=held.pk, at=at)
    grades = {one.pk: ("qualified", "") for one in held.participants.all()}
    early = Decision(met_on - timedelta(days=1), "general_meeting", "第8号")
    with pytest.raises(InvalidInput):
        record_grades(secretary, round_id=held.pk, decision=early, grades=grades, at=at)
    assert not Outcome.objects.exists()
    decision = Decision(met_on, "general_meeting", "第8号")
    assert record_grades(secretary, round_id=held.pk, decision=decision, grades=grades, at=at).decided_on == met_on


def test_a_member_signs_the_own_grade_or_objects_and_is_answered(cast, counted, people, decide, at):
    decide(counted)
    wang, li = people[0], people[1]
    assert confirm_grade(wang.actor, round_id=counted.pk, at=at).signature == "confirmed"
    with pytest.raises(Conflict):
        object_to_grade(wang.actor, round_id=counted.pk, text="不服", at=at)
    with pytest.raises(InvalidInput):
        object_to_grade(li.actor, round_id=counted.pk, text=" ", at=at)
    mine = object_to_grade(li.actor, round_id=counted.pk, text="会议未考虑外出务工的情况。", at=at)
    with acting(cast.actor("town_clerk")):
        assert Outcome.objects.get(pk=mine.pk).objection  # visible to the committee above
    with acting(people[2].actor):
        assert not Outcome.objects.filter(pk=mine.pk).exists()
    with pytest.raises(NotPermitted):
        answer_objection(cast.actor("town_clerk"), outcome=mine.pk, answer="已核实", at=at)
    with pytest.raises(NotVisible):
        answer_objection(cast.actor("sibling"), outcome=mine.pk, answer="已核实", at=at)
    answered = answer_objection(cast.actor("secretary"), outcome=mine.pk, answer="会议已核实，维持原等次。", at=at)
    assert (answered.signature, answered.answered_by) == ("none", "secretary")
    assert confirm_grade(li.actor, round_id=counted.pk, at=at).objection
    for kind in ("objected", "answered"):
        assert "外出务工" not in str(events(kind).get().data)


def test_the_answer_to_an_old_objection_leaves_the_signature(cast, counted, people, decide, at):
    """The meeting decided anew, the member signed the new grade, and only then the old objection is answered."""
    decide(counted)
    mine = object_to_grade(people[0].actor, round_id=counted.pk, text="请再研究。", at=at)
    decide(counted, **{f"p{part_of(counted, people[0]).position}": "excellent"})
    signed = confirm_grade(people[0].actor, round_id=counted.pk, at=at)
    answered = answer_objection(cast.actor("secretary"), outcome=mine.pk, answer="会议已重新研究。", at=at)
    assert (answered.signature, answered.signed_at) == ("confirmed", signed.signed_at)
    assert answered.answer == "会议已重新研究。"
    assert Message.objects.filter(kind="appraisals.objected", text="请查看答复。").count() == 1


def test_a_share_is_said_in_words_and_a_day_as_people_write_it(cast, counted, decide, today):
    held = decide(counted, p1="excellent", p2="excellent", p3="excellent")
    assert any("6人中有3人评定为优秀，超过三分之一。" in str(one.said) for one in remarks_on(held, lines_of(held)))
    due = held.due_on
    assert f"{due.year}年{due.month}月{due.day}日前" in Message.objects.get(kind="appraisals.opened").text


def test_a_changed_grade_is_signed_again(cast, counted, people, decide, at):
    decide(counted)
    confirm_grade(people[0].actor, round_id=counted.pk, at=at)
    position = part_of(counted, people[0]).position
    decide(counted, **{f"p{position}": "excellent"})
    outcome = Outcome.objects.get(member=people[0].member)
    assert (outcome.grade, outcome.signature) == ("excellent", "none")


def test_the_table_of_the_year(cast, counted, decide, at):
    before = summary(cast.actor("clerk"), counted.year)
    assert (before.branches, before.started, before.finished, before.taking_part) == (3, 1, 0, 6)
    assert sum(number for _name, number in before.grades) == 0
    decide(counted)
    finish_round(cast.actor("secretary"), round_id=counted.pk, at=at)
    after = summary(cast.actor("clerk"), counted.year)
    assert (after.finished, [number for _name, number in after.grades]) == (1, [0, 6, 0, 0])
    assert [one.short_name for one in not_started(cast.actor("clerk"), counted.year)] == [
        "杨树村党支部",
        "芦苇村党支部",
    ]
    assert summary(cast.actor("outsider"), counted.year).started == 0


def test_a_participant_is_seen_by_colleagues_and_staff_alone(cast, held, people, enter):
    zhou = enter("周强", place="poplar")
    for actor, seen in (
        (people[0].actor, 6),
        (cast.actor("secretary"), 6),
        (zhou.actor, 0),
        (cast.actor("sibling"), 0),
    ):
        with acting(actor):
            assert Participant.objects.count() == seen
