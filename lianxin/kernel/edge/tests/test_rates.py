"""Rates: what passes, what is told to wait, whom it counts for, and that undoing an act does not give it back."""

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from django.db import connection, transaction
from django.test import Client
from django.urls import get_resolver

from lianxin.kernel.edge.models import Spent
from lianxin.kernel.edge.rates import Limit, Rate, forget_spent, known_rates, limits, rate_named, spend

NOON = datetime(2026, 7, 1, 4, 0, tzinfo=UTC)
THREE = Rate("three", (Limit(3, 30),), (Limit(5, 30),), reads=True)


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def waits(rate: Rate, account: str, address: str, *seconds: float) -> list[float]:
    return [round(spend(rate, account=account, address=address, at=after(one)).wait, 3) for one in seconds]


def test_a_burst_then_one_each_gap(db):
    assert waits(THREE, "a", "", 0, 0, 0, 0, 4, 10, 10) == [0, 0, 0, 10, 6, 0, 10]


def test_a_refused_request_spends_nothing(db):
    assert waits(THREE, "a", "", 0, 0, 0, *[1] * 50)[-1] == 9
    assert waits(THREE, "a", "", 10) == [0]


def test_everything_is_given_back_after_the_time(db):
    assert waits(THREE, "a", "", 0, 0, 0, 30, 30, 30, 30) == [0, 0, 0, 0, 0, 0, 10]


def test_accounts_and_addresses_count_for_themselves(db):
    assert waits(THREE, "a", "1.1.1.1", 0, 0, 0) == [0, 0, 0]
    assert waits(THREE, "b", "1.1.1.1", 0, 0, 0) == [0, 0, 6], "the address has five"
    assert waits(THREE, "b", "2.2.2.2", 0, 0) == [10, 10], "a refusal by the address had counted for the account"
    assert waits(THREE, "c", "2.2.2.2", 0) == [0]


def test_strangers_count_by_address_only(db):
    assert waits(THREE, "", "1.1.1.1", *[0] * 6) == [0] * 5 + [6]


def test_two_limits_of_one_account(db):
    rate = Rate("two", limits("2/s 3/h"), (), reads=True)
    assert waits(rate, "a", "", 0, 0, 1, 2) == [0, 0, 0, 1198]


def test_nothing_to_count_asks_nothing(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        assert spend(Rate("none", (), (), reads=True), account="a", address="b", at=NOON).wait == 0


def test_one_statement(django_assert_num_queries, db):
    with django_assert_num_queries(1):
        spend(THREE, account="a", address="1.1.1.1", at=NOON)


def test_no_account_and_no_address_is_kept(db):
    spend(THREE, account="0190-account", address="198.51.100.77", at=NOON)
    kept = json.dumps(list(Spent.objects.values()), default=str)
    assert "198.51.100.77" not in kept
    assert "0190-account" not in kept


def test_rows_that_are_whole_again_are_forgotten(db):
    waits(THREE, "a", "", 0)
    waits(THREE, "b", "", 600)
    assert forget_spent(at=after(3600 + 11)) == 1
    assert Spent.objects.count() == 1


@pytest.mark.parametrize("text", ["60", "60/", "/m", "0/m", "-1/m", "60/w", "60/m,6/s", "1.5/m"])
def test_a_damaged_rate_is_refused(text):
    with pytest.raises(ValueError, match="no rate"):
        limits(text)


def test_forms_of_a_rate():
    assert limits(" 60/m  100/10s ") == (Limit(60, 60), Limit(100, 10))
    assert limits("") == ()


def test_every_rate_of_the_settings_is_of_the_form(settings):
    assert {one.name for one in known_rates()} == set(settings.RATES)
    for name in [*settings.RATE_OF_VIEW.values(), *settings.RATE_OF_ADDRESS.values()]:
        assert name in settings.RATES


def _declared(resolver, prefix=""):
    for entry in resolver.url_patterns:
        if hasattr(entry, "url_patterns"):
            space = f"{prefix}{entry.namespace}:" if entry.namespace else prefix
            yield from _declared(entry, space)
        else:
            yield f"{prefix}{entry.name}", getattr(entry.callback, "rate", "")


def test_the_doors_that_are_worth_attacking_declare_a_rate(settings):
    found = dict(_declared(get_resolver()))
    wanted = {
        "workbench:search": "search",
        "members:suggest": "search",
        "members:reveal": "reveal",
        "files:export_new": "export",
        "files:import_new": "upload",
        "claim:claim": "claim",
    }
    assert {name: found.get(name) for name in wanted} == wanted
    assert set(found.values()) - {""} <= set(settings.RATES)
    assert set(settings.RATE_OF_VIEW) <= set(found), "a rate is set for a view that is not there"


@pytest.fixture
def apart(db):
    """Run functions in threads of their own, with connections of their own, outside the transaction of the test."""

    def run(*asking: Callable[[], object]) -> list[object]:
        results: list[object] = []

        def one(ask: Callable[[], object]) -> None:
            try:
                results.append(ask())
            finally:
                connection.close()

        threads = [threading.Thread(target=one, args=(ask,)) for ask in asking]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    yield run
    run(lambda: Spent.objects.all().delete())


def test_what_was_spent_stays_spent_when_the_act_is_undone(apart):
    def act() -> tuple[bool, int]:
        spend(THREE, account="a", address="", at=NOON)  # as the middleware does: before any transaction
        with transaction.atomic():
            spend(THREE, account="b", address="", at=NOON)
            transaction.set_rollback(True)
        return connection.in_atomic_block, Spent.objects.count()

    assert apart(act) == [(False, 1)]


def test_many_processes_share_one_count(apart):
    """Eight connections ask a hundred times at once for an account of fifty: exactly fifty pass."""
    rate = Rate("shared", (Limit(50, 3600),), (Limit(1000, 3600),), reads=True)

    def ask(number: int) -> int:
        return [spend(rate, account="a", address=f"1.1.1.{number % 2}", at=NOON).wait for _ in range(13)].count(0.0)

    assert sum(apart(*(partial(ask, number) for number in range(8)))) == 50


def test_the_table_is_unlogged(db):
    with connection.cursor() as cursor:
        cursor.execute("SELECT relpersistence FROM pg_class WHERE relname = 'edge_spent'")
        assert cursor.fetchone() == ("u",)


@pytest.fixture
def strict(settings):
    settings.RATE_LIMITS = True
    few = {"account": "2/h", "address": "3/h"}
    settings.RATES = {
        **{name: {**one, "account": "", "address": ""} for name, one in settings.RATES.items()},
        "sign_in": {**few, "reads": False},
        "search": {**few, "reads": True},
        "api": {**few, "reads": True},
    }


def test_a_page_tells_to_wait(cast, strict):
    clerk = cast.client("clerk")
    answers = [clerk.get("/work/search/", {"q": "x"}) for _ in range(3)]
    assert [one.status_code for one in answers] == [200, 200, 429]
    assert int(answers[2].headers["Retry-After"]) == 1800
    said = answers[2].content.decode()
    assert "<title>" in said
    assert "30" in said
    assert clerk.get("/work/").status_code == 200, "other pages are counted for themselves"
    assert "Content-Security-Policy" in answers[2].headers


def test_another_account_behind_the_same_address(cast, strict):
    for _ in range(2):
        assert cast.client("clerk").get("/work/search/", {"q": "x"}).status_code == 200
    assert cast.client("viewer").get("/work/search/", {"q": "x"}).status_code == 200
    assert cast.client("viewer").get("/work/search/", {"q": "x"}).status_code == 429
    elsewhere = cast.client("viewer").get("/work/search/", {"q": "x"}, REMOTE_ADDR="198.51.100.1")
    assert elsewhere.status_code == 429, "one of the viewer's two was spent by being refused at the address"


def test_reading_the_sign_in_page_is_free_and_trying_is_not(db, strict):
    browser = Client()
    assert {browser.get("/account/login/").status_code for _ in range(5)} == {200}
    tries = [browser.post("/account/login/", {"login": "x", "password": "y"}).status_code for _ in range(4)]
    assert tries == [200, 200, 200, 429]


def test_a_forwarded_address_counts_only_from_our_proxy(db, strict):
    def tried(peer: str, told: str) -> int:
        given = {"login": "x", "password": "y"}
        return Client().post("/account/login/", given, REMOTE_ADDR=peer, HTTP_X_FORWARDED_FOR=told).status_code

    assert [tried("203.0.113.5", f"198.51.100.{number}") for number in range(4)][-1] == 429, "invented addresses"
    assert {tried("127.0.0.1", f"198.51.100.{number}") for number in range(4)} == {200}
    assert [tried("127.0.0.1", f"2001:db8::{number}") for number in range(4)][-1] == 429, "one household of IPv6"


def test_a_program_is_told_by_a_problem_document(db, strict):
    answers = [Client().get("/api/v1/members", HTTP_AUTHORIZATION="Bearer lx_wrong") for _ in range(3)]
    assert [one.status_code for one in answers] == [401, 401, 429]
    assert answers[2].headers["Content-Type"] == "application/problem+json"
    assert answers[2].headers["Retry-After"] == "1800"
    assert json.loads(answers[2].content)["status"] == 429


def test_an_invented_token_gives_a_page_no_limit_of_its_own(cast, strict):
    clerk = cast.client("clerk")
    told = [{"HTTP_AUTHORIZATION": f"Bearer {number}"} for number in range(3)]
    assert [clerk.get("/work/search/", {"q": "x"}, **one).status_code for one in told] == [200, 200, 429]


def test_many_false_tokens_are_stopped_by_their_address(db, strict):
    answers = [Client().get("/api/v1/members", HTTP_AUTHORIZATION=f"Bearer lx_{one}").status_code for one in range(4)]
    assert answers == [401, 401, 401, 429]


def test_off_is_off(db, strict, settings):
    settings.RATE_LIMITS = False
    assert {Client().get("/api/v1/members").status_code for _ in range(5)} == {401}
    assert not Spent.objects.exists()


def test_an_address_that_is_nothing_counts_as_a_page(db, strict):
    assert Client().get("/nothing/here/").status_code == 404


def test_the_rate_of_pages_is_wider_than_any_other():
    assert rate_named("page").account[0].number > rate_named("search").account[0].number
