"""A write sent twice with one key is done once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from lianxin.api.idempotency import forget_answers
from lianxin.api.models import KeptAnswer
from lianxin.organisations.models import Organisation
from tests.api.conftest import DECISION, Program
from tests.cast import Cast


def new_branch(cast: Cast, name: str = "北宋镇槐树村党支部") -> dict[str, Any]:
    return {"parent": str(cast.north.id), "new": {"name": name, "org_type": "branch"}, **DECISION}


def branches(cast: Cast) -> int:

    return Organisation.objects.filter(path__startswith=cast.north.path).count()


def test_the_second_time_the_first_answer_comes_again(program: Callable[..., Program], cast: Cast) -> None:
    asking, before = program("clerk"), branches(cast)
    first = asking.post("/organisations", new_branch(cast), Idempotency_Key="a")
    second = asking.post("/organisations", new_branch(cast), Idempotency_Key="a")
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.content == second.content
    assert first.headers["Location"] == second.headers["Location"]
    assert first.headers["ETag"] == second.headers["ETag"]
    assert second.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert branches(cast) == before + 1


def test_a_refusal_is_kept_too(program: Callable[..., Program], cast: Cast) -> None:
    asking = program("clerk")
    wrong = {**new_branch(cast), "document_no": ""}
    first = asking.post("/organisations", wrong, Idempotency_Key="a")
    second = asking.post("/organisations", wrong, Idempotency_Key="a")
    assert (first.status_code, second.status_code) == (422, 422)
    assert second.headers["Idempotency-Replayed"] == "true"
    assert second.headers["Content-Type"] == "application/problem+json"


def test_another_request_with_the_key_is_refused(program: Callable[..., Program], cast: Cast) -> None:
    asking, before = program("clerk"), branches(cast)
    asking.post("/organisations", new_branch(cast), Idempotency_Key="a")
    other = asking.post("/organisations", new_branch(cast, "北宋镇榆树村党支部"), Idempotency_Key="a")
    assert other.status_code == 422
    assert branches(cast) == before + 1


def test_keys_of_two_tokens_do_not_meet(program: Callable[..., Program], cast: Cast) -> None:
    before = branches(cast)
    program("clerk").post("/organisations", new_branch(cast), Idempotency_Key="a")
    other = program("town_clerk").post("/organisations", new_branch(cast, "北宋镇榆树村党支部"), Idempotency_Key="a")
    assert other.status_code == 201
    assert branches(cast) == before + 2


def test_without_a_key_a_write_is_done_each_time(program: Callable[..., Program], cast: Cast) -> None:
    asking = program("clerk")
    assert asking.post("/organisations", new_branch(cast)).status_code == 201
    assert asking.post("/organisations", new_branch(cast)).status_code == 422  # the name is taken
    assert KeptAnswer.objects.count() == 0


def test_a_key_that_is_too_long_is_refused(program: Callable[..., Program], cast: Cast) -> None:
    assert program("clerk").post("/organisations", new_branch(cast), Idempotency_Key="k" * 256).status_code == 400
    assert program("clerk").post("/organisations", new_branch(cast), Idempotency_Key="k" * 255).status_code == 201


def test_a_key_does_not_open_the_door(cast: Cast) -> None:
    assert Program("lx_wrong").post("/organisations", new_branch(cast), Idempotency_Key="a").status_code == 401
    assert KeptAnswer.objects.count() == 0


def test_a_fault_is_not_kept(program: Callable[..., Program], cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    asking, before = program("clerk"), branches(cast)

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("a fault")

    with monkeypatch.context() as patch:
        patch.setattr("lianxin.organisations.rest.organisation_shown", broken)
        failed = asking.post("/organisations", new_branch(cast), Idempotency_Key="a")
    assert failed.status_code == 500
    assert branches(cast) == before, "the write of a failed answer is taken back"
    assert KeptAnswer.objects.count() == 0
    again = asking.post("/organisations", new_branch(cast), Idempotency_Key="a")
    assert again.status_code == 201
    assert "Idempotency-Replayed" not in again.headers


def test_kept_answers_hold_no_clear_personal_data(
    program: Callable[..., Program], member_of: Callable[..., Any]
) -> None:
    member = member_of("willow", "王建国", mobile="12012345678")
    body = {"field": "mobile", "reason": "通知开会"}
    answer = program("clerk").post(f"/members/{member.id}/reveal", body, Idempotency_Key="a")
    assert answer.json()["value"] == "12012345678"
    kept = KeptAnswer.objects.get()
    assert b"12012345678" not in kept.body.blob
    assert "王建国".encode() not in kept.body.blob


def test_answers_are_forgotten_after_a_day(program: Callable[..., Program], cast: Cast) -> None:
    asking = program("clerk")
    asking.post("/organisations", new_branch(cast), Idempotency_Key="a")
    asking.post("/organisations", new_branch(cast, "北宋镇榆树村党支部"), Idempotency_Key="b")
    at = datetime.now(UTC)
    KeptAnswer.objects.filter(key="a").update(at=at - timedelta(hours=25))
    assert forget_answers(at=at) == 1
    assert list(KeptAnswer.objects.values_list("key", flat=True)) == ["b"]
