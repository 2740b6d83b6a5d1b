import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from lianxin.kernel.authz import Actor, acting
from lianxin.organisations.actions.dissolve import dissolve
from lianxin.organisations.actions.facts import NewOrganisation
from lianxin.organisations.actions.move import move
from lianxin.organisations.actions.set_up import Founding, set_up_many
from lianxin.organisations.models import Organisation
from lianxin.organisations.queries.listing import ORGANISATIONS
from lianxin.organisations.queries.names import resolve_names
from lianxin.organisations.queries.scope import organisations_within, place_of
from lianxin.organisations.queries.search import search_organisations
from lianxin.organisations.queries.tree import (
    ancestors_on,
    children_of,
    children_on,
    counted,
    descendants,
    subtree_on,
    tops_of,
    tops_on,
)
from lianxin.organisations.queries.warnings import (
    count_warnings,
    terms_ending,
    warned_within,
    warning_kinds,
    warnings_of,
)

DECISION = {"document_no": "利组发〔2026〕7号", "reason": "优化组织设置"}


def add_branches(cast, number, at, start=0):
    foundings = [
        Founding(
            new=NewOrganisation(name=f"第{place}村党支部", org_type="branch", code=f"V{place}"),
            parent=cast.north.id,
            founded_on=date(2010, 1, 1),
            document_no="1",
            reason="1",
        )
        for place in range(start, start + number)
    ]
    return set_up_many(Actor.system("tests"), foundings=foundings, at=at)


def names(nodes):
    return [node.short_name for node in nodes]


def test_a_level_of_today(cast, at):
    Organisation.objects.filter(id=cast.willow.id).update(full_members=3, probationary_members=1)
    level = children_of(cast.actor("clerk"), cast.county)
    assert [(node.short_name, node.members, node.children) for node in level.nodes] == [
        ("北宋镇党委", 4, 2),
        ("盐窝镇党委", 0, 1),
    ]
    assert names(tops_of(cast.actor("clerk"))) == ["利津县委"]
    assert names(tops_of(cast.actor("secretary"))) == ["柳树村党支部"]
    assert tops_of(cast.actor("expired")) == []


def test_each_subtree_is_read_between_both_its_ends(cast):
    actor = cast.actor("clerk")
    with acting(actor), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off")
        plan = counted(organisations_within(actor)).explain()
    bounded = [line for line in plan.splitlines() if "Index Cond" in line and "|| '~'" in line]
    assert len(bounded) == 2, plan


def test_a_level_goes_on_where_it_stopped(cast, at):
    add_branches(cast, 5, at)
    first = children_of(cast.actor("clerk"), cast.north, size=4)
    second = children_of(cast.actor("clerk"), cast.north, size=4, after=first.after)
    assert len(names(first.nodes) + names(second.nodes)) == len(set(names(first.nodes) + names(second.nodes))) == 7
    assert second.after == ""


def test_the_tree_is_right_on_every_day(cast, at, today):
    clerk = cast.actor("clerk")
    move(clerk, organisation=cast.willow.id, parent=cast.south.id, effective_on=date(2020, 1, 1), at=at, **DECISION)
    dissolve(clerk, organisation=cast.reed.id, effective_on=date(2022, 1, 1), at=at, **DECISION)
    soon = today + timedelta(days=9)
    move(clerk, organisation=cast.poplar.id, parent=cast.south.id, effective_on=soon, at=at, **DECISION)
    seen = {
        day: tuple(sorted(names(children_on(clerk, parent.id, day).nodes)) for parent in (cast.north, cast.south))
        for day in (date(1999, 1, 1), date(2019, 12, 31), date(2020, 1, 1), date(2022, 1, 1), soon)
    }
    assert seen == {
        date(1999, 1, 1): ([], []),
        date(2019, 12, 31): (["杨树村党支部", "柳树村党支部"], ["芦苇村党支部"]),
        date(2020, 1, 1): (["杨树村党支部"], ["柳树村党支部", "芦苇村党支部"]),
        date(2022, 1, 1): (["杨树村党支部"], ["柳树村党支部"]),
        soon: ([], ["杨树村党支部", "柳树村党支部"]),
    }
    assert [name for _id, name in ancestors_on(cast.willow.id, date(2019, 6, 1))] == [
        "利津县委",
        "北宋镇党委",
        "柳树村党支部",
    ]
    assert [name for _id, name in ancestors_on(cast.willow.id, today)] == ["利津县委", "盐窝镇党委", "柳树村党支部"]
    assert len(subtree_on(cast.county.id, date(2019, 6, 1))) == 6
    assert len(subtree_on(cast.county.id, today)) == 5
    assert len(subtree_on(cast.county.id, today, deep=1)) == 3


def test_an_earlier_day_shows_nothing_outside_of_reach(cast, today):
    town = cast.actor("town_clerk")
    yesterday = today - timedelta(days=1)
    assert children_on(town, cast.south.id, yesterday).nodes == []
    assert names(tops_on(town, yesterday)) == ["北宋镇党委"]
    assert names(tops_on(cast.actor("secretary"), yesterday)) == ["柳树村党支部"]
    assert tops_on(cast.actor("revoked"), yesterday) == []


def test_search_finds_every_part_of_a_name(cast):
    clerk = cast.actor("clerk")
    for text in ("柳", "柳树", "树村党", "北宋镇柳", "liushu", "shucun", "lsc", "scdz", "LSC", "370522101201", "柳 树"):
        found = names(search_organisations(clerk, text))
        assert "柳树村党支部" in found, text
    for text in ("", "没有", "zzz", "%", "__"):
        assert names(search_organisations(clerk, text)) == [], text
    assert names(search_organisations(cast.actor("outsider"), "村党支部")) == ["芦苇村党支部"]


def test_names_and_codes_lead_to_organisations(cast):
    Organisation.objects.filter(id=cast.reed.id).update(short_name="柳树村党支部")
    found = resolve_names(["柳树村党支部", "北宋镇柳树村 党支部", "370522102201", "没有"])
    assert {text: [one.id for one in many] for text, many in found.items()} == {
        "柳树村党支部": [cast.willow.id, cast.reed.id],
        "北宋镇柳树村 党支部": [cast.willow.id],
        "370522102201": [cast.reed.id],
        "没有": [],
    }
    assert [one.id for one in resolve_names(["柳树村党支部"], within=cast.south.path)["柳树村党支部"]] == [cast.reed.id]


def test_the_way_shows_only_what_the_actor_sees(cast):
    assert [step.name for step in place_of(cast.willow.path)] == ["利津县委", "北宋镇党委", "柳树村党支部"]
    assert [step.name for step in place_of(cast.willow.path, cast.actor("town_clerk"))] == [
        "北宋镇党委",
        "柳树村党支部",
    ]


def test_the_list_of_warnings_agrees_with_the_rules(cast, at, today):
    rows = add_branches(cast, 120, at)
    chance = random.Random(7)  # noqa: S311 - the same rows in every run
    kinds = [
        "branch",
        "joint_branch",
        "temporary_branch",
        "floating_branch",
        "general_branch",
        "grassroots_committee",
        "work_committee",
    ]
    for row in rows:
        row.org_type = chance.choice(kinds)
        row.full_members = chance.choice([0, 2, 3, 6, 7, 30, 49, 50, 51])
        row.probationary_members = chance.choice([0, 1, 2])
        row.committee_seats = chance.choice([0, 1, 2, 3, 4, 5, 7, 8, 9, 10, 12])
        row.unit_count = chance.choice([1, 5, 6])
        row.term_ends_on = chance.choice(
            [None, today - timedelta(1), today, today + timedelta(100), today + timedelta(400)]
        )
    Organisation.objects.bulk_update(
        rows, ["org_type", "full_members", "probationary_members", "committee_seats", "unit_count", "term_ends_on"]
    )
    clerk = cast.actor("clerk")
    listed = set(warned_within(clerk, today).values_list("id", flat=True))
    judged = {row.id for row in organisations_within(clerk) if warnings_of(row, today)}
    assert listed == judged
    assert 20 < len(listed) < 126
    by_kind = {one.kind.key: one.number for one in count_warnings(clerk, today)}
    assert by_kind.keys() == {kind.key for kind in warning_kinds(today)}
    assert (
        by_kind["term_over"]
        == Organisation.objects.filter(term_ends_on__lt=today)
        .exclude(org_type__in=["temporary_branch", "work_committee"])
        .count()
    )


def test_terms_show_six_months_before_they_end(cast, today):
    for row, days in ((cast.willow, -5), (cast.poplar, 170), (cast.reed, 200)):
        Organisation.objects.filter(id=row.id).update(term_ends_on=today + timedelta(days=days))
    ending = terms_ending(cast.actor("clerk"), today).order_by("term_ends_on")
    assert [row.id for row in ending] == [cast.willow.id, cast.poplar.id]


@pytest.mark.parametrize("who", ["clerk", "secretary"])
def test_the_number_of_queries_does_not_grow(cast, at, today, who):
    actor = cast.actor(who)
    reads = {
        "level": lambda: children_of(actor, cast.north),
        "level on a day": lambda: children_on(actor, cast.north.id, date(2015, 1, 1)),
        "tops": lambda: tops_of(actor),
        "search": lambda: search_organisations(actor, "村党支部"),
        "list": lambda: ORGANISATIONS.page(organisations_within(actor), QueryDict("q=村&sort=name")),
        "warnings": lambda: list(warned_within(actor, today).order_by("path")[:50]),
        "counts": lambda: count_warnings(actor, today),
        "picture": lambda: descendants(actor, cast.county, depth=2, most=400),
    }

    def queries():
        numbers = {}
        for name, read in reads.items():
            with CaptureQueriesContext(connection) as caught:
                read()
            numbers[name] = len(caught)
        return numbers

    small = queries()
    add_branches(cast, 150, at)
    assert queries() == small
    assert max(small.values()) <= 2


def test_the_page_of_an_organisation_asks_as_often_with_many_children(cast, at):
    client = cast.client("clerk")
    address = f"/work/organisations/{cast.north.id}/"
    client.get(address)

    def number():
        with CaptureQueriesContext(connection) as caught:
            assert client.get(address).status_code == 200
        return len([one for one in caught if one["sql"].startswith("SELECT")])  # the session is touched now and then

    small = number()
    add_branches(cast, 150, at)
    assert number() == small
    assert small <= 21


def test_a_thousand_are_set_up_with_as_many_queries_as_ten(cast, at):
    def number(count, start):
        with CaptureQueriesContext(connection) as caught:
            add_branches(cast, count, at, start)
        return len(caught)

    assert number(1000, 100) == number(10, 5000)
    assert Organisation.objects.find_problems() == ([], [], [], [], [])
