"""Programs of the cast: a token for one of the people, and the client that uses it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpResponse

    from lianxin.api.models import Token
    from lianxin.members.models import Member
    from tests.cast import Cast

V1 = "/api/v1"
DECISION = {"effective_on": "2026-10-01", "document_no": "利组发〔2026〕9号", "reason": "工作需要"}


def make_token(account: Any, permissions: list[str] | None = None, **facts: Any) -> tuple[Token, str]:
    """A token written straight into the database, so that a test may give it what its owner could not choose."""
    import secrets  # noqa: PLC0415 - for this alone

    from lianxin.api.authentication import PREFIX, digest_of_token  # noqa: PLC0415 - after the app registry
    from lianxin.api.doors import operations  # noqa: PLC0415 - the same
    from lianxin.api.models import Token  # noqa: PLC0415 - the same

    text = PREFIX + secrets.token_urlsafe(32)
    every = sorted({one.view_func.permission for _path, one in operations()})
    given = {
        "account": account,
        "name": "tests",
        "digest": digest_of_token(text),
        "tail": text[-4:],
        "permissions": every if permissions is None else permissions,
        "created_at": datetime.now(UTC),
        "expires_at": datetime.now(UTC) + timedelta(days=30),
    }
    return Token.objects.create(**{**given, **facts}), text


@dataclass
class Program:
    """A program with a token. Every answer to a refusal is checked to be a problem document."""

    text: str
    token: Token | None = None
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> HttpResponse:
        from django.test import Client  # noqa: PLC0415 - after the app registry

        sent = {"Accept-Language": "en", "Authorization": f"Bearer {self.text}", **self.headers}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        options: dict[str, Any] = {"headers": sent}
        if body is not None:
            options |= {"data": body if isinstance(body, str) else json.dumps(body), "content_type": "application/json"}
        answer = Client(raise_request_exception=False).generic(method, V1 + path, **options)
        if answer.status_code >= 400:
            assert answer.headers["Content-Type"] == "application/problem+json", answer.content
            told = json.loads(answer.content)
            assert told["status"] == answer.status_code
            assert told["title"]
            assert told["detail"]
        return answer

    def get(self, path: str, **headers: str) -> Any:
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.ask("POST", path, {} if body is None else body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> Any:
        return self.ask("PATCH", path, body, **headers)


@pytest.fixture
def program(cast: Cast) -> Callable[..., Program]:
    """`program("clerk")`: a program of the clerk's; `program("clerk", permissions=[…])` narrows it."""

    def make(who: str, **facts: Any) -> Program:
        token, text = make_token(getattr(cast, who), **facts)
        return Program(text, token)

    return make


@pytest.fixture
def member_of(cast: Cast, at: datetime) -> Callable[..., Member]:
    """`member_of("willow", "王建国")`: a member entered in the register."""

    def make(place: str, name: str, **facts: Any) -> Member:
        from lianxin.members.actions.adding import add  # noqa: PLC0415 - after the app registry

        given = {
            "name": name,
            "sex": "1",
            "ethnic_group": "01",
            "birth_date": "1975-03-21",
            "joined_on": "1998-07-01",
            "converted_on": "1999-07-01",
        }
        return add(
            cast.actor("clerk"),
            organisation=getattr(cast, place).id,
            facts={**given, **facts},
            since=date(2020, 1, 1),
            at=at,
        )

    return make
