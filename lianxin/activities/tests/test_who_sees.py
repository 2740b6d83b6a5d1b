"""Who sees what in the database itself: a stranger, who took part, another branch, and who is lent a room."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lianxin.activities.actions.booking import book_room, keep_room
from lianxin.activities.actions.minutes import begin_minutes, confirm_minutes, note_make_up
from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.vote import Count, enter_vote
from lianxin.activities.models import MakeUp, Minutes, MinutesItem, RoomBooking, Vote, VoteVoice
from lianxin.activities.models.minutes import CODE_LENGTH
from lianxin.activities.queries.rooms import taken_between
from lianxin.activities.tests.minutes_meeting import hold, written
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import InvalidInput

TABLES = (Minutes, MinutesItem, Vote, VoteVoice, MakeUp)


@pytest.fixture
def confirmed(cast, at, today):
    """A meeting with a recorded vote of seven, confirmed, and two absent members who made up for it."""
    meeting = hold(cast, at)
    minutes = written(cast, meeting)
    voices = {one.pk: "in_favour" if number else "against" for number, one in enumerate(meeting.members[:7])}
    count = Count(question="集体经济项目", kind="general_meeting", method="recorded", voices=voices)
    enter_vote(cast.actor("secretary"), item=minutes.items.first().pk, count=count, at=at)
    for member in meeting.members[7:9]:
        note_make_up(
            cast.actor("secretary"),
            activity=meeting.activity.pk,
            member=member.pk,
            what="自学会议材料",
            done_on=today,
            at=at,
        )
    confirm_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    return meeting


def seen(actor):
    """How many rows of each table the database shows to an actor."""
    with acting(actor):
        return {model.__name__: model.objects.count() for model in TABLES}


def test_a_stranger_another_branch_and_the_anonymous_see_no_row(cast, confirmed):
    nothing = {model.__name__: 0 for model in TABLES}
    for who in ("stranger", "sibling", "far_secretary", "outsider"):
        assert seen(cast.actor(who)) == nothing, who
    assert seen(Actor(name="nobody")) == nothing


def test_who_took_part_reads_what_was_confirmed_and_of_voices_and_make_ups_their_own(confirmed):
    voter, absent = confirmed.signed_in(2), confirmed.signed_in(7)
    assert seen(voter) == {"Minutes": 1, "MinutesItem": 2, "Vote": 1, "VoteVoice": 1, "MakeUp": 0}
    assert seen(absent) == {"Minutes": 1, "MinutesItem": 2, "Vote": 1, "VoteVoice": 0, "MakeUp": 1}
    with acting(voter):
        assert VoteVoice.objects.get().member_id == voter.member_id


def test_staff_the_chair_and_the_recorder_read_all(cast, confirmed):
    everything = {"Minutes": 1, "MinutesItem": 2, "Vote": 1, "VoteVoice": 7, "MakeUp": 2}
    for actor in (cast.actor("secretary"), cast.actor("clerk"), confirmed.signed_in(0), confirmed.signed_in(1)):
        assert seen(actor) == everything, actor.name


def test_unconfirmed_minutes_are_for_those_who_write_them(cast, at):
    meeting = hold(cast, at)
    begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    assert seen(meeting.signed_in(3))["Minutes"] == 0
    assert seen(meeting.signed_in(1))["Minutes"] == 1


def test_a_partner_of_a_joint_meeting_reads_the_minutes_without_voices_and_make_ups(cast, confirmed):
    confirmed.activity.parties.create(organisation=cast.reed, organisation_name="芦苇村党支部")
    assert seen(cast.actor("far_secretary")) == {
        "Minutes": 1,
        "MinutesItem": 2,
        "Vote": 1,
        "VoteVoice": 0,
        "MakeUp": 0,
    }


def test_a_member_is_shown_their_own_make_up_alone(cast, confirmed):
    address = reverse("own_activities:minutes", args=[confirmed.activity.pk])
    confirmed.signed_in(7)
    account = type(cast.secretary).objects.get(username="member7")
    account.member_id = confirmed.members[7].pk
    account.save(update_fields=["member_id"])
    client = Client()
    client.force_login(account)
    shown = client.get(address)
    assert shown.status_code == 200
    assert [one.member_id for one, _done in shown.context["missed"]] == [confirmed.members[7].pk]
    staff = cast.client("secretary").get(reverse("activities:minutes", args=[confirmed.activity.pk]))
    assert len(staff.context["missed"]) == 2


def test_the_check_page_needs_the_code_of_the_paper_and_names_nobody(cast, confirmed):
    code = confirmed.minutes.code
    assert len(code) == CODE_LENGTH >= 12
    stranger = Client()
    shown = stranger.get(reverse("own_activities:check", args=[code]))
    text = shown.content.decode()
    assert shown.status_code == 200
    assert confirmed.minutes.sha256 in text
    for secret in (confirmed.activity.title, confirmed.activity.place, *(one.name for one in confirmed.members)):
        assert secret not in text
    for wrong in (code[:-1] + ("A" if code[-1] != "A" else "B"), code[:-1], str(confirmed.activity.pk)):
        assert stranger.get(reverse("own_activities:check", args=[wrong])).status_code == 404


def test_a_draft_has_no_check_page(cast, at):
    meeting = hold(cast, at)
    minutes = begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at)
    assert Client().get(reverse("own_activities:check", args=[minutes.code])).status_code == 404


@pytest.fixture
def lent(cast, people, planned, at):
    """A hall of the town that willow has for a meeting nobody else need know the subject of."""
    hall = keep_room(
        cast.actor("town_clerk"), organisation=cast.north.id, name="镇会议厅", seats=80, is_shared=True, at=at
    )
    plan(
        cast.actor("secretary"),
        organisation=cast.willow.id,
        planned=planned(room=hall.pk, title="处置不合格党员"),
        at=at,
    )
    return hall


def test_who_is_lent_a_room_sees_when_it_is_taken_and_not_for_what(cast, lent, at):
    span = (at - timedelta(days=1), at + timedelta(days=3))
    for who, purpose in (("secretary", "处置不合格党员"), ("town_clerk", "处置不合格党员"), ("sibling", None)):
        with acting(cast.actor(who)):
            (taken,) = taken_between(lent.pk, *span)
            assert taken.organisation_name == "柳树村党支部"
            assert (taken.booking.purpose if taken.booking else None) == purpose, who
            assert RoomBooking.objects.count() == (purpose is not None)
    for who in ("far_secretary", "stranger"):
        with acting(cast.actor(who)):
            assert taken_between(lent.pk, *span) == []


def test_a_lent_room_is_found_opened_and_changed_by_its_keeper_alone(cast, lent):
    theirs = cast.client("sibling")
    assert "镇会议厅" in theirs.get(reverse("activities:rooms")).content.decode()
    assert "北宋镇党委" in theirs.get(reverse("activities:room", args=[lent.pk])).content.decode()
    assert theirs.get(reverse("activities:room_change", args=[lent.pk])).status_code in {403, 404}
    assert cast.client("town_clerk").get(reverse("activities:room_change", args=[lent.pk])).status_code == 200
    assert cast.client("far_secretary").get(reverse("activities:room", args=[lent.pk])).status_code == 404


def test_the_calendar_and_the_refusal_of_a_neighbour_keep_the_purpose(cast, lent, at):
    address = reverse("activities:room", args=[lent.pk])
    answer = cast.client("sibling").get(address)
    assert answer.status_code == 200
    theirs = answer.content.decode()
    assert "柳树村党支部" in theirs
    assert "处置不合格党员" not in theirs
    assert "处置不合格党员" in cast.client("secretary").get(address).content.decode()
    begins = RoomBooking.objects.get().during.lower
    with acting(cast.actor("sibling")), pytest.raises(InvalidInput) as refused:
        book_room(
            cast.actor("sibling"),
            room=lent.pk,
            organisation=cast.poplar.id,
            starts_at=begins,
            ends_at=begins + timedelta(hours=1),
            purpose="学习",
            at=at,
        )
    said = str(refused.value.fields["room"])
    assert "柳树村党支部" in said
    assert "处置不合格党员" not in said
