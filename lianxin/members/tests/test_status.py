from datetime import timedelta

import pytest

from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.members.facade import (
    appoint,
    decease,
    leave,
    restore,
    return_to,
    suspend,
    take_back_departure,
    transfer_out,
)
from lianxin.members.models import Member, MemberRecord, Membership, Post


def open_places(member):
    return list(
        Membership.objects.filter(member=member, recorded__upper_inf=True, valid__upper_inf=True).values_list(
            "organisation_id", flat=True
        )
    )


def test_a_suspended_member_stays_and_is_not_counted(cast, wang, at, today):
    suspend(cast.actor("clerk"), member=wang.id, since=today, reason="失联", at=at)
    cast.willow.refresh_from_db()
    assert (Member.objects.get(id=wang.id).membership_status, cast.willow.full_members) == ("suspended", 0)
    assert open_places(wang) == [cast.willow.id]

    restore(cast.actor("clerk"), member=wang.id, since=today, reason="找到", at=at + timedelta(minutes=1))
    cast.willow.refresh_from_db()
    assert (Member.objects.get(id=wang.id).membership_status, cast.willow.full_members) == ("normal", 1)


@pytest.mark.parametrize(
    ("act", "facts", "status"),
    [
        (leave, {"exit_type": "expelled", "reason": "决定"}, "exited"),
        (decease, {}, "deceased"),
        (transfer_out, {"reason": "转往外省"}, "transferred_out"),
    ],
)
def test_who_leaves_belongs_nowhere_and_is_kept(cast, wang, at, today, act, facts, status):
    act(cast.actor("clerk"), member=wang.id, since=today, at=at, **facts)
    found = Member.objects.get(id=wang.id)
    assert (found.membership_status, found.status_since, found.organisation_id) == (status, today, cast.willow.id)
    assert open_places(wang) == []
    with pytest.raises(Conflict):
        act(cast.actor("clerk"), member=wang.id, since=today, at=at + timedelta(minutes=1), **facts)


def test_posts_end_with_the_member(cast, wang, at, today):
    appoint(cast.actor("clerk"), organisation=cast.willow.id, member=wang.id, kind="secretary", since=today, at=at)
    decease(cast.actor("clerk"), member=wang.id, since=today, at=at + timedelta(minutes=1))
    cast.willow.refresh_from_db()
    assert Post.objects.get().until == today
    assert (cast.willow.secretary, cast.willow.committee_seats) == ("", 0)


def test_a_way_out_for_others_is_refused(cast, wang, at, today):
    with pytest.raises(InvalidInput) as refusal:
        leave(cast.actor("clerk"), member=wang.id, exit_type="probation_cancelled", since=today, reason="决定", at=at)
    assert "exit_type" in refusal.value.fields
    assert open_places(wang) == [cast.willow.id]


def test_who_left_the_party_is_not_restored(cast, wang, at, today):
    leave(cast.actor("clerk"), member=wang.id, exit_type="expelled", since=today, reason="决定", at=at)
    with pytest.raises(Conflict):
        restore(cast.actor("clerk"), member=wang.id, since=today, reason="申请", at=at + timedelta(minutes=1))


def test_who_went_elsewhere_is_taken_back(cast, wang, at, today):
    transfer_out(cast.actor("clerk"), member=wang.id, since=today - timedelta(days=30), reason="转出", at=at)
    return_to(
        cast.actor("clerk"), member=wang.id, organisation=cast.poplar.id, since=today, reason="转回",
        at=at + timedelta(minutes=1),
    )  # fmt: skip
    found = Member.objects.get(id=wang.id)
    assert (found.membership_status, found.organisation_path) == ("normal", cast.poplar.path)
    assert open_places(wang) == [cast.poplar.id]


def test_a_departure_recorded_by_mistake_never_was(cast, wang, at, today):
    suspend(cast.actor("clerk"), member=wang.id, since=today - timedelta(days=50), reason="失联", at=at)
    decease(cast.actor("clerk"), member=wang.id, since=today - timedelta(days=9), at=at + timedelta(minutes=1))
    take_back_departure(cast.actor("clerk"), member=wang.id, reason="同名", at=at + timedelta(minutes=2))
    found = Member.objects.get(id=wang.id)
    assert (found.membership_status, found.status_since) == ("suspended", today - timedelta(days=50))
    assert open_places(wang) == [cast.willow.id]
    then = MemberRecord.objects.filter(
        member=wang, recorded__contains=at + timedelta(minutes=1, seconds=30), valid__contains=today
    ).get()
    assert then.facts["membership_status"] == "deceased"


@pytest.mark.parametrize("days", [1, -100000])
def test_days_that_cannot_be_are_refused(cast, wang, at, today, days):
    since = today + timedelta(days=days) if days > 0 else wang.joined_on - timedelta(days=1)
    with pytest.raises(InvalidInput) as refusal:
        suspend(cast.actor("clerk"), member=wang.id, since=since, reason="失联", at=at)
    assert "since" in refusal.value.fields


@pytest.mark.parametrize(("who", "refusal"), [("secretary", NotPermitted), ("outsider", NotVisible)])
def test_only_clerks_above_change_the_status(cast, wang, at, today, who, refusal):
    before = Event.objects.count()
    with pytest.raises(refusal):
        suspend(cast.actor(who), member=wang.id, since=today, reason="失联", at=at)
    assert Event.objects.count() == before
