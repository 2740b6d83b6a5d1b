from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.holding import correct_attendance
from lianxin.activities.actions.minutes import NotReady, begin_minutes, confirm_minutes
from lianxin.activities.actions.vote import Count, enter_vote, remove_vote
from lianxin.activities.models import Vote, VoteVoice, vote_kinds_for, vote_method
from lianxin.activities.queries.minutes import minutes_for, presence_of
from lianxin.activities.queries.minutes_ready import hindrances
from lianxin.activities.queries.page import quorum_of
from lianxin.activities.tests.minutes_meeting import hold, written
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event


@pytest.fixture
def meeting(cast, at):
    """16 members, 9 there: the figures of the example in the rule."""
    return hold(cast, at, count=16, came=9, kinds=["admission_meeting"])


@pytest.fixture
def item(cast, meeting, at):
    return begin_minutes(cast.actor("secretary"), activity=meeting.activity.pk, at=at).items.first()


@pytest.fixture
def counted(meeting):
    def counted(**given):
        facts = {
            "question": "接收王某为预备党员",
            "kind": "admission_meeting",
            "method": "paper",
            "in_favour": 9,
            "counters": (meeting.members[0].pk, meeting.members[1].pk),
        }
        return Count(**facts | given)

    return counted


def test_a_paper_vote_is_judged_by_the_rule_with_the_sum(cast, item, counted, at):
    vote = enter_vote(cast.actor("secretary"), item=item.pk, count=counted(), at=at)
    assert (vote.eligible, vote.present, vote.is_quorate, vote.is_passed) == (16, 9, True, True)
    assert "16" in vote.sum
    assert "9" in vote.sum
    assert any(rule.startswith("organisation_life.admission_meeting.quorum@") for rule in vote.rules)
    assert Event.objects.get(kind="activities.vote_taken").data["sum"] == vote.sum


def test_exactly_half_is_not_enough_for_an_admission(cast, item, counted, at):
    vote = enter_vote(cast.actor("secretary"), item=item.pk, count=counted(present=8, in_favour=8), at=at)
    assert (vote.is_quorate, vote.is_passed) == (False, False)


def test_an_election_needs_four_fifths_present(cast, item, counted, at):
    given = {"kind": "election_meeting", "question": "选举张某为书记", "in_favour": 9}
    assert enter_vote(cast.actor("secretary"), item=item.pk, count=counted(**given), at=at).is_quorate is False


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"question": " "}, "question"),
        ({"kind": "lottery"}, "kind"),
        ({"method": "dice"}, "method"),
        ({"present": 17}, "present"),
        ({"in_favour": 10}, "in_favour"),
        ({"against": 1}, "against"),
        ({"invalid": 1}, "against"),
        ({"written_in_favour": 8}, "written_in_favour"),
        ({"kind": "general_meeting", "written_in_favour": 1}, "written_in_favour"),
        ({"counters": ()}, "counter_one"),
    ],
)
def test_impossible_counts_are_refused_at_their_field_and_nothing_is_kept(cast, item, counted, at, given, field):
    with pytest.raises(InvalidInput) as refused:
        enter_vote(cast.actor("secretary"), item=item.pk, count=counted(**given), at=at)
    assert list(refused.value.fields) == [field]
    assert not Vote.objects.exists()


def test_the_counters_are_two_persons_who_came(cast, item, meeting, counted, at):
    members = meeting.members
    for counters, field in (((0, 0), "counter_two"), ((0, 15), "counter_one")):
        given = tuple(members[number].pk for number in counters)
        with pytest.raises(InvalidInput) as refused:
            enter_vote(cast.actor("secretary"), item=item.pk, count=counted(counters=given), at=at)
        assert list(refused.value.fields) == [field]


def test_a_recorded_vote_counts_the_voices(cast, item, meeting, counted, at):
    voices = {meeting.members[number].pk: "in_favour" if number < 7 else "against" for number in range(9)}
    given = {"method": "recorded", "kind": "general_meeting", "counters": (), "in_favour": 0, "voices": voices}
    vote = enter_vote(cast.actor("secretary"), item=item.pk, count=counted(**given), at=at)
    assert (vote.in_favour, vote.against, vote.counter_one) == (7, 2, None)
    assert VoteVoice.objects.filter(vote=vote).count() == 9
    absent = {**voices, meeting.members[12].pk: "in_favour"}
    silent = {key: choice for key, choice in voices.items() if key != meeting.members[3].pk}
    for wrong in (absent, silent, {}, {**voices, meeting.members[0].pk: "perhaps"}):
        with pytest.raises(InvalidInput):
            enter_vote(cast.actor("secretary"), item=item.pk, count=counted(**given | {"voices": wrong}), at=at)
    assert Vote.objects.count() == 1


@pytest.mark.parametrize(
    ("who", "answer"), [("viewer", NotPermitted), ("sibling", NotVisible), ("stranger", NotVisible)]
)
def test_only_who_writes_enters_and_removes_votes(cast, item, counted, at, who, answer):
    vote = enter_vote(cast.actor("secretary"), item=item.pk, count=counted(), at=at)
    actor = cast.actor(who)
    for act in (
        lambda: enter_vote(actor, item=item.pk, count=counted(), at=at),
        lambda: remove_vote(actor, vote=vote.pk, at=at),
    ):
        with acting(actor), pytest.raises(answer):
            act()
    assert list(Vote.objects.all()) == [vote]


def test_a_vote_entered_wrongly_is_removed_and_the_log_keeps_it(cast, item, counted, at):
    vote = enter_vote(cast.actor("secretary"), item=item.pk, count=counted(), at=at)
    remove_vote(cast.actor("secretary"), vote=vote.pk, at=at)
    assert not Vote.objects.exists()
    assert Event.objects.get(kind="activities.vote_removed").data["sum"] == vote.sum


def test_a_way_of_voting_has_one_name():
    with pytest.raises(ValueError, match="twice"):
        vote_method("paper", "again", counted=True)


def test_who_is_excused_counts_for_the_quorum_of_a_vote_as_on_the_page(cast, at):
    meeting = hold(cast, at, count=8, came=4)
    meeting.activity.participants.filter(pinyin__in=["005", "006", "007"]).update(is_excused=True)
    page = quorum_of(meeting.activity)
    there = presence_of(meeting.activity)
    assert (page.eligible, page.present, page.excused) == (8, 4, 3)
    assert (there.voters, there.voters_present, len(there.expected)) == (8, 4, 5)
    minutes = written(cast, meeting)
    count = Count(
        question="接收预备党员",
        kind="admission_meeting",
        method="hands",
        in_favour=4,
        counters=(meeting.members[0].pk, meeting.members[1].pk),
    )
    vote = enter_vote(cast.actor("secretary"), item=minutes.items.first().pk, count=count, at=at)
    assert (vote.eligible, vote.present, vote.is_quorate) == (8, 4, False)  # more than half are needed


def test_nobody_votes_by_being_there(cast, item, meeting, counted, at):
    """Who was there and is not marked is asked for by name; who is marked as not voting counts for nothing."""
    members = meeting.members
    voices = {members[number].pk: "in_favour" for number in range(8)}
    given = {"method": "recorded", "kind": "general_meeting", "counters": (), "in_favour": 0}
    with pytest.raises(InvalidInput, match=members[8].name):
        enter_vote(cast.actor("secretary"), item=item.pk, count=counted(**given, voices=voices), at=at)
    assert not Vote.objects.exists()
    voices[members[8].pk] = "not_cast"
    vote = enter_vote(cast.actor("secretary"), item=item.pk, count=counted(**given, voices=voices), at=at)
    assert (vote.present, vote.in_favour, vote.against, vote.abstained) == (9, 8, 0, 0)
    assert not vote.is_passed
    assert VoteVoice.objects.get(member=members[8]).choice == "not_cast"


def test_everything_wrong_is_said_at_once(cast, item, counted, at):
    given = {"question": "", "counters": (), "in_favour": 10, "written_in_favour": 8}
    with pytest.raises(InvalidInput) as refused:
        enter_vote(cast.actor("secretary"), item=item.pk, count=counted(**given), at=at)
    assert set(refused.value.fields) == {"question", "counter_one", "in_favour", "written_in_favour"}


@pytest.mark.parametrize(
    ("kinds", "offered"),
    [
        (["general_meeting"], ["general_meeting", "admission_meeting", "election_meeting"]),
        (["admission_meeting"], ["admission_meeting", "general_meeting", "election_meeting"]),
        (["committee_meeting"], ["committee_meeting", "election_meeting"]),
        (["general_meeting", "theme_day"], ["general_meeting", "admission_meeting", "election_meeting"]),
        (["committee_meeting", "theme_day"], ["committee_meeting", "election_meeting"]),
        (["theme_day"], []),
        (["group_meeting"], []),
        (["party_lecture", "org_life_meeting"], []),
    ],
)
def test_a_vote_is_judged_by_a_rule_of_such_a_meeting(kinds, offered):
    assert vote_kinds_for(kinds) == offered


def test_the_rule_of_the_committee_is_not_for_all_members(cast, item, counted, at):
    with pytest.raises(InvalidInput) as refused:
        enter_vote(cast.actor("secretary"), item=item.pk, count=counted(kind="committee_meeting"), at=at)
    assert list(refused.value.fields) == ["kind"]


def test_a_vote_that_the_records_overtook_hinders_and_says_where(cast, at):
    held = hold(cast, at, count=10, came=4)
    secretary, key = cast.actor("secretary"), held.activity.pk
    item = written(cast, held).items.first()
    counters = (held.members[0].pk, held.members[1].pk)
    count = Count("同意", "general_meeting", "hands", in_favour=4, counters=counters)
    vote = enter_vote(secretary, item=item.pk, count=count, at=at)
    assert hindrances(minutes_for(secretary, key), at) == []
    late = [one.pk for one in held.activity.participants.filter(attendance="absent")]
    correct_attendance(secretary, activity=key, participants=late, attendance="present", reason="漏勾", at=at)
    (found,) = hindrances(minutes_for(secretary, key), at)
    assert (found.place, found.key) == ("item", item.pk)
    with pytest.raises(NotReady):
        confirm_minutes(secretary, activity=key, at=at)
    remove_vote(secretary, vote=vote.pk, at=at)
    enter_vote(secretary, item=item.pk, count=count, at=at)
    assert confirm_minutes(secretary, activity=key, at=at).is_confirmed


def test_one_more_entitled_hinders_and_who_came_late_does_not(cast, at):
    held = hold(cast, at, count=10, came=8)
    secretary, key = cast.actor("secretary"), held.activity.pk
    held.activity.participants.filter(member=held.members[7].pk).update(signed_at=at + timedelta(minutes=20))
    item = written(cast, held).items.first()
    counters = (held.members[0].pk, held.members[1].pk)
    count = Count("同意", "general_meeting", "hands", in_favour=7, counters=counters, taken_at=at)
    vote = enter_vote(secretary, item=item.pk, count=count, at=at + timedelta(hours=1))
    assert (vote.present, vote.came) == (7, 7)
    assert hindrances(minutes_for(secretary, key), at + timedelta(hours=1)) == []
    held.activity.participants.filter(member=held.members[9].pk).update(may_vote=False)
    assert len(hindrances(minutes_for(secretary, key), at + timedelta(hours=1))) == 1


def test_where_nothing_is_voted_on_no_vote_is_offered_or_taken(cast, at):
    held = hold(cast, at, kinds=["theme_day"])
    secretary = cast.actor("secretary")
    item = written(cast, held).items.first()
    address = reverse("activities:minutes_vote", args=[item.pk])
    page = cast.client("secretary").get(reverse("activities:minutes_item", args=[item.pk])).content.decode()
    assert address not in page
    assert "不作计票表决" in page
    assert cast.client("secretary").get(address).status_code == 302
    counters = (held.members[0].pk, held.members[1].pk)
    count = Count("同意", "general_meeting", "hands", in_favour=7, counters=counters)
    with pytest.raises(InvalidInput):
        enter_vote(secretary, item=item.pk, count=count, at=at)
    assert not Vote.objects.exists()
