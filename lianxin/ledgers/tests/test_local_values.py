"""Class hours that organisations ask for, and how they count them, follow what was set at the place and above it."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.urls import reverse

from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import SHANGHAI
from lianxin.ledgers.catalogue import BY_KEY as FIELDS
from lianxin.ledgers.periods import Period
from lianxin.ledgers.queries.material import material_for
from lianxin.ledgers.queries.values import value_of
from lianxin.ledgers.study import FOR_COMMITTEES, FOR_MEMBERS, HALF_DAY, LECTURE
from lianxin.members.facade import add
from lianxin.organisations.facade import move, overrides_at, set_local_value
from lianxin.rules.facade import id_check_character, in_force

DOCUMENT = "利组发〔2026〕31号"
DECISION = {"document_no": DOCUMENT, "reason": "规范党员教育培训"}


@pytest.fixture
def put(cast, today):
    """Set a value at a place from the first day of this year, as if decided in the year before."""

    def put(place, rule, value, *, since=None, **decision):
        since = since or today.replace(month=1, day=1)
        return set_local_value(
            cast.actor("clerk"),
            organisation=getattr(cast, place).id,
            rule=rule,
            value=value,
            effective_on=since,
            at=datetime(since.year - 1, 12, 20, 10, tzinfo=SHANGHAI),
            **DECISION | decision,
        )

    return put


def studied(cast, period, who="secretary", place="willow"):
    return material_for(cast.actor(who), getattr(cast, place).id, period).studied


@pytest.fixture
def far(cast, at):
    """A member under another town."""
    first = "99010119700101001"
    facts = {"name": "周强", "sex": "1", "ethnic_group": "01", "birth_date": date(1970, 1, 1)}
    facts |= {"joined_on": date(1995, 7, 1), "converted_on": date(1996, 7, 1)}
    facts["id_number"] = first + id_check_character(first)
    return add(cast.actor("clerk"), organisation=cast.reed.id, facts=facts, since=date(2020, 1, 1), at=at)


@pytest.mark.usefixtures("branch", "far")
def test_a_town_asks_more_hours_and_only_its_own_branches_follow(cast, put, year):
    put("north", FOR_MEMBERS, 40)
    put("north", FOR_COMMITTEES, 64)
    found = studied(cast, year)
    assert {one.needed for one in found} == {64, 40}
    assert all(DOCUMENT in one.rule and cast.north.short_name in one.rule for one in found)
    assert {one.needed for one in studied(cast, Period.year(year.since.year - 1))} == {32}
    (one,) = studied(cast, year, "clerk", "reed")
    assert (one.needed, DOCUMENT in one.rule) == (32, False)


def test_less_than_the_town_asks_is_refused_and_more_is_not(cast, branch, put, year):
    put("north", FOR_MEMBERS, 40)
    for value in (36, 31):
        with pytest.raises(InvalidInput) as refusal:
            put("willow", FOR_MEMBERS, value)
        assert list(refusal.value.fields) == ["value"]
    put("willow", FOR_MEMBERS, 48)
    assert max(one.needed for one in studied(cast, year) if one.needed != 56) == 48


def test_what_the_branch_set_gives_way_to_more_asked_above_later(cast, branch, put, year):
    put("willow", FOR_MEMBERS, 40)
    put("county", FOR_MEMBERS, 48)
    assert {one.needed for one in studied(cast, year)} == {56, 48}


def test_a_gathering_is_counted_by_the_conversion_that_was_set(cast, branch, held, put, year):
    held(3)
    held(4, kinds=["theme_day"], hours=3)
    names = [member.name for member in branch]

    def hours():
        return {one.name: one.total for one in studied(cast, year)}[names[0]]

    assert hours() == 2 + 3
    put("county", LECTURE, 45)
    assert hours() == Decimal("2.5") + 4
    put("north", HALF_DAY, 3)
    assert hours() == Decimal("2.5") + 3
    total = value_of(FIELDS["study.hours_total"], material_for(cast.actor("secretary"), cast.willow.id, year))
    assert total == 7 * (Decimal("2.5") + 3)


def test_the_year_goes_on_as_it_began_where_a_branch_moves(cast, branch, put, year, at, today):
    put("south", FOR_MEMBERS, 40)
    given = {"organisation": cast.willow.id, "parent": cast.south.id, "effective_on": today, "at": at}
    move(cast.actor("clerk"), **given, **DECISION)
    cast.willow.refresh_from_db()
    assert in_force(FOR_MEMBERS, today, overrides=overrides_at(cast.willow.path)).number == 40
    assert {one.needed for one in studied(cast, year, "clerk")} == {32, 56}


def test_the_ledger_shows_the_law_the_value_and_its_document(cast, branch, put):
    address = reverse("ledgers:ledger", args=[cast.willow.id, "study"])
    client = cast.client("secretary")
    assert DOCUMENT not in client.get(address).content.decode()
    put("north", FOR_MEMBERS, 40)
    text = client.get(address).content.decode()
    law = in_force(FOR_MEMBERS, date(2026, 1, 1))
    for part in (
        law.citation,
        DOCUMENT,
        cast.north.short_name,
        reverse("organisations:local_values", args=[cast.willow.id]),
    ):
        assert part in text
