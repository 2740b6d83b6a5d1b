"""One number of those entitled to vote, wherever it is shown, judged or printed."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.urls import reverse

from lianxin.activities.actions.minutes import confirm_minutes
from lianxin.activities.actions.vote import Count, enter_vote
from lianxin.activities.documents.shown import shown_minutes
from lianxin.activities.documents.word import word_of
from lianxin.activities.models import ActivityParty, Participant
from lianxin.activities.queries.hall import kit_of
from lianxin.activities.queries.minutes import presence_of
from lianxin.activities.queries.minutes_content import confirmed_content
from lianxin.activities.queries.page import quorum_of
from lianxin.activities.queries.voters import voters_of
from lianxin.activities.tests.minutes_meeting import hold, written
from lianxin.activities.tests.test_documents import text_of
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import InvalidInput
from lianxin.organisations.facade import Organisation


@pytest.fixture
def meeting(cast, at):
    """12 members: 7 came, one of them late; 2 are excused, one of whom came; one is on probation; and an observer.

    11 may vote, 6 of them came.
    """
    made = hold(cast, at, count=13, came=8)
    rows = list(Participant.objects.filter(activity=made.activity).order_by("pinyin"))
    for number, facts in {
        0: {"attendance": "late"},
        1: {"is_excused": True},
        2: {"may_vote": False},
        7: {"role": "observer", "may_vote": False},
        12: {"is_excused": True},
    }.items():
        Participant.objects.filter(pk=rows[number].pk).update(**facts)
    return made


def count(meeting, **given):
    counters = (meeting.members[0].pk, meeting.members[1].pk)
    facts = {"question": "年度工作计划", "kind": "general_meeting", "method": "hands", "counters": counters}
    return Count(**facts | given)


def test_every_screen_and_every_judgement_says_the_same(cast, meeting, at):
    secretary = cast.actor("secretary")
    key = meeting.activity.pk
    item = written(cast, meeting).items.first()
    voters = voters_of(key)
    assert (voters.eligible, voters.present, voters.excused, voters.excused_present) == (11, 6, 2, 1)
    quorum = quorum_of(meeting.activity)
    assert (quorum.eligible, quorum.present, quorum.excused, quorum.excused_present) == (11, 6, 2, 1)
    there = presence_of(meeting.activity)
    assert (there.voters, there.voters_present, there.voting) == (11, 6, voters)
    people = kit_of(secretary, meeting.activity, at=at)["people"]
    assert sum(one["may_vote"] for one in people) == 11
    form = cast.client("secretary").get(reverse("activities:minutes_vote", args=[item.pk])).content.decode()
    assert "6人" in form
    assert "11" in form
    vote = enter_vote(secretary, item=item.pk, count=count(meeting, in_favour=5, against=1), at=at)
    assert (vote.eligible, vote.present, vote.is_quorate, vote.is_passed) == (11, 6, True, False)
    done = confirm_minutes(secretary, activity=key, at=at)
    content = confirmed_content(done)
    said = content["presence"]
    assert (said["voters"], said["voters_present"], said["voters_excused"]) == (11, 6, 1)
    assert content["items"][0]["votes"][0]["eligible"] == 11
    pdf = text_of(cast.client("secretary").get(reverse("activities:minutes_pdf", args=[key])).content)
    assert "有表决权11人" in pdf
    assert "其中有表决权6人" in pdf


def test_six_of_eleven_pass_and_five_do_not(cast, meeting, at):
    item = written(cast, meeting).items.first()
    passed = enter_vote(cast.actor("secretary"), item=item.pk, count=count(meeting, in_favour=6), at=at)
    assert passed.is_passed
    with pytest.raises(InvalidInput):  # more than those entitled who came
        enter_vote(cast.actor("secretary"), item=item.pk, count=count(meeting, in_favour=7), at=at)


def test_the_excused_are_named_everywhere_in_the_minutes(cast, meeting, at):
    written(cast, meeting)
    name = meeting.members[12].name
    client, key = cast.client("secretary"), meeting.activity.pk
    assert "免予参加" in client.get(reverse("activities:minutes", args=[key])).content.decode()
    done = confirm_minutes(cast.actor("secretary"), activity=key, at=at)
    shown = shown_minutes(confirmed_content(done), done, address="")
    facts = dict(shown.facts)
    assert facts["免予参加"] == f"1人：{name}"
    # Everybody invited as a member is in exactly one of the lists.
    said = confirmed_content(done)["presence"]
    lists = [said[kind] for kind in ("present", "on_leave", "absent", "excused")]
    assert sum(map(len, lists)) == 12
    assert said["expected"] == sum(map(len, lists[:3]))
    pdf = text_of(client.get(reverse("activities:minutes_pdf", args=[key])).content)
    assert f"免予参加：1人：{name}" in pdf
    assert name.encode() in _text_of_word(word_of(shown))
    own = client.get(reverse("activities:minutes", args=[key])).content.decode()
    assert name in own


def _text_of_word(word):
    with ZipFile(BytesIO(word)) as archive:
        return archive.read("word/document.xml")


def test_a_partner_reads_the_quorum_of_the_whole_meeting(cast, meeting, at):
    poplar = Organisation.objects.get(pk=cast.poplar.id)
    ActivityParty.objects.create(activity=meeting.activity, organisation=poplar, organisation_name=poplar.short_name)
    with acting(cast.actor("sibling")):
        assert not Participant.objects.filter(activity=meeting.activity).exists()
        assert voters_of(meeting.activity.pk).eligible == 11


def test_nobody_entitled_is_said_and_not_judged(cast, at):
    meeting = hold(cast, at - timedelta(days=1), count=3, came=3)
    meeting.activity.participants.update(may_vote=False)
    item = written(cast, meeting).items.first()
    assert voters_of(meeting.activity.pk).eligible == 0
    with pytest.raises(InvalidInput):
        enter_vote(cast.actor("secretary"), item=item.pk, count=count(meeting), at=at)
