"""What was held: events for duties, offline reports, corrections, annulment, quorum, excuses, joint activities."""

from datetime import timedelta

import pytest

from lianxin.activities.actions.excusing import end_excuse, excuse
from lianxin.activities.actions.holding import Report, annul, correct_attendance, hold, report
from lianxin.activities.actions.inviting import give_guidance, invite, invite_observer, uninvite
from lianxin.activities.actions.minutes_facts import Facts, correct_facts
from lianxin.activities.actions.replying import enter_leave
from lianxin.activities.actions.signing import tick
from lianxin.activities.facade import activities_between, attendance_of
from lianxin.activities.models import Activity, ActivityParty, GuidanceNote
from lianxin.activities.queries.minutes import presence_of
from lianxin.activities.queries.page import numbers_of, quorum_of
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import SHANGHAI, day_of


@pytest.fixture
def held(cast, people, meeting, row, at):
    """A general meeting that was held with three of five."""
    made = meeting()
    tick(cast.actor("secretary"), activity=made.pk, participants=[row(made, one).pk for one in people[:3]], at=at)
    return hold(cast.actor("secretary"), activity=made.pk, at=made.ends_at)


def test_holding_closes_the_attendance_and_meets_the_duty(cast, people, held, row):
    assert held.state == Activity.State.HELD
    assert row(held, people[4]).attendance == "absent"
    event = Event.objects.get(kind="activities.held")
    assert event.subject_id == held.pk
    assert event.organisation_id == cast.willow.id
    assert event.data["meets"] == ["general_meeting"]
    assert event.data["held_on"] == str(event.effective_on)
    assert event.data["url"] == held.get_absolute_url()


def test_nothing_is_held_before_it_begins_or_with_nobody_there(cast, people, meeting, at):
    made = meeting()
    with pytest.raises(Conflict):
        hold(cast.actor("secretary"), activity=made.pk, at=at)
    with pytest.raises(Conflict):
        hold(cast.actor("secretary"), activity=made.pk, at=made.ends_at)
    made.refresh_from_db()
    assert made.state == Activity.State.ANNOUNCED
    assert not Event.objects.filter(kind="activities.held").exists()


def test_an_end_still_to_come_becomes_now(cast, people, meeting, row, at):
    made = meeting(starts_at=at - timedelta(minutes=20))
    tick(cast.actor("secretary"), activity=made.pk, participants=[row(made, people[0]).pk], at=at)
    done = hold(cast.actor("secretary"), activity=made.pk, at=at)
    assert done.ends_at == at.replace(second=0, microsecond=0)
    assert (
        Event.objects.get(kind="activities.held")
        .changes["ends_at"][1]
        .startswith(f"{at.astimezone(SHANGHAI):%Y-%m-%dT%H:%M}")
    )


def test_a_meeting_closed_after_its_end_keeps_it_and_one_closed_at_once_lasts_a_minute(cast, people, meeting, row, at):
    planned_end = (first := meeting()).ends_at
    tick(cast.actor("secretary"), activity=first.pk, participants=[row(first, people[0]).pk], at=at)
    late = hold(cast.actor("secretary"), activity=first.pk, at=planned_end + timedelta(hours=3))
    assert late.ends_at == planned_end
    second = meeting(starts_at=at - timedelta(seconds=10))
    tick(cast.actor("secretary"), activity=second.pk, participants=[row(second, people[0]).pk], at=at)
    done = hold(cast.actor("secretary"), activity=second.pk, at=at)
    assert done.ends_at == done.starts_at + timedelta(minutes=1)


def test_the_end_is_corrected_by_whoever_writes_the_minutes_and_by_nobody_else(cast, people, held, at):
    later = held.ends_at + timedelta(hours=2)
    real = Facts(held.starts_at + timedelta(minutes=45), people[1].pk, people[2].pk)
    for who, answer in (("viewer", NotPermitted), ("sibling", NotVisible), ("stranger", NotVisible)):
        with acting(cast.actor(who)), pytest.raises(answer):
            correct_facts(cast.actor(who), activity=held.pk, facts=real, at=later)
    for wrong, field in (
        (Facts(held.starts_at, people[1].pk, people[2].pk), "ended"),
        (Facts(later + timedelta(minutes=1), people[1].pk, people[2].pk), "ended"),
        (Facts(real.ended_at, people[4].pk, people[2].pk), "chair"),
    ):
        with pytest.raises(InvalidInput) as refused:
            correct_facts(cast.actor("secretary"), activity=held.pk, facts=wrong, at=later)
        assert list(refused.value.fields) == [field]
    before = held.ends_at
    held.refresh_from_db()
    assert held.ends_at == before
    correct_facts(cast.actor("secretary"), activity=held.pk, facts=real, at=later)
    held.refresh_from_db()
    assert (held.ends_at, held.chair_name, held.recorder_name) == (real.ended_at, people[1].name, people[2].name)
    assert Event.objects.get(kind="activities.facts_corrected").changes["chair"][1] == people[1].name


def test_an_activity_not_held_yet_has_no_real_end(cast, people, meeting, at):
    made = meeting()
    with pytest.raises(Conflict):
        correct_facts(cast.actor("secretary"), activity=made.pk, facts=Facts(made.ends_at), at=made.ends_at)


def test_a_joint_activity_counts_once_for_each(cast, people, meeting, row, at):
    made = meeting()
    ActivityParty.objects.create(activity=made, organisation=cast.poplar, organisation_name="杨树村党支部")
    tick(cast.actor("secretary"), activity=made.pk, participants=[row(made, people[0]).pk], at=at)
    with acting(cast.actor("secretary")):
        hold(cast.actor("secretary"), activity=made.pk, at=made.ends_at)
    events = Event.objects.filter(kind="activities.held", subject_id=made.pk)
    assert {one.organisation_id for one in events} == {cast.willow.id, cast.poplar.id}
    on = day_of(made.starts_at)
    found = activities_between(cast.actor("sibling"), cast.poplar.id, on - timedelta(days=2), on + timedelta(days=2))
    assert [one.pk for one in found] == [made.pk]


def test_annulling_needs_a_reason_and_takes_it_back(cast, held, at):
    with pytest.raises(InvalidInput):
        annul(cast.actor("secretary"), activity=held.pk, reason="", at=at)
    with pytest.raises(NotVisible):
        annul(cast.actor("sibling"), activity=held.pk, reason="误录", at=at)
    held.refresh_from_db()
    assert held.state == Activity.State.HELD
    annul(cast.actor("secretary"), activity=held.pk, reason="误录", at=at)
    event = Event.objects.get(kind="activities.annulled")
    assert (event.subject_id, event.reason) == (held.pk, "误录")


def test_the_attendance_is_corrected_with_a_reason_and_the_old_word_stays(cast, people, held, row, at):
    wrong = row(held, people[4])
    with pytest.raises(InvalidInput):
        correct_attendance(
            cast.actor("secretary"), activity=held.pk, participants=[wrong.pk], attendance="present", reason="", at=at
        )
    assert row(held, people[4]).attendance == "absent"
    correct_attendance(
        cast.actor("secretary"), activity=held.pk, participants=[wrong.pk], attendance="present", reason="漏签", at=at
    )
    assert row(held, people[4]).attendance == "present"
    event = Event.objects.get(kind="activities.attendance_corrected")
    assert event.changes == {"陈静": ["absent", "present"]}


def offline(people, today, **given):
    return Report(
        **{
            "kinds": ["theme_day", "dues_day"],
            "on": today - timedelta(days=1),
            "place": "文化广场",
            "present": [one.pk for one in people[:4]],
        }
        | given
    )


def test_what_was_held_offline_counts(cast, people, row, at, today):
    made = report(cast.actor("secretary"), organisation=cast.willow.id, report=offline(people, today), at=at)
    assert made.was_reported
    assert made.state == Activity.State.HELD
    assert row(made, people[0]).attendance == "present"
    assert row(made, people[4]).attendance == "absent"
    event = Event.objects.get(kind="activities.reported")
    assert event.data["meets"] == ["theme_day", "dues_day"]
    assert made.files.count() == 0


def test_the_same_is_not_recorded_twice(cast, people, at, today):
    report(cast.actor("secretary"), organisation=cast.willow.id, report=offline(people, today), at=at)
    with pytest.raises(Conflict):
        report(cast.actor("secretary"), organisation=cast.willow.id, report=offline(people, today), at=at)
    assert Activity.objects.count() == 1


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"place": ""}, "place"),
        ({"present": []}, "present"),
        ({"ahead": 3}, "on"),
        ({"ahead": -500}, "on"),
    ],
)
def test_a_report_says_what_is_missing(cast, people, at, today, given, field):
    ahead = given.pop("ahead", None)
    if ahead is not None:
        given = {"on": today + timedelta(days=ahead)}
    with pytest.raises(InvalidInput) as refusal:
        report(cast.actor("secretary"), organisation=cast.willow.id, report=offline(people, today, **given), at=at)
    assert field in refusal.value.fields
    assert not Activity.objects.exists()


def test_the_quorum_is_shown_with_its_sum(cast, people, held):
    quorum = quorum_of(held)
    assert (quorum.eligible, quorum.present, quorum.quorate) == (5, 3, True)
    assert quorum.article


def test_a_theme_day_has_no_quorum(cast, people, meeting):
    assert quorum_of(meeting(kinds=["theme_day"])) is None


def test_whoever_is_excused_is_in_no_figure(cast, people, meeting, row, at, today):
    excuse(cast.actor("secretary"), member=people[4].pk, ground="age", since=today, at=at)
    made = meeting()
    assert row(made, people[4]).is_excused
    numbers = numbers_of(made)
    assert (numbers.expected, numbers.excused) == (4, 1)
    assert quorum_of(made).eligible == 5
    with pytest.raises(InvalidInput):
        excuse(cast.actor("secretary"), member=people[4].pk, ground="illness", since=today, at=at)


def test_who_is_excused_and_comes_counts_alike_on_page_and_minutes(cast, people, meeting, row, at, today):
    excuse(cast.actor("town_clerk"), member=people[4].pk, ground="age", since=today, at=at)
    made = meeting()
    tick(cast.actor("secretary"), activity=made.pk, participants=[row(made, one).pk for one in people], at=at)
    shown, minutes = numbers_of(made), presence_of(made)
    assert (shown.expected, shown.present, shown.excused) == (5, 5, 0)
    assert (len(minutes.expected), len(minutes.present), len(minutes.excused)) == (5, 5, 0)


def test_who_was_given_leave_and_comes_all_the_same_is_not_on_leave(cast, people, meeting, row, at):
    made = meeting()
    enter_leave(cast.actor("town_clerk"), participant=row(made, people[4]).pk, reason="出差", at=at)
    tick(cast.actor("secretary"), activity=made.pk, participants=[row(made, one).pk for one in people], at=at)
    shown = numbers_of(made)
    assert (shown.expected, shown.present, shown.leave_given) == (5, 5, 0)


def test_an_excuse_reaches_what_is_planned_and_ends(cast, people, meeting, row, at, today):
    made = meeting(starts_at=at + timedelta(days=5))
    held = excuse(cast.actor("secretary"), member=people[4].pk, ground="illness", since=today, at=at)
    assert row(made, people[4]).is_excused
    end_excuse(cast.actor("secretary"), excuse=held.pk, until=today + timedelta(days=2), at=at)
    assert not row(made, people[4]).is_excused
    assert "illness" not in str(Event.objects.filter(kind="activities.excused").values_list("data", "reason"))


@pytest.mark.parametrize(("who", "refusal"), [("sibling", NotVisible), ("viewer", NotPermitted)])
def test_others_excuse_nobody(cast, people, at, today, who, refusal):
    with pytest.raises(refusal):
        excuse(cast.actor(who), member=people[4].pk, ground="age", since=today, at=at)


def test_nobody_excuses_themselves(cast, people, at, today):
    with pytest.raises(NotPermitted):
        excuse(cast.actor("secretary"), member=people[0].pk, ground="age", since=today, at=at)


def test_observers_come_by_invitation_and_leave_guidance(cast, people, meeting, enter, account_of, at):
    made = meeting()
    boss = enter("郑书记", 70, "north")
    from lianxin.activities.tests.conftest import link  # noqa: PLC0415 - only here

    with pytest.raises(InvalidInput):
        invite_observer(cast.actor("secretary"), activity=made.pk, observer=boss.pk, at=at)
    link(cast.town_clerk, boss)
    invite_observer(cast.actor("secretary"), activity=made.pk, observer=boss.pk, at=at)
    row = made.participants.get(role="observer")
    assert not row.may_vote
    account_of(people[3], "liu")
    with acting(cast.actor("liu")):
        assert made.participants.filter(role="observer").count() == 1
    begun = made.starts_at + timedelta(minutes=1)
    with acting(cast.actor("town_clerk")):
        give_guidance(cast.actor("town_clerk"), activity=made.pk, text="议程再聚焦", at=begun)
    with pytest.raises(NotPermitted):
        give_guidance(cast.actor("liu"), activity=made.pk, text="我也说两句", at=begun)
    with acting(cast.actor("liu")):
        assert GuidanceNote.objects.get().author_name == "郑书记"


def test_a_partner_invites_its_own_members(cast, people, meeting, enter, at):
    made = meeting()
    theirs = enter("周敏", 60, "poplar")
    with pytest.raises((NotVisible, NotPermitted)):
        invite(cast.actor("sibling"), activity=made.pk, members=[theirs.pk], at=at)
    ActivityParty.objects.create(activity=made, organisation=cast.poplar, organisation_name="杨树村党支部")
    with acting(cast.actor("sibling")):
        rows = invite(cast.actor("sibling"), activity=made.pk, members=[theirs.pk], at=at)
    assert [one.name for one in rows] == ["周敏"]
    uninvite(cast.actor("sibling"), participant=rows[0].pk, at=at)
    assert made.participants.count() == 5


def test_attendance_of_a_member(cast, people, held, today):
    found = attendance_of(people[0].pk, today - timedelta(days=3), today + timedelta(days=3))
    assert [(one.title, one.attendance) for one in found] == [("第四季度党员大会", "present")]
