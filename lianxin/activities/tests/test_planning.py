from dataclasses import replace
from datetime import date, timedelta

import pytest

from lianxin.activities.actions.announcing import announce, cancel
from lianxin.activities.actions.planning import change, plan
from lianxin.activities.actions.series import Rhythm, cancel_turns, change_turns, plan_series, turns
from lianxin.activities.kinds import kinds
from lianxin.activities.models import Activity, AgendaItem, Participant, Room, RoomBooking
from lianxin.activities.plan import Point, timed
from lianxin.activities.queries.prefilling import plan_of, prefilled, shipped_templates
from lianxin.activities.tests.conftest import shanghai
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Changed, Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.messaging.facade import Message


def test_a_plan_invites_the_members_and_records_one_event(cast, people, planned, at):
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
    assert made.state == Activity.State.DRAFT
    assert list(made.participants.values_list("name", flat=True).order_by("name")) == sorted(p.name for p in people)
    assert made.participants.filter(may_vote=True).count() == 5
    assert Event.objects.filter(kind="activities.planned", subject_id=made.pk).count() == 1
    assert not Message.objects.exists()
    assert [one.organisation_id for one in made.parties.all()] == [cast.willow.id]


def test_a_committee_meeting_invites_the_committee_alone(cast, people, planned, at):
    wanted = planned(kinds=["committee_meeting"], audience="committee")
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=wanted, at=at)
    assert set(made.participants.values_list("member_id", flat=True)) == {one.pk for one in people[:3]}


def test_probationary_members_come_but_do_not_vote(cast, people, enter, planned, at):
    young = enter("孙小明", 40, person_category="probationary", joined_on=date(2026, 3, 1), converted_on=None)
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
    assert not made.participants.get(member=young).may_vote


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("sibling", NotVisible), ("outsider", NotVisible), ("viewer", NotPermitted), ("stranger", NotVisible)],
)
def test_others_plan_nothing_here(cast, people, planned, at, who, refusal):
    with pytest.raises(refusal):
        plan(cast.actor(who), organisation=cast.willow.id, planned=planned(), at=at)
    assert not Activity.objects.exists()


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"kinds": []}, "kinds"),
        ({"kinds": ["party"]}, "kinds"),
        ({"title": " "}, "title"),
        ({"place": ""}, "place"),
        ({"online_link": "javascript:alert(1)"}, "online_link"),
        ({"audience": "group"}, "group"),
        ({"agenda": (Point(""),)}, "agenda"),
        ({"late_after": 500}, "late_after"),
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(cast, people, planned, at, given, field):
    with pytest.raises(InvalidInput) as refusal:
        plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(**given), at=at)
    assert field in refusal.value.fields
    assert not Activity.objects.exists()


def test_announcing_tells_everybody_once(cast, people, meeting):
    made = meeting()
    assert made.state == Activity.State.ANNOUNCED
    message = Message.objects.get(kind="activities.invited")
    assert message.recipients.count() == 4  # not the secretary, who announced it
    with pytest.raises(Conflict):
        announce(cast.actor("secretary"), activity=made.pk, at=made.announced_at)
    assert Message.objects.count() == 1


def test_a_change_of_place_is_told_and_a_change_of_chair_is_not(cast, people, meeting, at):
    made = meeting()
    wanted = plan_of(made)
    change(cast.actor("secretary"), activity=made.pk, planned=replace(wanted, chair=people[0].pk), at=at)
    assert Message.objects.filter(kind="activities.changed").count() == 0
    changed = change(cast.actor("secretary"), activity=made.pk, planned=replace(wanted, place="学校"), at=at)
    assert changed.version == 3
    message = Message.objects.get(kind="activities.changed")
    assert "学校" in message.text
    event = Event.objects.filter(kind="activities.changed").latest("id")
    assert event.changes["place"] == ["村党群服务中心", "学校"]


def test_nobody_writes_over_what_they_have_not_seen(cast, people, meeting, at):
    made = meeting()
    wanted = plan_of(made)
    change(cast.actor("secretary"), activity=made.pk, planned=replace(wanted, place="学校"), version=1, at=at)
    with pytest.raises(Changed):
        change(cast.actor("secretary"), activity=made.pk, planned=replace(wanted, place="家"), version=1, at=at)
    made.refresh_from_db()
    assert made.place == "学校"


def test_points_that_stay_keep_their_row(cast, people, meeting, at):
    made = meeting()
    before = {one.title: one.pk for one in made.agenda.all()}
    agenda = (Point("唱国歌"), Point("表决", "decision", 15), Point("听取报告", "report", 20))
    change(cast.actor("secretary"), activity=made.pk, planned=replace(plan_of(made), agenda=agenda), at=at)
    after = {one.title: one.pk for one in made.agenda.all()}
    assert list(after) == ["唱国歌", "表决", "听取报告"]
    assert all(after[title] == key for title, key in before.items())


def test_cancelling_needs_a_reason_frees_the_room_and_tells(cast, people, meeting, at):
    room = Room.objects.create(organisation=cast.willow, name="活动室")
    made = meeting(room=room.pk)
    assert RoomBooking.objects.count() == 1
    with pytest.raises(InvalidInput):
        cancel(cast.actor("secretary"), activity=made.pk, reason=" ", at=at)
    assert RoomBooking.objects.count() == 1
    cancel(cast.actor("secretary"), activity=made.pk, reason="台风", at=at)
    assert not RoomBooking.objects.exists()
    assert "台风" in Message.objects.get(kind="activities.changed").text


def test_a_series_comes_back_to_the_31st(today):
    assert turns(date(2026, 1, 31), Rhythm(1, date(2026, 4, 30))) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
        date(2026, 3, 31),
        date(2026, 4, 30),
    ]


@pytest.fixture
def series(cast, people, planned, at, today):
    first = today + timedelta(days=10)
    begins = shanghai(first)
    wanted = planned(
        kinds=["theme_day"], title=f"{first.month}月主题党日", starts_at=begins, ends_at=begins + timedelta(hours=2)
    )
    return plan_series(
        cast.actor("secretary"),
        organisation=cast.willow.id,
        planned=wanted,
        rhythm=Rhythm(1, today + timedelta(days=130)),
        at=at,
    )


def test_each_turn_has_its_own_day_and_title(series):
    assert len(series) >= 4
    assert [one.title for one in series] == [f"{one.series_on.month}月主题党日" for one in series]
    assert all(one.starts_at.astimezone(shanghai(one.series_on).tzinfo).hour == 15 for one in series)


@pytest.mark.parametrize(("which", "number"), [("one", 1), ("following", 3), ("all", 4)])
def test_one_the_following_or_all_turns_change(cast, series, at, which, number):
    turn = series[1]
    wanted = replace(plan_of(turn), place="党群服务中心二楼")
    series_of_four = series[:4]
    for other in series[4:]:
        cancel(cast.actor("secretary"), activity=other.pk, reason="不在本次测试之列", at=at)
    assert change_turns(cast.actor("secretary"), activity=turn.pk, planned=wanted, which=which, at=at) == number
    moved = Activity.objects.filter(pk__in=[one.pk for one in series_of_four], place="党群服务中心二楼").count()
    assert moved == number


def test_cancelling_the_following_leaves_earlier_turns(cast, series, at):
    cancel_turns(cast.actor("secretary"), activity=series[1].pk, which="following", reason="停办", at=at)
    states = [Activity.objects.get(pk=one.pk).state for one in series]
    assert states[0] == "draft"
    assert set(states[1:]) == {"cancelled"}


def test_the_form_knows_the_habit_of_the_branch(cast, people, planned, at, today):
    begins = shanghai(today - timedelta(days=20), hour=9)
    old = planned(kinds=["theme_day"], starts_at=begins, ends_at=begins + timedelta(hours=1), place="文化广场")
    plan(cast.actor("secretary"), organisation=cast.willow.id, planned=old, at=at)
    found = prefilled(cast.willow, ["theme_day", "dues_day"], today=today)
    assert found.place == "文化广场"
    assert found.starts_at.astimezone(shanghai(today).tzinfo).hour == 9
    assert found.chair == people[0].pk
    assert [one.title for one in found.agenda].count("交纳党费") == 1


def test_every_kind_has_a_template_that_fits(today):
    assert set(kinds()) == set(shipped_templates())
    for one in shipped_templates().values():
        assert 0 < one["minutes"] <= 240
        assert all(point["kind"] in AgendaItem.Kind.values for point in one["agenda"])


def test_times_follow_from_the_minutes(at):
    shown = timed([Point("a", minutes=10), Point("b"), Point("c", minutes=5)], at)
    assert [one.begins_at for one in shown] == [at, at + timedelta(minutes=10), None]


def test_row_security_lets_the_secretary_plan_and_shows_a_member_what_is_announced(
    cast, people, planned, account_of, at
):
    account_of(people[3], "liu")
    with acting(cast.actor("secretary")):
        made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
    with acting(cast.actor("liu")):
        assert Participant.objects.get(activity=made.pk).member_id == people[3].pk
    with acting(cast.actor("far_secretary")):
        assert not Activity.objects.exists()
        assert not Participant.objects.exists()
