from datetime import date, timedelta

import pytest

from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.members.facade import appoint, relieve, take_effect
from lianxin.members.models import Post


def test_appointments_show_in_the_organisation(cast, wang, enter, at, today):
    zhao = enter(name="赵敏", id_number="", mobile="")
    clerk = cast.actor("town_clerk")
    appoint(clerk, organisation=cast.willow.id, member=wang.id, kind="secretary", since=today, at=at)
    appoint(clerk, organisation=cast.willow.id, member=zhao.id, kind="publicity", since=today, at=at)
    appoint(clerk, organisation=cast.willow.id, member=zhao.id, kind="group_leader", since=today, at=at)
    cast.willow.refresh_from_db()
    assert (cast.willow.secretary, cast.willow.committee_seats) == ("王建国", 2)


def test_one_secretary_at_a_time(cast, wang, enter, at, today):
    zhao = enter(name="赵敏", id_number="", mobile="")
    clerk = cast.actor("town_clerk")
    appoint(clerk, organisation=cast.willow.id, member=wang.id, kind="secretary", since=today, at=at)
    with pytest.raises(Conflict, match="王建国"):
        appoint(clerk, organisation=cast.willow.id, member=zhao.id, kind="secretary", since=today, at=at)

    relieve(clerk, post=Post.objects.get().id, on=today, at=at)
    appoint(clerk, organisation=cast.willow.id, member=zhao.id, kind="secretary", since=today, at=at)
    cast.willow.refresh_from_db()
    assert cast.willow.secretary == "赵敏"


def test_a_secretary_of_short_party_age_is_warned_of(cast, enter, at, today):
    young = enter(
        name="钱多",
        id_number="",
        mobile="",
        birth_date=date(1999, 1, 1),
        joined_on=today - timedelta(days=500),
        converted_on=today - timedelta(days=100),
    )
    done = appoint(
        cast.actor("clerk"), organisation=cast.willow.id, member=young.id, kind="secretary", since=today, at=at
    )
    assert [one.rule_id for one in done.warnings] == ["organisations.secretary.minimum_party_age_months"]


def test_a_post_that_begins_tomorrow_leads_tomorrow(cast, wang, at, today):
    since = today + timedelta(days=1)
    appoint(cast.actor("clerk"), organisation=cast.willow.id, member=wang.id, kind="secretary", since=since, at=at)
    cast.willow.refresh_from_db()
    assert cast.willow.secretary == ""
    take_effect(at=at + timedelta(days=1))
    cast.willow.refresh_from_db()
    assert cast.willow.secretary == "王建国"


@pytest.mark.parametrize(
    ("who", "refusal"), [("secretary", NotPermitted), ("outsider", NotVisible), ("sibling", NotVisible)]
)
def test_only_clerks_above_appoint(cast, wang, at, today, who, refusal):
    with pytest.raises(refusal):
        appoint(cast.actor(who), organisation=cast.willow.id, member=wang.id, kind="secretary", since=today, at=at)
    assert not Post.objects.exists()


def test_an_unknown_post_and_a_day_before_the_branch_are_refused(cast, wang, at, today):
    for kind, since in (("king", today), ("secretary", date(1990, 1, 1))):
        with pytest.raises(InvalidInput):
            appoint(cast.actor("clerk"), organisation=cast.willow.id, member=wang.id, kind=kind, since=since, at=at)


def test_a_member_out_of_sight_cannot_be_appointed(cast, reed_member, at, today):
    with pytest.raises(NotVisible):
        appoint(
            cast.actor("town_clerk"),
            organisation=cast.willow.id,
            member=reed_member.id,
            kind="youth",
            since=today,
            at=at,
        )
