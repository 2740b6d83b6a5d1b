from datetime import timedelta

import pytest

from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.members.actions.moving import follow, still_there
from lianxin.members.facade import leave, move, take_effect
from lianxin.members.models import Member, Membership
from lianxin.organisations.facade import Passing


def belonging(member):
    rows = Membership.objects.filter(member=member, recorded__upper_inf=True).order_by("valid")
    return [(row.organisation_id, row.valid.lower, row.valid.upper) for row in rows]


def test_a_move_ends_one_belonging_and_begins_the_next(cast, wang, at, today):
    since = today - timedelta(days=10)
    moved = move(cast.actor("town_clerk"), member=wang.id, to=cast.poplar.id, since=since, document_no="1号", at=at)

    assert moved.organisation_id == cast.poplar.id
    assert Member.objects.get(id=wang.id).organisation_path == cast.poplar.path
    assert belonging(wang) == [(cast.willow.id, wang.since, since), (cast.poplar.id, since, None)]
    event = Event.objects.get(kind="members.moved")
    assert event.changes == {"organisation": ["柳树村党支部", "杨树村党支部"]}
    assert (event.effective_on, event.document_no, event.organisation_id) == (since, "1号", cast.poplar.id)


def test_the_counts_of_both_organisations_follow(cast, wang, at, today):
    move(cast.actor("town_clerk"), member=wang.id, to=cast.poplar.id, since=today, at=at)
    for place, full in ((cast.willow, 0), (cast.poplar, 1)):
        place.refresh_from_db()
        assert place.full_members == full


def test_a_planned_move_waits_for_its_day(cast, wang, at, today):
    since = today + timedelta(days=5)
    move(cast.actor("town_clerk"), member=wang.id, to=cast.poplar.id, since=since, at=at)
    assert Member.objects.get(id=wang.id).organisation_id == cast.willow.id

    take_effect(at=at + timedelta(days=4))
    assert Member.objects.get(id=wang.id).organisation_id == cast.willow.id
    take_effect(at=at + timedelta(days=5))
    assert Member.objects.get(id=wang.id).organisation_path == cast.poplar.path


def test_a_planned_move_is_given_up_by_a_later_decision(cast, wang, at, today):
    clerk = cast.actor("clerk")
    move(clerk, member=wang.id, to=cast.poplar.id, since=today + timedelta(days=5), at=at)
    move(clerk, member=wang.id, to=cast.reed.id, since=today, at=at + timedelta(minutes=1))
    take_effect(at=at + timedelta(days=6))
    assert Member.objects.get(id=wang.id).organisation_id == cast.reed.id


@pytest.mark.parametrize(
    ("who", "to", "refusal"),
    [
        ("town_clerk", "reed", NotVisible),
        ("outsider", "reed", NotVisible),
        ("secretary", "willow", NotPermitted),
        ("viewer", "poplar", NotPermitted),
        ("sibling", "poplar", NotVisible),
    ],
)
def test_both_ends_must_be_in_reach(cast, wang, at, today, who, to, refusal):
    with pytest.raises(refusal):
        move(cast.actor(who), member=wang.id, to=getattr(cast, to).id, since=today, at=at)
    assert belonging(wang) == [(cast.willow.id, wang.since, None)]
    assert not Event.objects.filter(kind="members.moved").exists()


def test_nobody_moves_where_they_are_or_before_they_joined_or_the_branch_was(cast, wang, at, today):
    clerk = cast.actor("clerk")
    for to, since in (
        (cast.willow.id, today),
        (cast.poplar.id, wang.joined_on - timedelta(days=1)),
        (cast.poplar.id, cast.poplar.founded_on - timedelta(days=1)),
    ):
        with pytest.raises(InvalidInput):
            move(clerk, member=wang.id, to=to, since=since, at=at)


def test_who_left_is_not_moved(cast, wang, at, today):
    leave(cast.actor("clerk"), member=wang.id, exit_type="expelled", since=today, reason="决定", at=at)
    with pytest.raises(Conflict):
        move(cast.actor("clerk"), member=wang.id, to=cast.poplar.id, since=today, at=at + timedelta(minutes=1))


def passing(cast, at, on, *, subjects=None):
    event = Event.objects.order_by("id")[0].id
    return Passing(
        actor=cast.actor("clerk"), earlier=(cast.willow,), later=cast.poplar, effective_on=on, document_no="合并1号",
        reason="并村", event=event, at=at, subjects=subjects,
    )  # fmt: skip


def test_members_follow_a_merger(cast, wang, zhang, at, today):
    follow(passing(cast, at, today))
    assert Member.objects.get(id=wang.id).organisation_path == cast.poplar.path
    assert belonging(wang) == [(cast.willow.id, wang.since, today), (cast.poplar.id, today, None)]
    assert belonging(zhang) == [(cast.poplar.id, zhang.since, None)]
    assert Event.objects.get(kind="members.moved").document_no == "合并1号"


def test_only_the_chosen_follow_a_split(cast, enter, at, today):
    stays = enter(name="留下", id_number="", mobile="")
    goes = enter(name="走开", id_number="", mobile="", birth_date="1971-01-01")
    follow(passing(cast, at, today, subjects=(goes.id,)))
    assert Member.objects.get(id=stays.id).organisation_id == cast.willow.id
    assert Member.objects.get(id=goes.id).organisation_id == cast.poplar.id


def test_a_planned_merger_takes_members_on_its_day(cast, wang, at, today):
    follow(passing(cast, at, today + timedelta(days=2)))
    assert Member.objects.get(id=wang.id).organisation_id == cast.willow.id
    take_effect(at=at + timedelta(days=2))
    assert Member.objects.get(id=wang.id).organisation_id == cast.poplar.id


def test_an_organisation_with_members_says_so_before_it_is_dissolved(cast, wang, today):
    assert "1" in str(still_there(cast.willow, today))
    assert still_there(cast.poplar, today) is None
