"""Every refusal is a problem document that says how to mend it, in the language asked for.

`Program.ask` checks the shape of each.
"""

from collections.abc import Callable
from typing import Any

import pytest

from lianxin.kernel.edge.models import Spent
from tests.api.conftest import DECISION, Program
from tests.cast import Cast


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("GET", "/nothing", None, 404),
        ("GET", "/organisations/nothing", None, 404),
        ("GET", "/", None, 404),
        ("DELETE", "/organisations", None, 405),
        ("POST", "/organisations", "{", 400),
        ("POST", "/organisations", "", 422),
        ("POST", "/organisations", "[" * 100_000, 400),
        ("POST", "/organisations", "[]", 422),
        ("POST", "/organisations", "{}", 422),
        ("POST", "/organisations", '{"parent": "x"}', 422),
        ("POST", "/organisations", '{"\\ud800\\u0000": 1}', 422),
        ("POST", "/organisations", '{"reason": "\\u0000"}', 422),
        ("POST", "/organisations", '{"reason": "\\ud800"}', 422),
        ("POST", "/organisations", '{"reason": "' + "x" * 6_000_000 + '"}', 413),
    ],
)
def test_malformed_requests(
    program: Callable[..., Program], method: str, path: str, body: str | None, status: int
) -> None:
    for headers in ({}, {"Idempotency_Key": "a"}):
        assert program("clerk").ask(method, path, body, **headers).status_code == status


def test_what_is_wrong_is_said_by_field(program: Callable[..., Program], cast: Cast) -> None:
    new = {"name": "", "org_type": "branch", "unit_credit_code": "x"}
    answer = program("clerk").post("/organisations", {"parent": str(cast.north.id), "new": new, **DECISION})
    assert answer.status_code == 422
    assert answer.json()["errors"].keys() <= {"name", "unit_credit_code"}
    body = {"parent": str(cast.north.id), "new": {**new, "heigth": 3}, **DECISION, "document_no": "x" * 81}
    errors = program("clerk").post("/organisations", body).json()["errors"]
    assert errors.keys() == {"new.heigth", "document_no"}


def test_sentences_follow_the_language(program: Callable[..., Program], cast: Cast) -> None:
    asking = program("clerk")
    path = f"/organisations/{cast.willow.id}"
    english = asking.patch(path, {"changes": {"contact": "x"}, **DECISION}).json()["detail"]
    chinese = asking.patch(path, {"changes": {"contact": "x"}, **DECISION}, Accept_Language="zh-CN").json()["detail"]
    assert english == "Say which version you change: send the ETag of the record as If-Match."
    assert english != chinese
    assert any("\u4e00" <= one <= "\u9fff" for one in chinese)


@pytest.mark.parametrize("text", ["", "x", "lx_", "lx_x", "lx_\x7f"])
def test_an_unknown_token(db: None, text: str) -> None:
    answer = Program(text).get("/organisations")
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_too_many_requests(program: Callable[..., Program], settings: Any) -> None:
    settings.RATE_LIMITS = True
    settings.RATES = {**settings.RATES, "api": {"account": "3/h", "address": "", "reads": True}}
    asking, other = program("clerk"), program("clerk")
    assert [asking.get("/organisations").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = asking.post("/organisations", {}, Idempotency_Key="a")
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 3600
    assert other.get("/organisations").status_code == 200, "each token is counted for itself"

    Spent.objects.all().delete()
    again = asking.post("/organisations", {}, Idempotency_Key="a")
    assert again.status_code == 422, "being told to wait is not kept as the answer"
