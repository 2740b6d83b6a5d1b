"""What a committee above holds: whom it invites, who is told, and that a branch of those invited decides nothing."""

from uuid import uuid4

import pytest
from django.urls import reverse

from lianxin.activities.actions.alliances import answer_invitation, found_alliance
from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.inviting import invite, uninvite
from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.replying import decide_leave, enter_leave
from lianxin.activities.actions.signing import Result, SignIn, sign_in_many
from lianxin.activities.models import Participant
from lianxin.activities.tests.conftest import link
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import NotPermitted, NotVisible


@pytest.fixture
def lecture(cast, people, planned, at):
    """A lecture of the town, announced, to which the first and the fifth member of willow are invited."""
    clerk = cast.actor("town_clerk")
    given = planned(kinds=["party_lecture"], title="镇党委党课", audience="chosen")
    made = plan(clerk, organisation=cast.north.id, planned=given, at=at)
    invite(clerk, activity=made.pk, members=[people[0].pk, people[4].pk], at=at)
    return announce(clerk, activity=made.pk, at=at)


def kept(participant, when):
    return SignIn(participant.pk, uuid4(), when)


@pytest.mark.parametrize("whose", [0, 4])
def test_the_branch_of_those_invited_is_no_party_and_decides_on_nobody(cast, people, lecture, row, at, whose):
    found, secretary = row(lecture, people[whose]), cast.actor("secretary")
    Participant.objects.filter(pk=found.pk).update(reply="leave_asked", leave_reason="出差")
    for act in (
        lambda: enter_leave(secretary, participant=found.pk, reason="出差", at=at),
        lambda: decide_leave(secretary, participant=found.pk, give=True, at=at),
        lambda: sign_in_many(secretary, activity=lecture.pk, items=[kept(found, at)], at=at),
        lambda: uninvite(secretary, participant=found.pk, at=at),
    ):
        with acting(secretary), pytest.raises((NotVisible, NotPermitted)):
            act()
    found.refresh_from_db()
    assert (found.reply, found.attendance) == ("leave_asked", "unknown")
    client = cast.client("secretary")
    assert client.get(reverse("activities:leave", args=[found.pk])).status_code == 404
    assert client.post(reverse("activities:decide_leave", args=[found.pk]), {"give": "yes"}).status_code == 404
    assert client.post(reverse("activities:uninvite", args=[found.pk])).status_code == 404


def test_staff_of_a_party_act_for_its_own_members_and_never_for_themselves(
    cast, people, enter, planned, row, at, today
):
    own, other = enter("外来的", 20, place="poplar"), enter("另一人", 21, place="poplar")
    secretary = cast.actor("secretary")
    link(cast.sibling, own)
    pair = found_alliance(
        secretary, organisation=cast.willow.id, name="结对", partners=[cast.poplar.name], on=today, at=at
    )
    sibling = cast.actor("sibling")
    answer_invitation(sibling, party=pair.parties.get(organisation=cast.poplar).pk, accept=True, on=today, at=at)
    given = planned(kinds=["theme_day"], alliance=pair.pk, parties=(cast.poplar.id,))
    draft = plan(secretary, organisation=cast.willow.id, planned=given, at=at)
    made = announce(secretary, activity=draft.pk, at=at)
    with acting(sibling):
        invite(sibling, activity=made.pk, members=[own.pk, other.pk], at=at)
        items = [kept(row(made, own), at), kept(row(made, other), at)]
        answers = sign_in_many(sibling, activity=made.pk, items=items, at=at)
        assert [one.result for one in answers] == [Result.CONFLICT, Result.ACCEPTED]
        assert "签到码" in answers[0].sentence
        with pytest.raises(NotPermitted):
            enter_leave(sibling, participant=row(made, own).pk, reason="出差", at=at)
    assert row(made, own).attendance == "unknown"
    with acting(sibling), pytest.raises((NotVisible, NotPermitted)):
        enter_leave(sibling, participant=Participant.objects.get(activity=made, member=own).pk, reason="x", at=at)


def test_nobody_enters_leave_for_themselves_where_they_are_staff(cast, people, meeting, row, at):
    found = row(meeting(), people[0])
    with pytest.raises(NotPermitted):
        enter_leave(cast.actor("secretary"), participant=found.pk, reason="出差", at=at)
    found.refresh_from_db()
    assert found.reply == "none"


def test_the_agenda_of_a_draft_is_not_open_to_those_on_its_list(cast, people, planned, account_of, at):
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(), at=at)
    account_of(people[4], "fifth")
    address = reverse("own_activities:minutes_hall", args=[made.pk])
    assert cast.client("fifth").get(address).status_code == 404
    announce(cast.actor("secretary"), activity=made.pk, at=at)
    assert cast.client("fifth").get(address).status_code == 200
