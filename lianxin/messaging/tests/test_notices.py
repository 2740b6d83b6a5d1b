"""Notices: their cost is counted and seen before they go out, and stays with them."""

from dataclasses import replace as changed
from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Changed, Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of, today
from lianxin.messaging.actions.notices import Draft, change_notice, discard_notice, send_notice, write_notice
from lianxin.messaging.actions.withdrawing import replace, withdraw
from lianxin.messaging.facade import burden_of, burdened_most, unread
from lianxin.messaging.models import Message, Notice, NoticeTarget
from lianxin.messaging.queries.burden import cost_of, reading_minutes
from lianxin.messaging.queries.notices import notice_for, notices_within
from lianxin.messaging.tests.conftest import new_members
from lianxin.organisations.models import Grant

DRAFT = Draft(
    title="报送党费收缴情况", text="请于月底前报送。", audience="below", asked=(("应缴人数", 3), ("实缴金额", 6))
)


def written(cast, at, who="clerk", place="county", draft=DRAFT):
    actor = cast.actor(who)
    with acting(actor):
        return write_notice(actor, organisation=getattr(cast, place).pk, draft=draft, at=at)


def sent(cast, at, notice, who="clerk", **given):
    actor = cast.actor(who)
    with acting(actor):
        cost = cost_of(notice, at=at)
        facts = {"version": notice.version, "seen": cost.seen, "accepts_over": False, **given}
        return send_notice(actor, notice=notice.pk, at=at, **facts)


def test_the_cost_counts_readers_and_what_nobody_can_read_online(cast, at):
    notice = written(cast, at)
    cost = cost_of(notice, at=at)
    # Five organisations below: town_clerk, outsider, secretary, sibling and far_secretary work for exactly them.
    assert (cost.organisations, cost.recipients, cost.unreachable) == (5, 5, 0)
    assert (cost.minutes_each, cost.minutes_total, cost.over_cap) == (10, 50, 0)
    Grant.objects.filter(account=cast.sibling).update(revoked_at=at)
    cost = cost_of(notice, at=at)
    assert (cost.recipients, cost.unreachable, cost.minutes_total) == (4, 1, 50)  # somebody has to be told


@pytest.mark.parametrize(
    ("given", "organisations"),
    [
        ({"audience": "kinds", "kinds": ("branch",)}, 3),
        ({"audience": "picked"}, 1),
    ],
)
def test_it_goes_to_kinds_or_to_those_picked(cast, at, given, organisations):
    picked = {"picked": (cast.willow.pk,)} if given["audience"] == "picked" else {}
    notice = sent(cast, at, written(cast, at, draft=changed(DRAFT, **given, **picked)))
    assert (notice.organisations, notice.state) == (organisations, Notice.State.SENT)
    assert NoticeTarget.objects.filter(notice=notice).count() == organisations
    with acting(cast.actor("secretary")):
        assert unread(cast.actor("secretary")) == 1
        assert unread(cast.actor("town_clerk")) == 0


def test_what_the_records_hold_is_not_asked(cast, at):
    with pytest.raises(InvalidInput) as refused:
        written(cast, at, draft=changed(DRAFT, asked=(("联系电话", 3), ("书记手机号码", 3), ("应缴人数", 3))))
    first, second = map(str, refused.value.fields["asked"])
    assert "联系电话" in first
    assert "书记手机号码" in second
    assert not Notice.objects.exists()
    assert written(cast, at, draft=changed(DRAFT, asked=(("联系电话", 3),), is_form=True)).asked  # a form has looked


def test_a_draft_is_seen_by_those_who_write_it(cast, at):
    draft = written(cast, at)
    with acting(cast.actor("viewer")):
        assert not notices_within(cast.actor("viewer")).exists()
        assert not Notice.objects.exists()  # nor by the database
    sent(cast, at, draft)
    with acting(cast.actor("viewer")):
        assert notices_within(cast.actor("viewer")).get() == draft


def test_it_never_goes_sideways_or_up(cast, at):
    with pytest.raises(InvalidInput):
        written(cast, at, "town_clerk", "north", changed(DRAFT, audience="picked", picked=(cast.reed.pk,)))
    with pytest.raises(InvalidInput):
        written(cast, at, "town_clerk", "north", changed(DRAFT, audience="picked", picked=(cast.county.pk,)))
    with pytest.raises(NotVisible):
        written(cast, at, "town_clerk", "south")


def test_a_secretary_tells_the_members_of_the_own_branch_only(cast, people, at):
    mine = written(cast, at, "secretary", "willow", changed(DRAFT, audience="members"))
    notice = sent(cast, at, mine, "secretary")
    assert (notice.recipients, notice.minutes_total) == (2, 20)
    assert {one.member_id for one in notice.message.recipients.all()} == {people.wei, people.hong}
    assert burden_of(cast.willow.pk, day_of(at)).minutes == 0  # not from above
    below = written(cast, at, "secretary", "willow", DRAFT)
    with pytest.raises(NotPermitted):
        sent(cast, at, below, "secretary")
    assert Message.objects.count() == 1


def test_above_the_cap_it_goes_out_only_when_the_sender_says_so(cast, at, settings):
    settings.BURDEN_MONTHLY_MINUTES = 15
    sent(cast, at, written(cast, at))
    second = written(cast, at)
    cost = cost_of(second, at=at)
    assert cost.over_cap == 5
    assert {one.minutes for one in cost.over} == {20}
    with pytest.raises(InvalidInput):
        sent(cast, at, second)
    assert Message.objects.count() == 1
    notice = sent(cast, at, second, accepts_over=True)
    assert notice.over_cap == 5
    burden = burden_of(cast.willow.pk, day_of(at))
    assert (burden.minutes, burden.notices, burden.cap, burden.is_over) == (20, 2, 15, True)
    assert [one.minutes for one in burdened_most(day_of(at), path=cast.north.path)] == [20, 20, 20]


def test_another_month_begins_at_nothing_and_what_is_withdrawn_no_longer_counts(cast, at):
    notice = sent(cast, at, written(cast, at))
    assert burden_of(cast.willow.pk, day_of(at) + timedelta(days=32)).minutes == 0
    with acting(cast.actor("clerk")):
        withdraw(cast.actor("clerk"), message=notice.message_id, reason="重复", at=at)
    assert burden_of(cast.willow.pk, day_of(at)).minutes == 0
    assert Notice.objects.get().state == Notice.State.WITHDRAWN


def test_a_corrected_notice_says_and_costs_what_is_corrected(cast, at):
    notice, clerk = sent(cast, at, written(cast, at)), cast.actor("clerk")
    with acting(clerk):
        new = replace(
            clerk, message=notice.message_id, title="报送党费（更正）", text="字" * 900, reason="期限有误", at=at
        )
    notice.refresh_from_db()
    assert (notice.message_id, notice.state) == (new.pk, Notice.State.SENT)
    assert (notice.title, notice.text) == (new.title, new.text)
    assert (notice.reading_minutes, notice.minutes_each, notice.minutes_total) == (3, 12, 60)
    assert burden_of(cast.willow.pk, day_of(at)).minutes == 12
    listed = cast.client("clerk").get(reverse("messaging:notices")).content.decode()
    assert "报送党费（更正）" in listed
    assert DRAFT.title not in listed


def test_a_notice_is_corrected_after_its_last_day_with_a_new_one(cast, at):
    before = at - timedelta(days=3)
    draft = changed(DRAFT, must_read_by=day_of(before))
    notice = sent(cast, before, written(cast, before, draft=draft))
    client, url = cast.client("clerk"), reverse("messaging:replace_notice", args=[notice.pk])
    facts = {"replace-title": "更正", "replace-text": "请看", "replace-reason": "有误"}
    assert client.post(url, facts).status_code == 422  # it asks which day holds now
    assert client.post(url, {**facts, "replace-must_read_by": "2020-01-01"}).status_code == 422
    assert Message.objects.count() == 1
    day = today() + timedelta(days=2)
    assert client.post(url, {**facts, "replace-must_read_by": day.isoformat()}).status_code == 302
    notice.refresh_from_db()
    assert notice.must_read_by == notice.message.must_read_by == day
    with acting(cast.actor("clerk")):
        new = replace(cast.actor("clerk"), message=notice.message_id, title="再更正", text="请看", reason="有误", at=at)
        assert new.must_read_by == day
        later = at + timedelta(days=400)
        last = replace(cast.actor("clerk"), message=new.pk, title="末次", text="请看", reason="有误", at=later)
    assert last.must_read_by is None


def test_a_cost_that_changed_since_it_was_seen_is_looked_at_again(cast, at):
    notice = written(cast, at)
    with pytest.raises(Changed):
        sent(cast, at, notice, seen="1-1-0-1-0")
    with pytest.raises(Changed):
        sent(cast, at, notice, version=7)
    assert not Message.objects.exists()


def test_it_goes_out_once_and_then_cannot_be_changed(cast, at):
    notice = sent(cast, at, written(cast, at))
    clerk = cast.actor("clerk")
    with acting(clerk):
        for act in (
            lambda: sent(cast, at, notice),
            lambda: change_notice(clerk, notice=notice.pk, draft=DRAFT, version=notice.version, at=at),
            lambda: discard_notice(clerk, notice=notice.pk, at=at),
        ):
            with pytest.raises(Conflict):
                act()
    event = Event.objects.get(kind="messaging.notice_sent")
    assert (event.data["organisations"], event.data["minutes"]) == (5, 50)


def test_a_draft_edited_by_two_at_once_is_not_overwritten(cast, at):
    notice, clerk = written(cast, at), cast.actor("clerk")
    with acting(clerk):
        change_notice(clerk, notice=notice.pk, draft=changed(DRAFT, title="甲"), version=1, at=at)
        with pytest.raises(Changed):
            change_notice(clerk, notice=notice.pk, draft=changed(DRAFT, title="乙"), version=1, at=at)
    assert Notice.objects.get().title == "甲"


@pytest.mark.parametrize(
    "given",
    [
        {"title": ""},
        {"text": " "},
        {"audience": "everybody"},
        {"audience": "kinds"},
        {"asked": (("人数", 0),)},
        {"asked": tuple((str(number), 1) for number in range(31))},
    ],
)
def test_what_is_wrong_is_said_by_field_and_nothing_is_kept(cast, at, given):
    with pytest.raises(InvalidInput) as refused:
        written(cast, at, draft=changed(DRAFT, **given))
    assert set(refused.value.fields) <= {"title", "text", "audience", "kinds", "asked"}
    assert not Notice.objects.exists()


@pytest.mark.parametrize(
    ("who", "sees"),
    [("clerk", True), ("viewer", True), ("town_clerk", False), ("secretary", False), ("stranger", False)],
)
def test_the_cast_sees_notices_of_its_reach(cast, at, who, sees):
    notice = sent(cast, at, written(cast, at))
    with acting(cast.actor(who)):
        assert Notice.objects.filter(pk=notice.pk).exists() is sees
        if not sees:
            with pytest.raises(NotVisible):
                notice_for(cast.actor(who), notice.pk)


def test_reading_takes_a_minute_for_four_hundred_characters():
    assert [reading_minutes("", "字" * number) for number in (0, 400, 401)] == [1, 1, 2]


def test_the_cost_takes_as_many_queries_for_a_county_as_for_a_town(cast, at, django_assert_num_queries):
    county, town = written(cast, at), written(cast, at, "town_clerk", "north")
    for notice in (county, town):
        with django_assert_num_queries(1):
            cost_of(notice, at=at)


def test_one_members_minutes_are_held_against_the_cap(cast, people, at, settings):
    settings.BURDEN_MONTHLY_MINUTES = 15
    new_members(["甲", "乙"], cast.willow, at)
    draft = changed(DRAFT, audience="members")
    first = written(cast, at, "secretary", "willow", draft)
    assert cost_of(first, at=at).over_cap == 0  # 40 minutes in all, 10 for each
    sent(cast, at, first, "secretary")
    assert cost_of(written(cast, at, "secretary", "willow", draft), at=at).over_cap == 1
