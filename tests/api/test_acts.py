"""Acts by programs are the acts of the screens: the same effect, one event, the same refusals."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from lianxin.kernel.models import Event
from lianxin.members.facts import ENTERED, FACTS
from lianxin.members.rest_schemas import FactsIn, FactsShown
from lianxin.organisations.actions.change_facts import CHANGEABLE
from lianxin.organisations.rest_schemas import Changes
from tests.api.conftest import DECISION, Program
from tests.cast import Cast


def events_since(before: int) -> list[str]:
    return list(Event.objects.order_by("id").values_list("kind", flat=True)[before:])


def test_an_organisation_s_life(program: Callable[..., Program], cast: Cast) -> None:
    asking, before = program("clerk"), Event.objects.count()
    new = {"name": "北宋镇槐树村党支部", "short_name": "槐树村党支部", "org_type": "branch", "phone": "0546-5621234"}
    made = asking.post("/organisations", {"parent": str(cast.north.id), "new": new, **DECISION})
    assert made.status_code == 201
    path = made.headers["Location"].removeprefix("/api/v1")
    assert asking.get(path).json() == made.json()
    assert made.json()["parent"] == {"id": str(cast.north.id), "name": "北宋镇党委"}
    later = {**DECISION, "effective_on": "2026-10-15"}
    renamed = asking.post(f"{path}/rename", {"name": "北宋镇国槐村党支部", **later})
    assert renamed.json()["name"] == "北宋镇国槐村党支部"
    moved = asking.post(f"{path}/move", {"parent": str(cast.south.id), **later})
    assert moved.json()["parent"]["id"] == str(cast.south.id)
    assert asking.get(f"{path}?on=2026-10-10").json()["name"] == "北宋镇槐树村党支部"
    assert asking.get(f"{path}?on=2026-10-10").json()["parent"]["id"] == str(cast.north.id)
    assert asking.get(f"{path}?on=2020-01-01").status_code == 404
    ended = asking.post(f"{path}/dissolve", {**DECISION, "effective_on": "2026-11-01"})
    assert ended.json()["dissolved_on"] == "2026-11-01"
    kinds = ["set_up", "renamed", "moved", "dissolved"]
    assert events_since(before) == [f"organisations.{kind}" for kind in kinds]
    told = asking.get(f"{path}/timeline").json()
    assert [one["kind"] for one in told["items"]] == [f"organisations.{kind}" for kind in reversed(kinds)]
    assert told["items"][0]["who"] == "clerk"
    assert told["next"] is None


def test_merging_and_splitting_take_members_along(
    program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any]
) -> None:
    asking = program("clerk")
    stays, goes = member_of("willow", "王建国"), member_of("willow", "李秀兰")
    part = {"new": {"name": "北宋镇东柳村党支部", "org_type": "branch"}, "members": [str(goes.id)]}
    made = asking.post(f"/organisations/{cast.willow.id}/split", {"parts": [part], **DECISION})
    assert made.status_code == 201
    east = made.json()[0]["id"]
    assert asking.get(f"/members/{goes.id}").json()["organisation"]["id"] == east
    assert asking.get(f"/members/{stays.id}").json()["organisation"]["id"] == str(cast.willow.id)
    body = {"earlier": [east, str(cast.willow.id)], **DECISION, "effective_on": "2026-10-20"}
    merged = asking.post(f"/organisations/{cast.poplar.id}/merge", body)
    assert merged.status_code == 200
    assert merged.json()["counts"]["full_members"] == 2
    assert asking.get(f"/members/{goes.id}").json()["organisation"]["id"] == str(cast.poplar.id)


def test_terms_of_office(program: Callable[..., Program], cast: Cast) -> None:
    asking, path = program("clerk"), f"/organisations/{cast.willow.id}/terms"
    begun = asking.post(path, {**DECISION, "effective_on": "2021-03-01", "number": 3})
    assert begun.status_code == 201
    assert begun.json()["due_on"] > "2023-01-01", "the rule gives the end"
    correction = f"/organisations/terms/{begun.json()['id']}/correction"
    assert asking.post(correction, {**DECISION, "effective_on": "2021-03-02"}).status_code == 422
    body = {**DECISION, "effective_on": "2021-03-02", "due_on": "2026-03-01", "number": 3}
    assert asking.post(correction, body).json()["starts_on"] == "2021-03-02"
    assert program("outsider").post(correction, body).status_code == 404
    assert asking.post(f"{path}/end", {**DECISION, "effective_on": "2025-01-01"}).json()["ended_on"] == "2025-01-01"
    assert asking.post(f"{path}/end", {**DECISION, "effective_on": "2025-01-01"}).status_code == 409
    assert [one["number"] for one in asking.get(path).json()] == [3]


SENT = {
    "name": "王建国",
    "sex": "1",
    "ethnic_group": "01",
    "birth_date": "1975-03-21",
    "joined_on": "1998-07-01",
    "converted_on": "1999-07-01",
    "mobile": "12012345678",
}


def test_a_member_s_record(program: Callable[..., Program], cast: Cast) -> None:
    asking, before = program("clerk"), Event.objects.count()
    made = asking.post("/members", {"organisation": str(cast.willow.id), "facts": SENT, "since": "2020-01-01"})
    assert made.status_code == 201
    path = made.headers["Location"].removeprefix("/api/v1")
    shown = asking.get(path)
    assert shown.headers["ETag"] == made.headers["ETag"]
    assert shown.json()["facts"]["mobile"] != SENT["mobile"]
    assert SENT["mobile"].encode() not in shown.content
    tag = {"If_Match": shown.headers["ETag"]}
    asking.patch(path, {"facts": {"workplace": "利津县实验学校"}, "since": "2025-09-01"}, **tag)
    then, now = asking.get(f"{path}/record?on=2025-08-31").json(), asking.get(f"{path}/record?on=2025-09-01").json()
    assert (then["facts"]["workplace"], now["facts"]["workplace"]) == ("", "利津县实验学校")
    assert (then["valid_until"], now["valid_from"]) == ("2025-09-01", "2025-09-01")
    assert then["organisation"]["id"] == str(cast.willow.id)
    assert SENT["mobile"] not in str(now)
    moved = asking.post(f"{path}/move", {"to": str(cast.poplar.id), "since": "2026-01-01", "reason": "调动"})
    assert moved.json()["organisation"]["id"] == str(cast.poplar.id)
    assert asking.get(f"{path}/record?on=2025-12-31").json()["organisation"]["id"] == str(cast.willow.id)
    kinds = ["members.added", "members.updated", "members.moved"]
    assert events_since(before) == kinds
    told = asking.get(f"{path}/timeline")
    assert [one["kind"] for one in told.json()["items"]] == kinds[::-1]
    assert SENT["mobile"].encode() not in told.content


def test_a_correction_keeps_what_was_believed(program: Callable[..., Program], member_of: Callable[..., Any]) -> None:

    member = member_of("willow", "王建国")
    asking, path = program("clerk"), f"/members/{member.id}"
    believed = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    tag = {"If_Match": asking.get(path).headers["ETag"]}
    body = {"facts": {"birth_date": "1975-03-12"}, "reason": "人事档案记载"}
    assert asking.post(f"{path}/correction", body, **tag).json()["facts"]["birth_date"] == "1975-03-12"
    assert asking.get(f"{path}/record?on=2021-01-01").json()["facts"]["birth_date"] == "1975-03-12"
    then = asking.get(f"{path}/record?on=2021-01-01&as_believed_at={believed}").json()
    assert then["facts"]["birth_date"] == "1975-03-21"
    assert asking.get(f"{path}/record?as_believed_at=2025-01-01T00:00:00").status_code == 422
    assert asking.get(f"{path}/record?on=2019-12-31").status_code == 404


def test_status(program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any]) -> None:
    member = member_of("willow", "王建国")
    asking, path = program("clerk"), f"/members/{member.id}/status"
    steps = (
        ({"status": "suspended", "since": "2026-01-01", "reason": "停止党籍"}, 200, "suspended"),
        ({"status": "suspended", "since": "2026-01-02", "reason": "停止党籍"}, 409, "suspended"),
        ({"status": "restored", "since": "2026-02-01", "reason": "恢复"}, 200, "normal"),
        ({"status": "exited", "since": "2026-03-01", "reason": "退党", "exit_type": "nonsense"}, 422, "normal"),
        ({"status": "transferred_out", "since": "2026-03-01", "reason": "转出"}, 200, "transferred_out"),
        ({"status": "returned", "since": "2026-04-01", "reason": "转回"}, 422, "transferred_out"),
        (
            {"status": "returned", "since": "2026-04-01", "reason": "转回", "organisation": str(cast.reed.id)},
            200,
            "normal",
        ),
        ({"status": "deceased", "since": "2026-05-01"}, 200, "deceased"),
        ({"status": "banished", "since": "2026-05-01"}, 422, "deceased"),
    )
    for body, status, after in steps:
        assert asking.post(path, body).status_code == status, body
        member.refresh_from_db()
        assert member.membership_status == after, body


def test_posts(program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any]) -> None:
    member = member_of("willow", "王建国")
    asking, path = program("clerk"), f"/members/{member.id}/posts"
    body = {"organisation": str(cast.willow.id), "kind": "secretary", "since": "2026-01-01"}
    assert asking.post(path, body).status_code == 200
    assert asking.post(path, body).status_code == 409
    assert asking.get(f"/organisations/{cast.willow.id}").json()["counts"]["secretary"] == "王建国"
    (post,) = asking.get(path).json()
    relief = f"/members/posts/{post['id']}/relief"
    assert program("outsider").post(relief, {"on": "2026-06-01"}).status_code == 404
    assert asking.post(relief, {"on": "2026-06-01", "reason": "换届"}).json()["until"] == "2026-06-01"
    assert asking.get(f"/organisations/{cast.willow.id}").json()["counts"]["secretary"] == ""


def test_a_look_is_recorded_with_its_reason(program: Callable[..., Program], member_of: Callable[..., Any]) -> None:
    member = member_of("willow", "王建国", mobile="12012345678")
    asking, path = program("secretary"), f"/members/{member.id}/reveal"
    assert asking.post(path, {"field": "mobile", "reason": ""}).status_code == 422
    assert asking.post(path, {"field": "name", "reason": "通知开会"}).status_code == 422
    assert asking.post(path, {"field": "mobile", "reason": "通知开会"}).json()["value"] == "12012345678"
    look = Event.objects.get(kind="members.revealed")
    assert (look.actor_name, look.reason, look.data) == ("secretary", "通知开会", {"field": "mobile"})


def test_every_fact_that_can_be_entered_can_be_sent() -> None:

    assert set(FactsIn.model_fields) == {one.name for one in ENTERED}
    assert set(FactsShown.model_fields) == {one.name for one in FACTS}


def test_every_fact_of_an_organisation_can_be_sent() -> None:

    assert set(Changes.model_fields) == CHANGEABLE
