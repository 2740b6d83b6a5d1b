"""The judge sees damage: what it says after a kill is worth something only if it can say the opposite."""

from datetime import timedelta

import pytest
from django.db import connection

from lianxin.members.actions.adding import add
from lianxin.members.actions.moving import move
from lianxin.members.tests.conftest import facts
from tests.faults.acts import Act
from tests.faults.checking import always, is_there, once

KEY = "1-1"


@pytest.fixture
def moved(cast, at, today):
    """A member who moved, and the act of it, as a program sent it."""
    clerk = cast.actor("clerk")
    member = add(clerk, organisation=cast.willow.id, facts=facts(), since=today - timedelta(days=400), at=at)
    move(clerk, member=member.id, to=cast.poplar.id, since=today, reason=KEY, at=at)
    act = Act(KEY, "members.moved", member.id, "POST", "", {})
    return member, act


def damage(statement, *given):
    """Write past every rule, as a crash would that left half of an act."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, given)


def test_it_finds_nothing_where_nothing_is_wrong(moved, at):
    assert always(at - timedelta(hours=1)) == []


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        (
            "differ from the members",
            "UPDATE organisations_organisation SET full_members = 7 WHERE code = '370522101201'",
        ),
        ("exactly one record", "DELETE FROM members_record"),
        ("organisation that ended", "UPDATE organisations_organisation SET dissolved_on = current_date - 1"),
        ("number of children", "UPDATE organisations_organisation SET numchild = 5 WHERE depth = 1"),
        ("members_membership without their event", "UPDATE members_membership SET event_id = gen_random_uuid()"),
        ("members.moved without their row", "UPDATE members_membership SET event_id = gen_random_uuid()"),
        ("neither wait nor are sealed", "DELETE FROM kernel_event_waiting"),
    ],
)
def test_it_finds_what_is_half_there(moved, at, said, statement):
    damage(statement)
    assert any(said in one for one in always(at - timedelta(hours=1)))


def test_an_act_without_its_kept_answer_is_said_to_be_in_part(moved):
    _member, act = moved
    there, wrong = is_there(act)
    assert there
    assert len(wrong) == 1
    assert "1 events and 0 kept answers" in wrong[0]


def test_an_act_that_was_promised_and_is_not_there_is_said(db):
    act = Act("2-1", "members.moved", None, "POST", "", {})  # type: ignore[arg-type] # never sent
    assert len(once([act])) == 1
