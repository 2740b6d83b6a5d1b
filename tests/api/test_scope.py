"""What lies outside an account's organisations does not exist for its programs: no row, no count, no other answer."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.utils import timezone

from lianxin.kernel.models import Event
from lianxin.members.permissions import VIEW as MEMBERS_VIEW
from lianxin.organisations.models import Grant
from tests.api.conftest import DECISION, Program
from tests.cast import Cast

SEES = {
    "clerk": {"county", "north", "south", "willow", "poplar", "reed"},
    "viewer": {"county", "north", "south", "willow", "poplar", "reed"},
    "town_clerk": {"north", "willow", "poplar"},
    "secretary": {"willow"},
    "sibling": {"poplar"},
    "outsider": {"south", "reed"},
    "far_secretary": {"reed"},
}
PLACES = ("county", "north", "south", "willow", "poplar", "reed")
SEE_NOTHING = ("expired", "revoked", "stranger")


@pytest.mark.parametrize("who", SEES)
def test_lists_hold_what_the_account_sees(program: Callable[..., Program], cast: Cast, who: str) -> None:
    answer = program(who).get("/organisations").json()
    assert {one["id"] for one in answer["items"]} == {str(getattr(cast, place).id) for place in SEES[who]}
    assert answer["next"] is None


@pytest.mark.parametrize("who", SEES)
def test_members_are_those_of_the_organisations_seen(
    program: Callable[..., Program], member_of: Callable[..., Any], who: str
) -> None:
    member_of("willow", "王建国")
    member_of("poplar", "李秀兰")
    member_of("reed", "张海燕")
    homes = {"willow": "王建国", "poplar": "李秀兰", "reed": "张海燕"}
    answer = program(who).get("/members").json()
    assert {one["name"] for one in answer["items"]} == {name for place, name in homes.items() if place in SEES[who]}


VIEWS = ("", "/children", "/timeline", "/terms", "?on=2020-01-01", "/children?on=2020-01-01")


@pytest.mark.parametrize("who", SEES)
def test_an_organisation_outside_looks_like_none(program: Callable[..., Program], cast: Cast, who: str) -> None:
    asking = program(who)
    for view in VIEWS:
        nothing = asking.get(f"/organisations/{uuid4()}{view}")
        assert nothing.status_code == 404
        for place in PLACES:
            answer = asking.get(f"/organisations/{getattr(cast, place).id}{view}")
            if place in SEES[who]:
                assert answer.status_code == 200, (place, view)
            else:
                assert (answer.status_code, answer.content) == (404, nothing.content), (place, view)


@pytest.mark.parametrize("who", ["sibling", "outsider", "far_secretary"])
def test_a_member_outside_looks_like_none(
    program: Callable[..., Program], member_of: Callable[..., Any], who: str
) -> None:
    member = member_of("willow", "王建国")
    asking = program(who)
    for view in ("", "/timeline", "/record", "/posts"):
        answer = asking.get(f"/members/{member.id}{view}")
        assert answer.status_code == 404
        assert answer.content == asking.get(f"/members/{uuid4()}{view}").content


@pytest.mark.parametrize("who", SEE_NOTHING)
@pytest.mark.parametrize("path", ["/organisations", "/members"])
def test_without_a_role_in_force_nothing_opens(
    program: Callable[..., Program], cast: Cast, who: str, path: str
) -> None:
    assert program(who).get(path).status_code == 403
    assert program(who).get(f"/organisations/{cast.willow.id}").status_code == 403


def test_children_and_their_counts_hold_only_what_is_seen(program: Callable[..., Program], cast: Cast) -> None:
    children = program("town_clerk").get(f"/organisations/{cast.north.id}/children").json()
    assert {one["id"] for one in children["items"]} == {str(cast.willow.id), str(cast.poplar.id)}
    on = program("town_clerk").get(f"/organisations/{cast.north.id}/children?on=2020-01-01").json()
    assert {one["id"] for one in on["items"]} == {str(cast.willow.id), str(cast.poplar.id)}


def test_a_parent_that_is_not_seen_is_not_named(program: Callable[..., Program], cast: Cast) -> None:
    for query in ("", "?on=2020-01-01"):
        shown = program("secretary").get(f"/organisations/{cast.willow.id}{query}").json()
        assert shown["parent"] is None
        assert shown["place"] == []


def test_filters_and_search_do_not_reach_outside(
    program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any]
) -> None:
    member_of("reed", "张海燕", mobile="12012345678")
    for query in (f"organisation={cast.reed.id}", "organisation=370522102201", "q=张海燕", "q=zhanghaiyan", "q=5678"):
        assert program("town_clerk").get(f"/members?{query}").json()["items"] == []
    assert program("town_clerk").get("/organisations?q=芦苇").json()["items"] == []


def test_a_cursor_from_outside_opens_nothing(program: Callable[..., Program]) -> None:
    after = program("clerk").get("/organisations?size=1").json()["next"]
    seen = program("secretary").get(f"/organisations?after={after}").json()["items"]
    assert {one["short_name"] for one in seen} <= {"柳树村党支部"}


ACTS = {
    "rename": {"name": "北宋镇新柳村党支部", **DECISION},
    "dissolve": DECISION,
    "split": {"parts": [{"new": {"name": "北宋镇东柳村党支部", "org_type": "branch"}}], **DECISION},
}


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 403), ("viewer", 403), ("sibling", 403), ("outsider", 404), ("expired", 403)]
)
def test_acts_are_refused_and_nothing_changes(
    program: Callable[..., Program], cast: Cast, act: str, who: str, status: int
) -> None:

    before = Event.objects.count()
    assert program(who).post(f"/organisations/{cast.willow.id}/{act}", ACTS[act]).status_code == status
    cast.willow.refresh_from_db()
    assert cast.willow.name == "北宋镇柳树村党支部"
    assert Event.objects.count() == before


def test_a_secretary_may_not_move_members(
    program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any]
) -> None:
    member = member_of("willow", "王建国")
    body = {"to": str(cast.poplar.id), "since": "2026-10-01", "reason": "调动"}
    assert program("secretary").post(f"/members/{member.id}/move", body).status_code == 403
    assert program("outsider").post(f"/members/{member.id}/move", body).status_code == 404
    member.refresh_from_db()
    assert member.organisation_id == cast.willow.id


def test_a_token_is_narrower_than_its_account(
    program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any]
) -> None:
    member = member_of("willow", "王建国", mobile="12012345678")
    narrow = program("clerk", permissions=[MEMBERS_VIEW])
    assert narrow.get(f"/members/{member.id}").status_code == 200
    assert narrow.get("/organisations").status_code == 403
    body = {"field": "mobile", "reason": "通知开会"}
    assert narrow.post(f"/members/{member.id}/reveal", body).status_code == 403
    assert program("clerk").post(f"/members/{member.id}/reveal", body).json()["value"] == "12012345678"


@pytest.mark.parametrize(
    "ended",
    [
        {"expires_at": datetime(2020, 1, 1, tzinfo=UTC)},
        {"revoked_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_an_ended_token_opens_nothing(program: Callable[..., Program], ended: dict[str, Any]) -> None:
    answer = program("clerk", **ended).get("/organisations")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_closed_account_closes_its_tokens(program: Callable[..., Program], cast: Cast) -> None:
    asking = program("clerk")
    assert asking.get("/organisations").status_code == 200
    cast.clerk.is_active = False
    cast.clerk.save(update_fields=["is_active"])
    assert asking.get("/organisations").status_code == 401


def test_a_role_that_ends_ends_the_token_s_reach(program: Callable[..., Program], cast: Cast) -> None:

    asking = program("town_clerk")
    assert asking.get(f"/organisations/{cast.north.id}").status_code == 200
    Grant.objects.filter(account=cast.town_clerk).update(revoked_at=timezone.now() - timedelta(seconds=1))
    assert asking.get(f"/organisations/{cast.north.id}").status_code == 403


def test_a_browser_session_is_no_token(cast: Cast) -> None:
    answer = cast.client("clerk").get("/api/v1/organisations")
    assert answer.status_code == 401
