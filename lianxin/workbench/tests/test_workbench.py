"""The desk's home and search: what waits, for each of the cast; nothing of others."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from lianxin.members.actions.adding import add
from lianxin.members.actions.corrections import ask_for_correction
from lianxin.organisations.models import Organisation
from lianxin.rules.facade import id_check_character
from lianxin.workbench.context import around

HOME = "/work/"


def main(answer):
    return answer.content.decode().split("<main")[1].split("</main")[0]


def member(cast, at, today, place, name, number):
    first = f"99010119700101{number}"
    return add(
        cast.actor("clerk"),
        organisation=getattr(cast, place).id,
        facts={
            "name": name,
            "sex": "1",
            "ethnic_group": "01",
            "birth_date": date(1970, 1, 1),
            "education": "61",
            "joined_on": date(1995, 7, 1),
            "converted_on": date(1996, 7, 1),
            "work_post": "1",
            "id_number": first + id_check_character(first),
            "mobile": f"12000000{number}",
            "home_address": "北宋镇柳树村12号",
        },
        since=today - timedelta(days=400),
        at=at,
    )


@pytest.fixture
def wang(cast, at, today):
    return member(cast, at, today, "willow", "王建国", "001")


@pytest.fixture
def reed_member(cast, at, today):
    return member(cast, at, today, "reed", "单志远", "003")


def test_home_shows_warnings_and_terms_of_ones_own_places_only(cast, today):
    Organisation.objects.filter(id=cast.willow.id).update(term_ends_on=today - timedelta(days=3))
    Organisation.objects.filter(id=cast.reed.id).update(term_ends_on=today + timedelta(days=30))
    page = main(cast.client("town_clerk").get(HOME))
    assert "柳树村党支部" in page
    assert "芦苇村党支部" not in page
    assert reverse("organisations:warnings") in page
    page = main(cast.client("outsider").get(HOME))
    assert "芦苇村党支部" in page
    assert "柳树村党支部" not in page


def test_home_says_so_when_nothing_is_due(cast):
    Organisation.objects.update(org_type="party_group_lead", term_ends_on=None)
    page = main(cast.client("viewer").get(HOME))
    assert 'class="empty"' in page


def test_a_correction_that_a_member_asks_for_waits_on_the_desk(cast, wang, at):
    own = replace(cast.actor("stranger"), member_id=wang.id)
    ask_for_correction(own, field="home_address", wanted="北宋镇柳树村13号", reason="搬家", at=at)
    for who, waits in (("secretary", 1), ("clerk", 1), ("sibling", 0), ("outsider", 0)):
        page = main(cast.client(who).get(HOME))
        assert (reverse("members:corrections") in page) == bool(waits)
        assert around(None, cast.actor(who))["due_count"] == waits


def test_everything_that_waits_is_counted_by_one_query_and_only_where_it_is_shown(cast, django_assert_num_queries):
    actor = cast.actor("town_clerk")
    with django_assert_num_queries(0):
        context = around(None, actor)
    with django_assert_num_queries(1):
        assert (context["due_count"] == 0, context["messages_count"] == 0) == (True, True)


@pytest.mark.parametrize("who", ["stranger", "expired", "revoked"])
def test_the_desk_is_closed_to_people_without_a_role(cast, who):
    assert cast.client(who).get(HOME).status_code == 403
    assert cast.client(who).get(HOME + "search/?q=王").status_code == 403


def test_strangers_are_sent_to_sign_in():
    answer = Client().get(HOME)
    assert answer.status_code == 302
    assert "next=/work/" in answer.headers["Location"]


@pytest.mark.parametrize("text", ["王建国", "wjg", "wangjianguo"])
@pytest.mark.parametrize(
    ("who", "seen"), [("secretary", True), ("clerk", True), ("sibling", False), ("outsider", False)]
)
def test_search_finds_members_of_ones_own_places_only(cast, wang, text, who, seen):
    page = main(cast.client(who).get(f"{HOME}search/", {"q": text}))
    assert (reverse("members:detail", args=[wang.pk]) in page) == seen


@pytest.mark.parametrize(
    ("who", "seen"), [("secretary", True), ("clerk", True), ("sibling", False), ("outsider", False)]
)
def test_search_finds_organisations_of_ones_own_places_only(cast, who, seen):
    for text in ("柳树", "lsc", "370522101201"):
        page = main(cast.client(who).get(f"{HOME}search/", {"q": text}))
        assert (reverse("organisations:detail", args=[cast.willow.pk]) in page) == seen


def test_an_empty_search_goes_home_and_an_odd_one_is_answered(cast):
    client = cast.client("clerk")
    assert client.get(f"{HOME}search/?q=%20").headers["Location"] == HOME
    for text in ("<script>", "%", "_", "'", "\\", "𠮷", "a" * 500, "0" * 30):
        answer = client.get(f"{HOME}search/", {"q": text})
        assert answer.status_code == 200
        assert "<script>" not in main(answer)


def test_a_security_administrator_searches_organisations_but_no_members(cast, wang):
    page = main(cast.client("security_admin").get(f"{HOME}search/", {"q": "王建国"}))
    assert reverse("members:detail", args=[wang.pk]) not in page


def test_home_asks_no_more_of_the_database_for_a_larger_place(cast, django_assert_max_num_queries):
    for who in ("secretary", "clerk"):
        client = cast.client(who)
        client.get(HOME)
        with django_assert_max_num_queries(34):
            client.get(HOME)


def test_shortcuts_are_those_one_may_use(cast):
    page = main(cast.client("viewer").get(HOME))
    assert reverse("files:import_new") not in page
    assert reverse("members:roster") in page
    assert reverse("files:import_new") in main(cast.client("town_clerk").get(HOME))
