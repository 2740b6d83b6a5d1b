"""结对共建: inviting, accepting or declining, leaving on a day; both sides see it, nobody answers for another."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.alliances import (
    add_item,
    answer_invitation,
    end_alliance,
    found_alliance,
    invite_partner,
    leave_alliance,
    withdraw_invitation,
)
from lianxin.activities.actions.planning import plan
from lianxin.activities.models import Activity, Alliance, AllianceParty
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.messaging.models import Message

State = AllianceParty.State
REED = "370522102201"


@pytest.fixture
def pair(cast, at, today):
    """An alliance that willow founded ten days ago, with an invitation to reed."""
    return found_alliance(
        cast.actor("secretary"),
        organisation=cast.willow.id,
        name="城乡结对",
        partners=[REED],
        on=today - timedelta(days=10),
        at=at - timedelta(days=10),
    )


def party(alliance, place):
    return AllianceParty.objects.get(alliance=alliance, organisation=place)


@pytest.fixture
def joined(cast, pair, today, at):
    answer_invitation(
        cast.actor("far_secretary"),
        party=party(pair, cast.reed).pk,
        accept=True,
        on=today - timedelta(days=9),
        at=at - timedelta(days=9),
    )
    return pair


def page(answer):
    return answer.content.decode()


def test_a_partner_is_invited_and_told_and_joins_when_it_accepts(cast, pair, at, today):
    row = party(pair, cast.reed)
    assert row.state == State.INVITED
    told = Message.objects.get()
    assert "城乡结对" in told.title
    assert list(told.recipients.values_list("account_id", flat=True)) == [cast.far_secretary.pk]
    with acting(cast.actor("far_secretary")):
        answer_invitation(cast.actor("far_secretary"), party=row.pk, accept=True, on=today, at=at)
    row.refresh_from_db()
    assert (row.state, row.joined_on) == (State.JOINED, today)
    answer = Message.objects.exclude(pk=told.pk).get()
    assert list(answer.recipients.values_list("account_id", flat=True)) == [cast.secretary.pk]
    with pytest.raises(Conflict):
        answer_invitation(cast.actor("far_secretary"), party=row.pk, accept=False, on=today, at=at)


def test_nobody_answers_for_another(cast, pair, at, today):
    row, before = party(pair, cast.reed), Event.objects.count()
    with pytest.raises(NotPermitted):
        answer_invitation(cast.actor("secretary"), party=row.pk, accept=True, on=today, at=at)
    with acting(cast.actor("sibling")), pytest.raises(NotVisible):
        answer_invitation(cast.actor("sibling"), party=row.pk, accept=True, on=today, at=at)
    row.refresh_from_db()
    assert row.state == State.INVITED
    assert Event.objects.count() == before


def test_who_declines_sees_it_no_longer_and_may_be_invited_again(cast, pair, at, today):
    far = cast.actor("far_secretary")
    answer_invitation(far, party=party(pair, cast.reed).pk, accept=False, on=today, reason="今年任务重", at=at)
    row = party(pair, cast.reed)
    assert (row.state, row.reason) == (State.DECLINED, "今年任务重")
    assert "城乡结对" not in page(cast.client("far_secretary").get(reverse("activities:alliances")))
    assert "今年任务重" in page(cast.client("secretary").get(reverse("activities:alliance", args=[pair.pk])))
    again = invite_partner(cast.actor("secretary"), alliance=pair.pk, partner=REED, at=at)
    assert again.state == State.INVITED
    with acting(far):
        assert Alliance.objects.filter(pk=pair.pk).exists()


@pytest.mark.parametrize("partner", ["没有这个支部", "北宋镇柳树村党支部", REED])
def test_an_unknown_partner_oneself_and_one_asked_already_are_refused(cast, pair, at, partner):
    with pytest.raises(InvalidInput) as refused:
        invite_partner(cast.actor("secretary"), alliance=pair.pk, partner=partner, at=at)
    assert "partner" in refused.value.fields
    assert pair.parties.count() == 2


def test_an_invitation_is_taken_back_by_who_sent_it_until_it_is_answered(cast, pair, at, today):
    row = party(pair, cast.reed)
    with pytest.raises((NotVisible, NotPermitted)):
        withdraw_invitation(cast.actor("far_secretary"), party=row.pk, at=at)
    withdraw_invitation(cast.actor("secretary"), party=row.pk, at=at)
    assert not AllianceParty.objects.filter(pk=row.pk).exists()
    again = invite_partner(cast.actor("secretary"), alliance=pair.pk, partner=REED, at=at)
    answer_invitation(cast.actor("far_secretary"), party=again.pk, accept=True, on=today, at=at)
    with pytest.raises(Conflict):
        withdraw_invitation(cast.actor("secretary"), party=again.pk, at=at)


def test_who_was_invited_is_told_that_the_invitation_is_taken_back(cast, pair, at):
    row, invitation = party(pair, cast.reed), Message.objects.get()
    invite_partner(cast.actor("secretary"), alliance=pair.pk, partner="北宋镇杨树村党支部", at=at)
    other = Message.objects.exclude(pk=invitation.pk).get()
    assert invitation.recipients.get().read_at is None
    withdraw_invitation(cast.actor("secretary"), party=row.pk, at=at)
    assert invitation.recipients.get().read_at == at
    assert other.recipients.get().read_at is None  # another partner's invitation is as it was
    told = Message.objects.exclude(pk__in=[invitation.pk, other.pk]).get()
    assert "城乡结对" in told.title
    assert list(told.recipients.values_list("account_id", "read_at")) == [(cast.far_secretary.pk, None)]
    assert "结对共建邀请已撤回" in page(cast.client("far_secretary").get(reverse("messaging:inbox")))
    assert cast.client("far_secretary").get(told.link).status_code == 200


def test_a_refused_withdrawal_tells_nobody(cast, joined, at):
    before = Message.objects.count()
    with pytest.raises(Conflict):
        withdraw_invitation(cast.actor("secretary"), party=party(joined, cast.reed).pk, at=at)
    with pytest.raises((NotVisible, NotPermitted)):
        withdraw_invitation(cast.actor("far_secretary"), party=party(joined, cast.reed).pk, at=at)
    assert Message.objects.count() == before


def test_an_answer_settles_the_invitation(cast, pair, at, today):
    invitation = Message.objects.get()
    answer_invitation(
        cast.actor("far_secretary"), party=party(pair, cast.reed).pk, accept=False, on=today, reason="", at=at
    )
    assert invitation.recipients.get().read_at == at


def test_a_partner_leaves_on_a_day_and_both_sides_see_it(cast, joined, at, today):
    row, day = party(joined, cast.reed), today - timedelta(days=2)
    with acting(cast.actor("far_secretary")):
        leave_alliance(cast.actor("far_secretary"), party=row.pk, on=day, reason="书记调离", at=at)
    row.refresh_from_db()
    assert (row.state, row.left_on) == (State.LEFT, day)
    for who in ("secretary", "far_secretary"):
        shown = page(cast.client(who).get(reverse("activities:alliance", args=[joined.pk])))
        assert f"{day:%Y-%m-%d}" in shown
        assert "书记调离" in shown
        assert "柳树村党支部" in shown
    with pytest.raises(Conflict):
        leave_alliance(cast.actor("far_secretary"), party=row.pk, on=day, at=at)


def test_a_day_before_joining_or_to_come_is_refused_at_its_field(cast, joined, at, today):
    row = party(joined, cast.reed)
    for day in (today - timedelta(days=30), today + timedelta(days=1)):
        with pytest.raises(InvalidInput) as refused:
            leave_alliance(cast.actor("far_secretary"), party=row.pk, on=day, at=at)
        assert "on" in refused.value.fields
    row.refresh_from_db()
    assert row.state == State.JOINED


def test_the_founder_ends_it_and_does_not_leave(cast, joined, at, today):
    with pytest.raises(Conflict):
        leave_alliance(cast.actor("secretary"), party=party(joined, cast.willow).pk, on=today, at=at)
    end_alliance(cast.actor("secretary"), alliance=joined.pk, on=today, reason="期满", at=at)
    with pytest.raises(Conflict):
        leave_alliance(cast.actor("far_secretary"), party=party(joined, cast.reed).pk, on=today, at=at)


def test_only_who_has_accepted_brings_something_or_holds_joint_activities(cast, pair, planned, at, today):
    row = party(pair, cast.reed)
    with pytest.raises(Conflict):
        add_item(cast.actor("far_secretary"), party=row.pk, kind="need", text="技术指导", at=at)
    joint = planned(alliance=pair.pk, parties=[cast.reed.id])
    with acting(cast.actor("secretary")), pytest.raises(InvalidInput) as refused:
        plan(cast.actor("secretary"), organisation=cast.willow.id, planned=joint, at=at)
    assert "parties" in refused.value.fields
    assert not Activity.objects.exists()
    answer_invitation(cast.actor("far_secretary"), party=row.pk, accept=True, on=today, at=at)
    with acting(cast.actor("secretary")):
        made = plan(cast.actor("secretary"), organisation=cast.willow.id, planned=joint, at=at)
    with acting(cast.actor("far_secretary")):
        add_item(cast.actor("far_secretary"), party=row.pk, kind="need", text="技术指导", at=at)
    assert made.parties.count() == 2


def test_an_alliance_of_others_is_none_of_ones_own(cast, joined, planned, at):
    with acting(cast.actor("sibling")), pytest.raises(InvalidInput) as refused:
        plan(cast.actor("sibling"), organisation=cast.poplar.id, planned=planned(alliance=joined.pk), at=at)
    assert "alliance" in refused.value.fields
    with acting(cast.actor("sibling")):
        assert not Alliance.objects.exists()
        assert not AllianceParty.objects.exists()
    assert cast.client("sibling").get(reverse("activities:alliance", args=[joined.pk])).status_code == 404


def test_inviting_accepting_and_leaving_by_the_screens(cast, pair, today):
    ours, theirs = cast.client("secretary"), cast.client("far_secretary")
    row = party(pair, cast.reed)
    waiting = page(theirs.get(reverse("activities:alliances")))
    accept = reverse("activities:invitation_accept", args=[row.pk])
    assert accept in waiting
    assert accept not in page(ours.get(reverse("activities:alliances")))
    assert theirs.post(accept).status_code == 302
    leave = reverse("activities:partner_leave", args=[row.pk])
    assert leave in page(ours.get(reverse("activities:alliance", args=[pair.pk])))
    assert theirs.get(leave).status_code == 200
    wrong = theirs.post(leave, {"on": "2000-01-01", "reason": "不再参加"})
    assert wrong.status_code == 422
    assert "不再参加" in page(wrong)
    assert theirs.post(leave, {"on": str(today), "reason": "不再参加"}).status_code == 302
    row.refresh_from_db()
    assert row.left_on == today
    new = reverse("activities:partner_invite", args=[pair.pk])
    assert ours.post(new, {"partner": "北宋镇杨树村党支部"}).status_code == 302
    decline = reverse("activities:invitation_decline", args=[party(pair, cast.poplar).pk])
    assert cast.client("sibling").post(decline, {"reason": ""}).status_code == 302
    assert party(pair, cast.poplar).state == State.DECLINED


@pytest.mark.parametrize(
    "name", ["invitation_accept", "invitation_decline", "invitation_withdraw", "partner_leave", "partner_invite"]
)
@pytest.mark.parametrize(("who", "status"), [("sibling", 404), ("viewer", 403), ("stranger", 403)])
def test_the_screens_open_to_the_two_sides_alone(cast, joined, name, who, status):
    subject = joined.pk if name == "partner_invite" else party(joined, cast.reed).pk
    assert cast.client(who).post(reverse(f"activities:{name}", args=[subject])).status_code == status
    assert party(joined, cast.reed).state == State.JOINED
