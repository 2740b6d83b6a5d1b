"""What an auditor sees of the log, and what they do not."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from lianxin.files.exporting import ask, run_export
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, Role
from lianxin.kernel.events.audit import verify_and_record
from lianxin.kernel.events.daily import DAILY_ACTS
from lianxin.kernel.events.projectors import run
from lianxin.kernel.events.record import record
from lianxin.kernel.events.sealing import seal_waiting
from lianxin.kernel.events.types import all_types, type_of
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.kernel.web.actors import actor_of
from lianxin.organisations.facade import rename
from lianxin.organisations.models import Grant, Organisation
from lianxin.workbench.audit.listing import AREAS

LIST = "/work/audit/"


@pytest.fixture
def auditor(cast: Any) -> Callable[[str], Account]:
    """Makes an auditor of a place of the cast."""

    def made(place: str) -> Account:
        account = Account.objects.create_account(f"auditor_{place}", "Willow-tree-2026", name=f"审计员{place}")
        Grant.objects.create(
            account=account,
            role=Role.AUDITOR,
            organisation=getattr(cast, place),
            valid_from=cast.county.founded_on,
            reason="tests",
        )
        return account

    return made


@pytest.fixture
def county(auditor: Callable[[str], Account]) -> Client:
    return signed_in(auditor("county"))


def signed_in(account: Account) -> Client:
    client = Client()
    client.force_login(account)
    return client


@pytest.fixture
def renamed(cast: Any, at: datetime) -> Event:
    """The willow branch gets another name."""
    rename(
        cast.actor("clerk"),
        organisation=cast.willow.id,
        name="北宋镇柳岸村党支部",
        short_name="柳岸村党支部",
        document_no="利组发〔2026〕9号",
        effective_on=day_of(at),
        reason="村名变更",
        at=at,
    )
    return Event.objects.filter(subject_id=cast.willow.id).order_by("-id")[0]


def ids(answer: Any) -> set[UUID]:
    assert answer.status_code == 200
    return {UUID(found) for found in re.findall(r'href="/work/audit/([0-9a-f-]{36})/"', answer.content.decode())}


def test_an_act_is_shown_with_old_new_reason_and_document(county: Client, renamed: Event) -> None:
    text = county.get(LIST).content.decode()
    for said in ("柳树村党支部", "北宋镇柳岸村党支部", "村名变更", "利组发〔2026〕9号", "clerk"):
        assert said in text
    page = county.get(f"{LIST}{renamed.pk}/").content.decode()
    assert "等待封存" in page
    seal_waiting(at=renamed.at)
    page = county.get(f"{LIST}{renamed.pk}/").content.decode()
    assert "等待封存" not in page
    assert "利组发〔2026〕9号" in page


def test_the_newest_stands_first(county: Client, renamed: Event) -> None:
    text = county.get(LIST).content.decode()
    found = [UUID(one) for one in re.findall(r'href="/work/audit/([0-9a-f-]{36})/"', text)]
    times = dict(Event.objects.values_list("pk", "at"))
    assert [times[one] for one in found] == sorted(times.values(), reverse=True)[: len(found)]


@pytest.mark.parametrize(
    "query",
    [
        {"actor": "clerk"},
        {"q": "clerk"},
        {"kind": "organisations.renamed"},
        {"place": "柳岸村党支部", "area": "organisations", "actor": "clerk"},
        {"subject": "willow"},
        {"q": "event"},
    ],
)
def test_search_finds_it(county: Client, cast: Any, renamed: Event, query: dict[str, str]) -> None:
    words = {"willow": str(cast.willow.id), "event": str(renamed.pk)}
    assert renamed.pk in ids(county.get(LIST, {key: words.get(value, value) for key, value in query.items()}))


@pytest.mark.parametrize(
    "query",
    [
        {"actor": "viewer"},
        {"q": str(UUID(int=7))},
        {"subject": "no identifier"},
        {"kind": "members.added"},
        {"place": "盐窝镇党委"},
        {"area": "members"},
        {"since": "2100-01-01"},
        {"until": "1999-01-01"},
        {"since": "not a day"},
    ],
)
def test_search_leaves_out_what_does_not_fit(county: Client, renamed: Event, query: dict[str, str]) -> None:
    assert renamed.pk not in ids(county.get(LIST, query))


def test_a_day_is_one_of_shanghai(county: Client, cast: Any) -> None:
    late = datetime(2026, 3, 1, 16, 30, tzinfo=UTC)  # 2 March, half past midnight in Shanghai
    event = record(
        Actor.system("tests"), type_of("organisations.renamed"), at=late, subject=UUID(int=7), organisation=None
    )
    assert event.pk in ids(county.get(LIST, {"since": "2026-03-02", "until": "2026-03-02"}))
    assert event.pk not in ids(county.get(LIST, {"since": "2026-03-01", "until": "2026-03-01"}))


@pytest.mark.parametrize("query", [{"until": "9999-12-31"}, {"since": "9999-12-31"}, {"until": "0001-01-01"}])
def test_the_ends_of_the_calendar_are_days_too(county: Client, query: dict[str, str]) -> None:
    assert county.get(LIST, query).status_code == 200


@pytest.mark.parametrize("address", [LIST, "/work/duties/", "/work/members/", "/work/search/", "/account/login/"])
@pytest.mark.parametrize("name", ["q", "organisation", "after", "actor", "next"])
def test_what_no_database_keeps_is_refused_in_a_sentence(county: Client, cast: Any, address: str, name: str) -> None:
    client = county if address == LIST else cast.client("clerk")
    answer = client.get(address, {name: "x\x00"})
    assert answer.status_code == 422, answer.status_code
    assert "字符" in answer.content.decode()


def test_every_kind_of_event_is_in_an_area_one_can_choose() -> None:
    assert {one.kind.partition(".")[0] for one in all_types()} - {"tests"} <= set(AREAS)


def test_an_auditor_sees_their_organisations_only(auditor: Callable[[str], Account], cast: Any, renamed: Event) -> None:
    north, south = signed_in(auditor("north")), signed_in(auditor("south"))
    assert renamed.pk in ids(north.get(LIST))
    assert renamed.pk not in ids(south.get(LIST))
    assert south.get(f"{LIST}{renamed.pk}/").status_code == 404
    assert south.get(f"{LIST}{UUID(int=7)}/").status_code == 404
    assert renamed.pk not in ids(south.get(LIST, {"q": str(renamed.pk)}))


def test_events_without_a_place_are_for_the_top(auditor: Callable[[str], Account], cast: Any, at: datetime) -> None:
    event = record(Actor.system("tests"), type_of("accounts.locked"), at=at, subject=UUID(int=7), organisation=None)
    assert event.pk in ids(signed_in(auditor("county")).get(LIST))
    assert event.pk not in ids(signed_in(auditor("north")).get(LIST))


@pytest.mark.parametrize("who", ["clerk", "secretary", "system_admin", "security_admin", "viewer"])
@pytest.mark.parametrize("address", [LIST, f"{LIST}state/", f"{LIST}{UUID(int=7)}/"])
def test_nobody_else_reads_the_log(cast: Any, who: str, address: str) -> None:
    assert cast.client(who).get(address).status_code == 403


def test_an_auditor_opens_no_members_record(county: Client) -> None:
    assert county.get(reverse("members:roster")).status_code == 403


def test_the_state_shows_head_verification_and_days(county: Client, renamed: Event) -> None:
    assert "尚未校验" in county.get(f"{LIST}state/").content.decode()
    at = renamed.at
    seal_waiting(at=at)
    run(DAILY_ACTS, at=at)
    report = verify_and_record(Actor.system("tests"), at=at)
    text = county.get(f"{LIST}state/").content.decode()
    assert report.head
    assert report.head.digest in text
    assert "完全一致" in text


@pytest.mark.usefixtures("as_owner")
def test_the_state_names_what_was_tampered_with(county: Client, renamed: Event) -> None:
    seal_waiting(at=renamed.at)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_event DISABLE TRIGGER append_only")
        cursor.execute("UPDATE kernel_event SET reason = 'x' WHERE id = %s", [renamed.pk])
        cursor.execute("ALTER TABLE kernel_event ENABLE TRIGGER append_only")
    verify_and_record(Actor.system("tests"), at=renamed.at)
    text = county.get(f"{LIST}state/").content.decode()
    assert "日志内容被改动" in text
    assert str(renamed.pk) in text


def test_the_rows_shown_are_exported(
    auditor: Callable[[str], Account], cast: Any, renamed: Event, at: datetime
) -> None:
    for place, expected in (("county", 1), ("north", 1), ("south", 0)):
        actor = actor_of(auditor(place))
        asked = ask(
            actor,
            key="events",
            query=f"subject={cast.willow.id}&kind=organisations.renamed",
            file_format="csv",
            personal=False,
            reason="",
            at=at,
        )
        done = run_export(actor, asked, at=at)
        assert (done.state, done.rows) == ("ready", expected), done.sentence


def test_a_page_takes_the_same_queries_whatever_the_log_holds(
    county: Client, cast: Any, renamed: Event, django_assert_max_num_queries: Any
) -> None:
    for number in range(60):
        record(
            Actor.system("tests"),
            type_of("organisations.renamed"),
            at=renamed.at + timedelta(seconds=number),
            subject=UUID(int=7),
            organisation=cast.willow.id,
            organisation_path=Organisation.objects.get(pk=cast.willow.id).path,
            changes={"name": ("甲", "乙")},
        )
    county.get(LIST)
    with django_assert_max_num_queries(10):
        first = county.get(LIST)
    following = re.search(r'href="\?([^"]*after=[^"]*)"', first.content.decode())
    assert following
    second = county.get(LIST + "?" + following[1].replace("&amp;", "&"))
    assert not ids(first) & ids(second)
    assert renamed.pk in ids(second)
