"""Lists: the same as the screens', a page at a time, every row once."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lianxin.kernel.time import now
from lianxin.kernel.web.listing import encode_cursor
from lianxin.members.actions.status import transfer_out
from lianxin.members.queries.roster import ROSTER
from lianxin.organisations.queries.listing import ORGANISATIONS
from tests.api.conftest import DECISION, Program
from tests.api.snapshot import SNAPSHOT
from tests.cast import Cast

NAMES = ("王建国", "李秀兰", "张海燕", "刘志强", "陈桂英", "杨明", "赵丽", "黄勇", "周平", "吴霞", "徐军")


def walk(asking: Program, path: str, each_time: Callable[[], object] = lambda: None) -> list[dict[str, Any]]:
    """Every page of a list, by `next`; the Link header must say the same."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        answer = asking.get(path + (f"&after={after}" if after else ""))
        assert answer.status_code == 200
        page = answer.json()
        found += page["items"]
        if page["next"] is None:
            assert "Link" not in answer.headers
            return found
        link = answer.headers["Link"]
        assert link.endswith('; rel="next"')
        assert parse_qs(urlsplit(link[1 : link.index(">")]).query)["after"] == [page["next"]]
        after = page["next"]
        each_time()


@pytest.mark.parametrize("sort", ["organisation", "-organisation", "name", "-name"])
@pytest.mark.parametrize("size", [1, 4, 200])
def test_a_walk_meets_every_row_once(
    program: Callable[..., Program], member_of: Callable[..., Any], sort: str, size: int
) -> None:
    made = {str(member_of(("willow", "poplar", "reed")[place % 3], name).id) for place, name in enumerate(NAMES)}
    found = [one["id"] for one in walk(program("clerk"), f"/members?size={size}&sort={sort}")]
    assert len(found) == len(set(found))
    assert set(found) == made


@pytest.mark.parametrize("sort", ["name", "-name"])
def test_rows_added_on_the_way_neither_repeat_nor_hide_others(
    program: Callable[..., Program], member_of: Callable[..., Any], sort: str
) -> None:
    made = {str(member_of("willow", name).id) for name in NAMES}
    more = iter(["阿强", "安明", "左军", "郑洁", "毛宁", "孟丽", "艾华", "曾平"])
    found = [
        one["id"]
        for one in walk(program("clerk"), f"/members?size=2&sort={sort}", lambda: member_of("willow", next(more)))
    ]
    assert len(found) == len(set(found))
    assert made <= set(found)


def test_rows_that_go_on_the_way_hide_no_others(
    program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any], today: Any
) -> None:

    members = {name: member_of("willow", name) for name in NAMES}
    going = iter(members.values())

    def go() -> None:
        transfer_out(cast.actor("clerk"), member=next(going).id, since=today, reason="转出", at=now())

    found = walk(program("clerk"), "/members?size=3&sort=name", go)
    gone = len(NAMES) - len(list(going))
    assert len({one["id"] for one in found}) == len(found) >= len(NAMES) - gone


def test_filters_and_search_are_those_of_the_screen(
    program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any]
) -> None:
    member_of("willow", "王建国")
    member_of("willow", "李秀兰", sex="2")
    member_of("poplar", "张海燕", sex="2")
    asking = program("clerk")
    for query, names in {
        "sex=2": {"李秀兰", "张海燕"},
        "sex=1&sex=2": {"王建国", "李秀兰", "张海燕"},
        f"organisation={cast.willow.id}&sex=2": {"李秀兰"},
        "q=wjg": {"王建国"},
        "q=李秀": {"李秀兰"},
        "status=exited": set(),
    }.items():
        assert {one["name"] for one in asking.get(f"/members?{query}").json()["items"]} == names, query
    kinds = asking.get("/organisations?org_type=branch&sort=-code").json()["items"]
    assert [one["short_name"] for one in kinds] == ["芦苇村党支部", "杨树村党支部", "柳树村党支部"]


@pytest.mark.parametrize(
    "query",
    [
        "size=0",
        "size=201",
        "size=x",
        "size=",
        "size=1e2",
        "sort=height",
        "sort=",
        "sekt=1",
        "q=%00",
        "%00=1",
        "columns=name",
    ],
)
@pytest.mark.parametrize("path", ["/members", "/organisations"])
def test_what_a_list_does_not_know_is_refused(program: Callable[..., Program], path: str, query: str) -> None:
    answer = program("clerk").get(f"{path}?{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"]


DAMAGED = (
    "x",
    "ÿ",
    "W10",
    encode_cursor(["0001", "a"]),
    encode_cursor(["0001", "a", "no-uuid"]),
    encode_cursor([None, None, None]),
    encode_cursor([["0001"], {"a": 1}, 3]),
    encode_cursor(["\x00", "a", "0192f0c1-7b7a-7c2e-9d55-3f1c2a4b5d6e"]),
    encode_cursor(["\ud800", "a", "0192f0c1-7b7a-7c2e-9d55-3f1c2a4b5d6e"]),
)


@pytest.mark.parametrize("after", DAMAGED)
def test_a_damaged_cursor_is_refused(program: Callable[..., Program], after: str) -> None:
    answer = program("clerk").get(f"/members?after={after}")
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() == {"after"}


@pytest.mark.parametrize("path", ["/members", "/organisations"])
def test_a_page_takes_the_same_queries_however_many_rows(
    program: Callable[..., Program], member_of: Callable[..., Any], cast: Cast, path: str
) -> None:
    asking = program("clerk")
    asking.get(path)  # notes the use of the token

    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert asking.get(path).status_code == 200
        return len(queries)

    member_of("willow", "王建国")
    few = count()
    for place, name in enumerate(NAMES):
        member_of(("willow", "poplar", "reed")[place % 3], name)
        body = {"parent": str(cast.north.id), "new": {"name": f"{name}党支部", "org_type": "branch"}, **DECISION}
        assert asking.post("/organisations", body).status_code == 201
    # token, its use, grants, the page, the organisations on it; and the one transaction of the request
    assert count() == few <= 7


def test_every_filter_of_the_screen_is_described() -> None:

    document = json.loads(SNAPSHOT.read_text())
    for path, listing in (("/api/v1/members", ROSTER), ("/api/v1/organisations", ORGANISATIONS)):
        described = {one["name"] for one in document["paths"][path]["get"]["parameters"]}
        assert {one.key for one in listing.filters} | {"q", "sort", "size", "after"} <= described


@pytest.mark.parametrize("on", ["", "&on=2020-01-01"])
def test_children_are_walked_too(program: Callable[..., Program], cast: Cast, on: str) -> None:
    asking, path = program("clerk"), f"/organisations/{cast.county.id}/children?size=1{on}"
    first = asking.get(path).json()
    second = asking.get(f"{path}&after={first['next']}").json()
    assert [one["id"] for one in first["items"] + second["items"]] == [str(cast.north.id), str(cast.south.id)]
    assert second["next"] is None
