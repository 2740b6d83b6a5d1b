"""Tags: what was read is not read again, and what was not seen is not overwritten."""

from collections.abc import Callable
from typing import Any

from tests.api.conftest import DECISION, Program
from tests.cast import Cast


def test_what_is_held_is_not_sent_again(program: Callable[..., Program], cast: Cast) -> None:
    asking = program("clerk")
    first = asking.get(f"/organisations/{cast.willow.id}")
    tag = first.headers["ETag"]
    second = asking.get(f"/organisations/{cast.willow.id}", If_None_Match=tag)
    assert (second.status_code, second.content, second.headers["ETag"]) == (304, b"", tag)
    assert asking.get(f"/organisations/{cast.willow.id}", If_None_Match=f'"x", W/{tag}').status_code == 304
    assert asking.get(f"/organisations/{cast.willow.id}", If_None_Match='"1-00000000"').status_code == 200


def test_the_tag_covers_what_is_counted_too(
    program: Callable[..., Program], cast: Cast, member_of: Callable[..., Any]
) -> None:
    asking = program("clerk")
    tag = asking.get(f"/organisations/{cast.willow.id}").headers["ETag"]
    member_of("willow", "王建国")
    after = asking.get(f"/organisations/{cast.willow.id}", If_None_Match=tag)
    assert after.status_code == 200
    assert after.json()["counts"]["full_members"] == 1


def test_a_change_names_the_version_it_changes(program: Callable[..., Program], cast: Cast) -> None:
    asking, path = program("clerk"), f"/organisations/{cast.willow.id}"
    body = {"changes": {"contact": "王建国"}, **DECISION}
    tag = asking.get(path).headers["ETag"]
    assert asking.patch(path, body).status_code == 428
    assert asking.patch(path, body, If_Match='"nonsense"').status_code == 412
    changed = asking.patch(path, body, If_Match=tag)
    assert changed.status_code == 200
    assert changed.json()["facts"]["contact"] == "王建国"
    assert changed.headers["ETag"] == asking.get(path).headers["ETag"] != tag
    assert asking.patch(path, {**body, "changes": {"contact": "李秀兰"}}, If_Match=tag).status_code == 412
    assert asking.get(path).json()["facts"]["contact"] == "王建国"


def test_only_what_is_sent_changes(program: Callable[..., Program], cast: Cast) -> None:
    asking, path = program("clerk"), f"/organisations/{cast.willow.id}"
    for changes in ({"contact": "王建国", "unit_count": 2}, {"phone": "0546-5621234"}):
        tag = asking.get(path).headers["ETag"]
        assert asking.patch(path, {"changes": changes, **DECISION}, If_Match=tag).status_code == 200
    facts = asking.get(path).json()["facts"]
    assert (facts["contact"], facts["unit_count"]) == ("王建国", 2)
    assert facts["phone"] != "0546-5621234"
    assert facts["phone"].endswith("1234") or "*" in facts["phone"]


def test_renaming_may_name_the_version(program: Callable[..., Program], cast: Cast) -> None:
    asking, path = program("clerk"), f"/organisations/{cast.willow.id}/rename"
    body = {"name": "北宋镇新柳村党支部", "short_name": "新柳村党支部", **DECISION}
    assert asking.post(path, body, If_Match='"999-00000000"').status_code == 412
    assert asking.post(path, body).status_code == 200


def test_members_are_changed_by_version(program: Callable[..., Program], member_of: Callable[..., Any]) -> None:
    member = member_of("willow", "王建国")
    asking, path = program("secretary"), f"/members/{member.id}"
    tag = asking.get(path).headers["ETag"]
    body = {"facts": {"workplace": "利津县实验学校"}, "reason": "本人申报"}
    assert asking.patch(path, body).status_code == 428
    changed = asking.patch(path, body, If_Match=tag)
    assert changed.status_code == 200
    assert changed.headers["ETag"] == asking.get(path).headers["ETag"] != tag
    assert asking.patch(path, {"facts": {"workplace": "别处"}}, If_Match=tag).status_code == 412
    wrong = {"facts": {"birth_date": "1975-03-12"}, "reason": "人事档案记载"}
    assert asking.post(f"{path}/correction", wrong).status_code == 428
    assert asking.post(f"{path}/correction", wrong, If_Match=tag).status_code == 412
    now = asking.get(path).headers["ETag"]
    assert asking.post(f"{path}/correction", wrong, If_Match=now).status_code == 200
    assert asking.get(path, If_None_Match=now).json()["facts"]["birth_date"] == "1975-03-12"
