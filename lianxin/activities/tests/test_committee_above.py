"""What a committee above holds: whom it invites, who is told, and that a branch of those invited decides nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from lianxin.activities.actions.alliances import answer_invitation, found_alliance
from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.inviting import invite, uninvite
from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.replying import decide_leave, enter_leave, reply
from lianxin.activities.actions.signing import Result, SignIn, sign_in_many
from lianxin.activities.models import Activity, Participant
from lianxin.activities.panels import at_the_desk
from lianxin.activities.plan_forms import PlanForm
from lianxin.activities.queries.prefilling import plan_of
from lianxin.activities.tests.conftest import link
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import NotPermitted, NotVisible
from lianxin.members.facade import Post
from lianxin.messaging.models import Message, Recipient


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


@pytest.fixture
def seats(cast, people, today):
    """Two members of willow sit in the town's committee."""
    for kind, member in zip(("secretary", "organisation"), people[:2], strict=True):
        Post.objects.create(organisation=cast.north, member=member, kind=kind, since=today - timedelta(days=300))
    return people[:2]


def test_a_committee_invites_whoever_is_below_it_and_can_narrow_the_list_to_a_branch(cast, people, enter, lecture):
    enter("外来的", 20, place="poplar")
    client, address = cast.client("town_clerk"), reverse("activities:invite", args=[lecture.pk])
    page = client.get(address).content.decode()
    assert "李秀兰（柳树村党支部）" in page
    assert "外来的（杨树村党支部）" in page
    assert "王建国（" not in page  # who is invited already
    page = client.get(address, {"organisation": cast.poplar.id}).content.decode()
    assert "外来的" in page
    assert "李秀兰" not in page
    sent = client.post(address, {"members": [str(people[1].pk)], "role": "member"})
    assert sent.status_code == 302
    assert Participant.objects.filter(activity=lecture, member=people[1], member_organisation=cast.willow).exists()


def test_a_branch_is_offered_its_own_members_without_a_choice_of_places(cast, people, enter, planned, at):
    enter("外来的", 20, place="poplar")
    secretary = cast.actor("secretary")
    made = plan(secretary, organisation=cast.willow.id, planned=planned(audience="chosen"), at=at)
    page = cast.client("secretary").get(reverse("activities:invite", args=[made.pk])).content.decode()
    assert "李秀兰" in page
    assert "李秀兰（" not in page
    assert "外来的" not in page
    assert 'id="place"' not in page


def test_a_committee_reports_its_meeting_by_those_who_sit_in_it(cast, people, seats, at, today):
    client, address = cast.client("town_clerk"), reverse("activities:new_held")
    page = client.get(address, {"organisation": cast.north.id, "kind": "committee_meeting"}).content.decode()
    assert "李秀兰" in page
    given = {"organisation": cast.north.id, "kinds": ["committee_meeting"], "on": today - timedelta(days=1)}
    given |= {"begins": "09:00", "place": "镇政府", "present": [str(people[0].pk)]}
    assert client.post(address, given).status_code == 302
    made = Activity.objects.get(organisation=cast.north, state="held")
    assert set(made.participants.values_list("member_id", "attendance")) == {
        (people[0].pk, "present"),
        (people[1].pk, "absent"),
    }


def test_a_committee_reports_a_lecture_with_whoever_of_its_branches_came(cast, people, at, today):
    client, address = cast.client("town_clerk"), reverse("activities:new_held")
    page = client.get(address, {"organisation": cast.north.id}).content.decode()
    assert "陈静（柳树村党支部）" in page
    assert "data-ticks-expected" not in page  # nobody of a branch is expected without being named
    given = {"organisation": cast.north.id, "kinds": ["party_lecture"], "on": today - timedelta(days=1)}
    given |= {"begins": "09:00", "place": "镇政府", "present": [str(people[4].pk)]}
    assert client.post(address, given).status_code == 302
    made = Activity.objects.get(organisation=cast.north, state="held")
    assert list(made.participants.values_list("member_id", "attendance")) == [(people[4].pk, "present")]


def test_an_edit_keeps_the_chair_who_belongs_to_a_branch(cast, people, seats, planned, at):
    clerk, chair = cast.actor("town_clerk"), seats[0]
    given = planned(kinds=["committee_meeting"], title="党委会", audience="committee", chair=chair.pk)
    made = plan(clerk, organisation=cast.north.id, planned=given, at=at)
    page = cast.client("town_clerk").get(reverse("activities:edit", args=[made.pk])).content.decode()
    assert f'value="{chair.pk}" selected' in page
    with acting(clerk):
        initial = PlanForm.initial_of(plan_of(made)) | {"recorder": str(people[4].pk)}
        form = PlanForm({key: value for key, value in initial.items() if value}, organisation=cast.north)
        assert form.is_valid(), form.errors
        assert (form.plan(()).chair, form.plan(()).recorder) == (chair.pk, people[4].pk)


def test_leave_from_what_a_committee_holds_reaches_its_clerk(cast, people, lecture, account_of, at):
    account_of(people[4], "fifth")
    reply(cast.actor("fifth"), activity=lecture.pk, coming=False, reason="住院", at=at)
    message = Message.objects.get(kind="activities.leave")
    assert set(Recipient.objects.filter(message=message).values_list("account", flat=True)) == {cast.town_clerk.pk}
    with acting(cast.actor("town_clerk")):
        assert [(one.pk, asked) for one, asked in at_the_desk(cast.actor("town_clerk")).coming] == [(lecture.pk, 1)]
    with acting(cast.actor("clerk")):
        assert at_the_desk(cast.actor("clerk")) is None


def test_a_party_that_is_a_committee_is_told_of_the_joint_activity(cast, people, planned, at, today):
    secretary, clerk = cast.actor("secretary"), cast.actor("town_clerk")
    pair = found_alliance(
        secretary, organisation=cast.willow.id, name="结对", partners=[cast.north.name], on=today, at=at
    )
    answer_invitation(clerk, party=pair.parties.get(organisation=cast.north).pk, accept=True, on=today, at=at)
    given = planned(kinds=["theme_day"], alliance=pair.pk, parties=(cast.north.id,))
    made = announce(secretary, activity=plan(secretary, organisation=cast.willow.id, planned=given, at=at).pk, at=at)
    message = Message.objects.get(kind="activities.joined", subject=made.pk)
    assert Recipient.objects.get(message=message).account_id == cast.town_clerk.pk
