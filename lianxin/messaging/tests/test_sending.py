"""Sending: in the caller's transaction, to everybody once, to those without account as well."""

import pytest
from django.db import connection, connections, transaction
from django.test.utils import CaptureQueriesContext

from lianxin.kernel.authz import acting
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.messaging.facade import message_kind, secretaries_of, send, unread
from lianxin.messaging.models import Message, Recipient
from lianxin.messaging.tests.conftest import new_members

KIND = message_kind("tests.invited", "invitations of tests")


def told(cast, at, members=(), *, actor=None, **given):
    actor = actor or cast.actor("secretary")
    facts = {
        "to_members": members,
        "title": "主题党日通知",
        "text": "周五下午三点",
        "link": "/activities/",
        "organisation": cast.willow.id,
        "organisation_path": cast.willow.path,
        "subject": cast.willow.id,
        "at": at,
    }
    with acting(actor), transaction.atomic():
        return send(actor, KIND, **{**facts, **given})


def test_members_with_an_account_have_it_and_the_others_stand_in_the_list(cast, people, at):
    message = told(cast, at, [people.wei, people.hong])
    rows = {one.member_id: one.account_id for one in Recipient.objects.filter(message=message)}
    assert rows == {people.wei: people.account.pk, people.hong: None}
    with acting(cast.actor("secretary")):
        assert message.recipients.filter(account=None).count() == 1  # the sender sees who is not reachable online


def test_whoever_is_member_and_account_gets_it_once(cast, people, at):
    message = told(cast, at, [people.wei], to_accounts=[people.account.pk, cast.clerk.pk])
    assert message.recipients.count() == 2


def test_what_one_sends_oneself_is_no_news(cast, people, at):
    wei = actor_of(people.account)
    told(cast, at, [people.wei], actor=wei)
    with acting(wei):
        assert unread(wei) == 0
        assert Recipient.objects.count() == 1  # it is in the inbox all the same
    told(cast, at, [people.wei], actor=wei, must_read_by=day_of(at))
    with acting(wei):
        assert unread(wei) == 1


def test_a_key_is_sent_once_and_nothing_goes_to_nobody(cast, people, at):
    assert told(cast, at, [people.wei], key="invited:1") is not None
    assert told(cast, at, [people.wei], key="invited:1") is None
    assert told(cast, at) is None
    assert Message.objects.count() == 1


def test_a_member_without_any_grant_may_write_to_the_secretary(cast, people, at):
    actor = actor_of(people.account)
    with acting(actor), transaction.atomic():
        send(
            actor,
            KIND,
            to_accounts=secretaries_of([cast.willow.id]),
            title="请假",
            text="",
            link="",
            organisation=cast.willow.id,
            organisation_path=cast.willow.path,
            subject=people.wei,
            at=at,
        )
    with acting(cast.actor("secretary")):
        assert unread(cast.actor("secretary")) == 1
    with acting(cast.actor("sibling")):
        assert unread(cast.actor("sibling")) == 0


@pytest.mark.parametrize("given", [{"title": " "}, {"title": "长" * 121}, {"text": "长" * 10_001}])
def test_what_is_wrong_with_it_is_said_and_nothing_is_sent(cast, people, at, given):
    with pytest.raises(InvalidInput):
        told(cast, at, [people.wei], **given)
    assert not Message.objects.exists()


def test_outside_a_transaction_nothing_is_sent(cast, people, at, monkeypatch):
    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="transaction"):  # noqa: PT012
        patched.setattr(connections["default"], "in_atomic_block", False)
        send(
            cast.actor("secretary"),
            KIND,
            to_members=[people.wei],
            title="通知",
            text="",
            link="",
            organisation=cast.willow.id,
            organisation_path=cast.willow.path,
            subject=cast.willow.id,
            at=at,
        )


def test_secretaries_are_those_exactly_there(cast):
    with acting(cast.actor("stranger")):
        assert secretaries_of([cast.willow.id]) == [cast.secretary.pk]
        assert secretaries_of([cast.north.id]) == []
        assert set(secretaries_of([cast.willow.id, cast.poplar.id])) == {cast.secretary.pk, cast.sibling.pk}


@pytest.mark.parametrize(
    ("who", "sees"),
    [("secretary", 1), ("town_clerk", 1), ("clerk", 1), ("sibling", 0), ("outsider", 0), ("stranger", 0)],
)
def test_the_database_shows_a_message_to_who_answers_for_the_place(cast, people, at, who, sees):
    told(cast, at, [people.wei, people.hong])
    with acting(cast.actor(who)):
        assert Message.objects.count() == sees
        assert Recipient.objects.count() == 2 * sees


def test_a_recipient_sees_the_message_and_their_own_row_only(cast, people, at):
    told(cast, at, [people.wei, people.hong])
    with acting(actor_of(people.account)):
        assert Message.objects.count() == 1
        assert Recipient.objects.filter(account=people.account).count() == 1


def test_sending_to_many_takes_as_many_queries_as_to_one(cast, people, at):
    counts = []
    for members in ([people.wei], [people.wei, people.hong, *new_members(["甲", "乙", "丙"], cast.willow, at)]):
        actor = cast.actor("secretary")
        with CaptureQueriesContext(connection) as queries:
            told(cast, at, members, actor=actor)
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12
