"""Reading, confirming, withdrawing, escalating, reminding: what recipients and senders do."""

from datetime import timedelta

import pytest
from django.db import transaction

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events.projectors import Positioned
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.members.facade import Member, decease, leave
from lianxin.messaging.actions.escalating import escalate_overdue
from lianxin.messaging.actions.reading import confirm, open_all, open_message
from lianxin.messaging.actions.withdrawing import replace, withdraw
from lianxin.messaging.facade import forget_reminder, message_kind, remind, send, settle, unread
from lianxin.messaging.models import Delivery, Message, Recipient
from lianxin.messaging.queries.confirming import UNREACHABLE, confirmations, counts_of, unconfirmed_in_branch
from lianxin.messaging.queries.inbox import inbox, own_recipients
from lianxin.messaging.reaching import give_messages
from lianxin.messaging.tests.conftest import new_members

KIND = message_kind("tests.read", "messages to read of tests")


@pytest.fixture
def wei(people):
    return actor_of(people.account)


def told(cast, people, at, who="secretary", place="willow", members=(), **given):
    actor, here = cast.actor(who), getattr(cast, place)
    with acting(actor), transaction.atomic():
        return send(
            actor,
            KIND,
            **{
                "to_members": [people.wei, people.hong, *members],
                "title": "学习通知",
                "text": "请阅读",
                "link": "",
                "organisation": here.id,
                "organisation_path": here.path,
                "subject": here.id,
                "at": at,
                **given,
            },
        )


def test_who_has_done_it_need_not_open_the_message(cast, people, wei, at):
    told(cast, people, at)
    told(cast, people, at, subject=cast.poplar.id)
    told(cast, people, at, must_read_by=day_of(at))
    with acting(wei):
        assert settle(wei, subject=cast.willow.id, at=at) == 1
        assert unread(wei) == 2  # that of another subject, and what has to be confirmed
    assert settle(cast.actor("secretary"), subject=cast.willow.id, at=at) == 0  # nobody else's


def test_opening_marks_as_read_once_and_counts_no_time(cast, people, wei, at):
    message = told(cast, people, at)
    with acting(wei):
        assert unread(wei) == 1
        open_message(wei, message=message.pk, at=at)
        open_message(wei, message=message.pk, at=at + timedelta(hours=1))
        assert unread(wei) == 0
        assert Recipient.objects.get(account=people.account).read_at == at
    assert not Event.objects.filter(kind__startswith="messaging.").exists()


@pytest.mark.parametrize("who", ["sibling", "clerk", "outsider", "stranger"])
def test_nobody_opens_or_confirms_a_message_of_somebody_else(cast, people, at, who):
    message = told(cast, people, at, must_read_by=day_of(at))
    with acting(cast.actor(who)):
        for act in (open_message, confirm):
            with pytest.raises(NotVisible):
                act(cast.actor(who), message=message.pk, at=at)
    assert not Recipient.objects.filter(read_at__isnull=False).exists()


def test_confirming_is_one_tap_and_a_second_changes_nothing(cast, people, wei, at):
    message = told(cast, people, at, must_read_by=day_of(at))
    with acting(wei):
        confirm(wei, message=message.pk, at=at)
        confirm(wei, message=message.pk, at=at + timedelta(hours=1))
    assert Event.objects.filter(kind="messaging.confirmed", subject_id=message.pk).count() == 1
    counts = counts_of(message)
    assert (counts.total, counts.confirmed, counts.open, counts.unreachable) == (2, 1, 0, 1)


def test_what_asks_for_nothing_or_was_withdrawn_cannot_be_confirmed(cast, people, wei, at):
    plain, withdrawn = told(cast, people, at), told(cast, people, at, must_read_by=day_of(at))
    with acting(cast.actor("secretary")):
        withdraw(cast.actor("secretary"), message=withdrawn.pk, reason="有误", at=at)
    with acting(wei):
        for message in (plain, withdrawn):
            with pytest.raises(Conflict):
                confirm(wei, message=message.pk, at=at)


def test_all_can_be_marked_as_read_but_what_has_to_be_confirmed(cast, people, wei, at):
    told(cast, people, at)
    told(cast, people, at, must_read_by=day_of(at))
    with acting(wei):
        assert open_all(wei, at=at) == 1
        assert unread(wei) == 1


def test_a_withdrawn_message_disappears_where_nobody_opened_it(cast, people, wei, at):
    unopened, opened = told(cast, people, at), told(cast, people, at)
    with acting(wei):
        open_message(wei, message=opened.pk, at=at)
    for message in (unopened, opened):
        with acting(cast.actor("secretary")):
            withdraw(cast.actor("secretary"), message=message.pk, reason="时间有误", at=at)
    with acting(wei):
        assert [row.message_id for row in inbox(wei)] == [opened.pk]
        assert unread(wei) == 0


@pytest.mark.parametrize(
    ("who", "refusal"), [("sibling", NotVisible), ("outsider", NotVisible), ("viewer", NotPermitted)]
)
def test_who_did_not_send_it_and_does_not_answer_for_it_cannot_withdraw(cast, people, at, who, refusal):
    message = told(cast, people, at)
    with acting(cast.actor(who)), pytest.raises(refusal):
        withdraw(cast.actor(who), message=message.pk, reason="有误", at=at)
    assert not Message.objects.get().is_withdrawn


def test_withdrawing_needs_a_reason_and_happens_once(cast, people, at):
    message, secretary = told(cast, people, at), cast.actor("secretary")
    with acting(secretary):
        with pytest.raises(InvalidInput):
            withdraw(secretary, message=message.pk, reason=" ", at=at)
        withdraw(secretary, message=message.pk, reason="有误", at=at)
        with pytest.raises(Conflict):
            withdraw(secretary, message=message.pk, reason="有误", at=at)
    assert Event.objects.filter(kind="messaging.withdrawn").count() == 1


def test_a_corrected_message_takes_the_place_of_the_old_one(cast, people, wei, at):
    old, secretary = told(cast, people, at), cast.actor("secretary")
    with acting(secretary):
        new = replace(secretary, message=old.pk, title="学习通知（更正）", text="改到周五", reason="时间有误", at=at)
    assert new.replaces_id == old.pk
    assert set(new.recipients.values_list("member", flat=True)) == {people.wei, people.hong}
    with acting(wei):
        assert [row.message.title for row in inbox(wei)] == ["学习通知（更正）"]


def test_after_the_last_day_the_secretary_is_told_once_and_nobody_above(cast, people, at):
    """The county wrote; the branch secretary hears of two members, the town and the county of nobody."""
    before = at - timedelta(days=1)
    message = told(cast, people, before, who="clerk", place="county", must_read_by=day_of(before))
    assert escalate_overdue(at=before) == 0  # the day is not over
    later = at
    assert escalate_overdue(at=later) == 1
    assert escalate_overdue(at=later) == 0
    with acting(cast.actor("secretary")):
        assert unread(cast.actor("secretary")) == 1
        _message, missing = unconfirmed_in_branch(cast.actor("secretary"), message.pk, cast.willow.pk)
        assert [one.name for one in missing] == ["李伟", "王红"]
    for who in ("clerk", "town_clerk", "sibling", "far_secretary"):
        with acting(cast.actor(who)):
            assert unread(cast.actor(who)) == 0
    assert Event.objects.filter(kind="messaging.escalated").count() == 1
    with acting(cast.actor("sibling")), pytest.raises(NotVisible):
        unconfirmed_in_branch(cast.actor("sibling"), message.pk, cast.willow.pk)
    with acting(cast.actor("sibling")), pytest.raises(NotVisible):  # their own branch, to which it did not go
        unconfirmed_in_branch(cast.actor("sibling"), message.pk, cast.poplar.pk)


@pytest.mark.parametrize("gone", ["deceased", "left"])
def test_nobody_is_told_about_who_has_died_or_left(cast, people, at, today, gone):
    message = told(cast, people, at - timedelta(days=2), must_read_by=day_of(at - timedelta(days=1)))
    clerk = cast.actor("clerk")
    with acting(clerk):
        if gone == "deceased":
            decease(clerk, member=people.hong, since=today, reason="因病去世", at=at)
        else:
            leave(clerk, member=people.hong, exit_type="expelled", since=today, reason="决定", at=at)
    escalate_overdue(at=at)
    with acting(cast.actor("secretary")):
        _message, missing = unconfirmed_in_branch(cast.actor("secretary"), message.pk, cast.willow.pk)
    assert [one.name for one in missing] == ["李伟"]
    assert Event.objects.get(kind="messaging.escalated").data == {"members": 1}


def test_a_branch_whose_only_silent_member_left_is_not_told(cast, people, at, today):
    told(cast, people, at - timedelta(days=2), to_members=[people.hong], must_read_by=day_of(at - timedelta(days=1)))
    with acting(cast.actor("clerk")):
        decease(cast.actor("clerk"), member=people.hong, since=today, reason="因病去世", at=at)
    escalate_overdue(at=at)
    assert Message.objects.count() == 1


def test_who_claims_the_record_later_finds_what_was_sent_before(cast, people, wei, at):
    recent = told(cast, people, at)
    asked = told(cast, people, at - timedelta(days=200), must_read_by=day_of(at + timedelta(days=1)))
    old = told(cast, people, at - timedelta(days=200))
    withdrawn = told(cast, people, at)
    withdraw(cast.actor("secretary"), message=withdrawn.pk, reason="发错了", at=at)
    account = Account.objects.create_account("hong", None, name="王红")
    Account.objects.filter(pk=account.pk).update(member_id=people.hong)
    Member.objects.filter(pk=people.hong).update(account=account)
    account.refresh_from_db()
    claimed = Event(kind="members.claimed", subject_id=people.hong, at=at)
    for _time in range(2):  # reading the log anew changes nothing
        with acting(Actor.system("projecting")):
            give_messages([Positioned(1, claimed)])
    hong = actor_of(account)
    with acting(hong):
        assert {one.message_id for one in inbox(hong)} == {recent.pk, asked.pk}
        assert confirm(hong, message=asked.pk, at=at).confirmed_at == at
    assert Recipient.objects.get(message=old, member=people.hong).account_id is None
    assert counts_of(recent).unreachable == 0
    with acting(wei):
        assert unread(wei) == 3


@pytest.mark.parametrize("size", [1, 20])
def test_messages_are_given_in_one_statement_for_any_number(cast, people, at, django_assert_num_queries, size):
    members = new_members([f"党员{number}" for number in range(size)], cast.willow, at)
    batch = [Positioned(1, Event(kind="members.claimed", subject_id=one, at=at)) for one in members]
    with django_assert_num_queries(1):
        give_messages(batch)


def test_a_reader_sees_nothing_of_the_other_recipients(cast, people, wei, at):
    message = told(cast, people, at)
    assert message.recipients.count() == 2
    with acting(wei):
        assert list(message.recipients.values_list("member", flat=True)) == [people.wei]


def test_who_confirmed_is_not_told_about(cast, people, wei, at):
    message = told(cast, people, at, to_members=[people.wei], must_read_by=day_of(at))
    with acting(wei):
        confirm(wei, message=message.pk, at=at)
    escalate_overdue(at=at + timedelta(days=2))
    assert Message.objects.count() == 1


def test_a_reminder_appears_at_its_time_and_can_be_forgotten_before(cast, people, wei, at):
    def reminded(key):
        with acting(cast.actor("secretary")), transaction.atomic():
            return remind(
                cast.actor("secretary"),
                KIND,
                remind_at=at + timedelta(days=1),
                key=key,
                to_members=[people.wei],
                title="明天下午开会",
                link="/activities/",
                organisation=cast.willow.id,
                organisation_path=cast.willow.path,
                subject=cast.willow.id,
                at=at,
            )

    assert reminded("meeting:1") is not None
    assert reminded("meeting:1") is None
    assert reminded("meeting:2") is not None
    with acting(wei):
        assert unread(wei) == 0
    assert forget_reminder("meeting:1", at=at)
    assert not forget_reminder("meeting:1", at=at)
    assert Message.objects.count() == Recipient.objects.count() == 1
    assert Delivery.objects.exclude(channel="in_app").count() == 0
    assert [row.message.key for row in inbox_at(wei, at + timedelta(days=1))] == ["meeting:2"]
    assert not forget_reminder("meeting:2", at=at + timedelta(days=2))


def inbox_at(actor, at):
    with acting(actor):
        return list(own_recipients(actor, at=at).select_related("message"))


def test_the_inbox_takes_as_many_queries_for_many_as_for_one(cast, people, wei, at, django_assert_num_queries):
    for size in (1, 30):
        for _number in range(size):
            told(cast, people, at)
        with acting(wei), django_assert_num_queries(1):
            inbox(wei)


def test_confirmations_take_as_many_queries_for_many_as_for_one(cast, people, at, django_assert_num_queries):
    for members in ([], new_members(["甲", "乙", "丙"], cast.willow, at)):
        message = told(cast, people, at, members=members)
        with acting(cast.actor("secretary")), django_assert_num_queries(1):
            assert len(confirmations(message, UNREACHABLE)) == 1 + len(members)
