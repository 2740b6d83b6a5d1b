"""The promises of decision 5, held against random sequences of acts and against direct SQL."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.kernel.errors import Refusal
from lianxin.members.facade import (
    correct,
    decease,
    leave,
    move,
    restore,
    return_to,
    suspend,
    take_back_departure,
    take_effect,
    transfer_out,
    update,
)
from lianxin.members.models import Member, MemberRecord, Membership

DAYS = st.integers(-600, 30)


@dataclass
class Attempt:
    cast: Any
    given: dict[str, Any]
    since: date
    post: str


PERFORM = {
    "move": lambda it: move(to=it.cast.poplar.id, since=it.since, **it.given),
    "move back": lambda it: move(to=it.cast.willow.id, since=it.since, **it.given),
    "suspend": lambda it: suspend(since=it.since, reason="甲", **it.given),
    "restore": lambda it: restore(since=it.since, reason="甲", **it.given),
    "leave": lambda it: leave(exit_type="expelled", since=it.since, reason="甲", **it.given),
    "decease": lambda it: decease(since=it.since, **it.given),
    "out": lambda it: transfer_out(since=it.since, reason="甲", **it.given),
    "return": lambda it: return_to(organisation=it.cast.reed.id, since=it.since, reason="甲", **it.given),
    "mistake": lambda it: take_back_departure(reason="甲", **it.given),
    "update": lambda it: update(changes={"work_post": it.post}, since=it.since, **it.given),
    "correct": lambda it: correct(changes={"work_post": it.post}, reason="甲", **it.given),
}
ACTS = st.lists(
    st.tuples(st.sampled_from(sorted(PERFORM)), DAYS, st.sampled_from(["1", "3", "4", "113", "5"])),
    min_size=1,
    max_size=7,
)


def believed_at(model, member, instant):
    """What was believed at the instant, as plain values, for comparing later."""
    rows = model.objects.filter(member=member, recorded__contains=instant).order_by("valid")
    return [(row.valid.lower, row.valid.upper, getattr(row, "organisation_id", None) or row.facts) for row in rows]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=ACTS)
def test_one_belonging_at_any_instant_and_nothing_believed_is_lost(cast, enter, at, today, acts):
    with transaction.atomic():
        member = enter(name="随机", id_number="", mobile="", since=today - timedelta(days=700))
        told: dict[datetime, list] = {}
        for step, (what, days, post) in enumerate(acts):
            instant = at + timedelta(minutes=step)
            try:
                with transaction.atomic():
                    given = {"actor": cast.actor("clerk"), "member": member.id, "at": instant}
                    PERFORM[what](Attempt(cast, given, today + timedelta(days=days), post))
                    connection.cursor().execute("SET CONSTRAINTS ALL IMMEDIATE")
                    connection.cursor().execute("SET CONSTRAINTS ALL DEFERRED")
            except Refusal:
                pass
            told[instant + timedelta(seconds=30)] = [
                believed_at(model, member, instant + timedelta(seconds=30)) for model in (Membership, MemberRecord)
            ]
            present = Member.objects.get(id=member.id)
            places = Membership.objects.filter(member=member, recorded__upper_inf=True, valid__contains=today)
            assert places.count() == (1 if present.is_in_register else 0)
            if present.is_in_register:
                assert places.get().organisation_id == present.organisation_id
            record = MemberRecord.objects.get(member=member, recorded__upper_inf=True, valid__contains=today)
            assert record.facts["membership_status"] == present.membership_status
            assert record.facts["work_post"] == present.work_post
        for instant, then in told.items():
            assert [believed_at(model, member, instant) for model in (Membership, MemberRecord)] == then
        take_effect(at=at + timedelta(days=40))
        coming = MemberRecord.objects.get(
            member=member, recorded__upper_inf=True, valid__contains=today + timedelta(days=40)
        )
        assert Member.objects.get(id=member.id).work_post == coming.facts["work_post"]
        transaction.set_rollback(True)


def execute(statement, *values):
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_refuses_two_belongings_on_one_day(cast, wang, today):
    row = Membership.objects.get(member=wang)
    with pytest.raises(IntegrityError, match="membership_one_at_a_time"):
        execute(
            "INSERT INTO members_membership (id, member_id, organisation_id, document_no, valid, recorded, event_id) "
            "SELECT gen_random_uuid(), member_id, %s, '', valid, recorded, event_id FROM members_membership "
            "WHERE id = %s",
            cast.poplar.id,
            row.id,
        )


def test_the_database_refuses_a_member_without_a_belonging(wang):
    with pytest.raises(IntegrityError, match="belongs to 0 organisations"):
        execute("DELETE FROM members_membership WHERE member_id = %s", wang.id)
    with pytest.raises(IntegrityError, match="belongs to 0 organisations"):
        execute(
            "UPDATE members_membership SET valid = daterange(lower(valid), %s) WHERE member_id = %s",
            date(2030, 1, 1),
            wang.id,
        )


def test_the_database_refuses_a_belonging_of_somebody_who_left(wang):
    with pytest.raises(IntegrityError, match="still belongs"):
        execute("UPDATE members_member SET membership_status = 'exited' WHERE id = %s", wang.id)


def test_the_database_refuses_two_versions_of_a_record_on_one_day(wang):
    with pytest.raises(IntegrityError, match="record_one_at_a_time"):
        execute(
            "INSERT INTO members_record (id, member_id, facts, valid, recorded, event_id) "
            "SELECT gen_random_uuid(), member_id, facts, valid, recorded, event_id FROM members_record "
            "WHERE member_id = %s",
            wang.id,
        )


def test_the_place_follows_the_organisation_whatever_is_written(cast, wang):
    execute("UPDATE members_member SET organisation_path = 'wrong' WHERE id = %s", wang.id)
    assert Member.objects.get(id=wang.id).organisation_path == cast.willow.path
