"""Taking back an invitation, inviting whoever is on the list already, and whose ledger a make-up stands in."""

import pytest
from django.urls import reverse

from lianxin.activities.actions.inviting import invite_observer, uninvite
from lianxin.activities.actions.minutes import confirm_minutes, note_make_up
from lianxin.activities.actions.planning import plan
from lianxin.activities.models import ActivityParty, Participant
from lianxin.activities.queries.ledger import made_up_between
from lianxin.activities.tests.minutes_meeting import hold, written
from lianxin.kernel.authz import Role, acting
from lianxin.kernel.errors import Conflict
from lianxin.messaging.models import Recipient
from lianxin.organisations.models import Grant


def told(member):
    rows = Recipient.objects.filter(member=member).select_related("message").order_by("message__created_at")
    return [(one.message.kind, bool(one.read_at), one.message.link) for one in rows]


def test_whose_invitation_is_taken_back_is_told_and_has_no_invitation_left(cast, people, meeting, account_of, row, at):
    made = meeting(kinds=["theme_day"])
    account_of(people[4], "fifth")
    uninvite(cast.actor("secretary"), participant=row(made, people[4]).pk, at=at)
    invitation, notice = sorted(told(people[4]), key=lambda one: one[0], reverse=True)
    assert invitation[:2] == ("activities.invited", True)
    assert notice[:2] == ("activities.changed", False)
    assert cast.client("fifth").get(notice[2]).status_code == 200
    assert [one[1] for one in told(people[3]) if one[0] == "activities.invited"] == [False]


def test_taking_back_before_it_is_announced_tells_nobody(cast, people, planned, row, at):
    made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=planned(kinds=["theme_day"]), at=at)
    uninvite(cast.actor("secretary"), participant=row(made, people[4]).pk, at=at)
    assert told(people[4]) == []


def test_who_is_on_the_list_already_is_not_invited_as_an_observer(cast, people, meeting, account_of, row, at, today):
    made = meeting(kinds=["theme_day"])
    account = account_of(people[4], "fifth")
    Grant.objects.create(
        account=account, role=Role.COMMITTEE_CLERK, organisation=cast.north, valid_from=today, reason="兼任"
    )
    with pytest.raises(Conflict) as refused:
        invite_observer(cast.actor("secretary"), activity=made.pk, observer=people[4].pk, at=at)
    assert "陈静" in str(refused.value)
    assert row(made, people[4]).role == "member"
    sent = cast.client("secretary").post(
        reverse("activities:invite_observer", args=[made.pk]), {"observer": str(people[4].pk)}
    )
    assert sent.status_code == 422
    uninvite(cast.actor("secretary"), participant=row(made, people[4]).pk, at=at)
    invite_observer(cast.actor("secretary"), activity=made.pk, observer=people[4].pk, at=at)
    assert row(made, people[4]).role == "observer"


def test_a_make_up_stands_in_the_ledger_of_whose_member_it_was(cast, people, enter, at, today):
    far, secretary = enter("外来的", 21, place="poplar"), cast.actor("secretary")
    held = hold(cast, at, count=3, came=2)
    ActivityParty.objects.create(activity=held.activity, organisation=cast.poplar, organisation_name="杨树村党支部")
    Participant.objects.create(
        activity=held.activity, member=far, member_organisation=cast.poplar, name="外来的", attendance="absent"
    )
    written(cast, held)
    for member in (far, held.members[2]):
        note_make_up(secretary, activity=held.activity.pk, member=member.pk, what="自学", done_on=today, at=at)
    with acting(secretary):
        assert [one.member for one in made_up_between(cast.willow.id, today, today)] == [held.members[2].pk]
    with acting(cast.actor("sibling")):
        assert made_up_between(cast.poplar.id, today, today) == []  # not before the minutes are confirmed
    confirm_minutes(secretary, activity=held.activity.pk, at=at)
    with acting(cast.actor("sibling")):
        assert [one.member for one in made_up_between(cast.poplar.id, today, today)] == [far.pk]
        assert made_up_between(cast.willow.id, today, today) == []
    with acting(cast.actor("far_secretary")):
        assert made_up_between(cast.poplar.id, today, today) == []
