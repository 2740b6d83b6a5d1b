"""Whose names a ledger shows: the members of its period, and from when on each owes class hours here."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.kernel.authz import acting
from lianxin.ledgers.periods import Period
from lianxin.ledgers.queries.material import material_for
from lianxin.members.facade import Member, leave, move
from lianxin.messaging.tests.conftest import new_members


@pytest.fixture
def moved(cast, at, today):
    """张伟 came from poplar and 李伟 went there, both yesterday; 王红 left the Party; 赵强 was always here."""
    zhang, wei, hong, zhao = (
        *new_members(["张伟"], cast.poplar, at),
        *new_members(["李伟", "王红", "赵强"], cast.willow, at),
    )
    clerk = cast.actor("clerk")
    since = today - timedelta(days=1)
    with acting(clerk):
        for member, place in ((zhang, cast.willow), (wei, cast.poplar)):
            move(clerk, member=member, to=place.id, since=since, document_no="1", reason="调整", at=at)
        leave(clerk, member=hong, exit_type="expelled", since=since, reason="决定", at=at)
    return {"张伟": zhang, "李伟": wei, "王红": hong, "赵强": zhao}


def names(cast, who, period):
    with acting(cast.actor(who)):
        return {one.name for one in material_for(cast.actor(who), cast.willow.id, period).members}


def test_a_past_period_shows_who_belonged_then_and_the_present_one_who_belongs_now(cast, moved, today):
    assert names(cast, "town_clerk", Period.year(today.year)) == {"张伟", "赵强"}
    before = Period(today - timedelta(days=20), today - timedelta(days=10))
    assert names(cast, "town_clerk", before) == {"李伟", "王红", "赵强"}
    # Where 李伟 belongs now lies outside the secretary's reach: attendance names him, the list does not.
    assert names(cast, "secretary", before) == {"王红", "赵强"}
    assert names(cast, "town_clerk", Period(date(2001, 1, 1), date(2001, 12, 31))) == set()


def test_who_came_in_the_course_of_the_year_owes_hours_from_the_day_of_coming(cast, moved, today):
    period = Period.year(today.year)
    with acting(cast.actor("secretary")):
        material = material_for(cast.actor("secretary"), cast.willow.id, period)
        studied, came = {one.name: one.needed for one in material.studied}, material.came_on
    assert came[moved["张伟"]] == today - timedelta(days=1)
    assert studied["赵强"] == 32
    month = came[moved["张伟"]].month if came[moved["张伟"]].year == today.year else 1
    assert studied["张伟"] == -(-32 * (13 - month) // 12)


def test_the_list_takes_as_many_queries_for_many_as_for_one(cast, at, today):
    counts = []
    for size in (1, 12):
        new_members([f"党员{number}" for number in range(size)], cast.willow, at)
        material = material_for(cast.actor("secretary"), cast.willow.id, Period.year(today.year))
        with acting(cast.actor("secretary")), CaptureQueriesContext(connection) as queries:
            assert len(material.members) >= size
            assert len(material.came_on) == len(material.members)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert Member.objects.count() == 13
