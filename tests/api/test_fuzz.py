"""Requests nobody thought of, made from the OpenAPI document: none of them is answered with a fault.

Half of them name records that exist, so that they get past the first check. What one writes is taken back.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, Verbosity, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup, ServerError

from tests.api.conftest import Program
from tests.cast import Cast

SCHEMA = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())
OPERATIONS = {one.ok().label: one.ok() for one in SCHEMA.get_all_operations()}
EXAMPLES = 15
"""For each operation. With 30 operations that is some 20 seconds; the seed is new each time, so time finds the rest."""


@contextmanager
def one_connection() -> Iterator[None]:
    """The server closes connections between requests; here they share the transaction of the test."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def known(cast: Cast, member_of: Callable[..., Any], program: Callable[..., Program]) -> dict[str, str]:
    """Identifiers that exist, by the name of the parameter or field."""
    member = str(member_of("willow", "王建国").id)
    asking = program("clerk")
    decision = {"effective_on": "2026-01-01", "document_no": "1", "reason": "选举"}
    term = asking.post(f"/organisations/{cast.willow.id}/terms", decision).json()["id"]
    body = {"organisation": str(cast.willow.id), "kind": "secretary", "since": "2026-01-01"}
    asking.post(f"/members/{member}/posts", body)
    post = asking.get(f"/members/{member}/posts").json()[0]["id"]
    places = {"parent": cast.north.id, "to": cast.poplar.id, "earlier": cast.poplar.id, "members": member}
    return {
        "organisation": str(cast.willow.id),
        "member": member,
        "term": term,
        "post": post,
        **{name: str(key) for name, key in places.items()},
    }


def with_known(value: Any, known: dict[str, str], name: str = "") -> Any:
    """The value with identifiers that exist instead of those made up."""
    if isinstance(value, dict):
        return {key: with_known(inner, known, str(key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [with_known(inner, known, name) for inner in value]
    if isinstance(value, str) and name in known:
        try:
            UUID(value)
        except ValueError:
            return value
        return known[name]
    return value


def fuzz(label: str, known: dict[str, str], token: str, examples: int) -> None:
    """Ask the operation with requests made up from its description."""
    headers = {"Authorization": f"Bearer {token}"}
    operation = OPERATIONS[label]
    made = st.one_of(*(operation.as_strategy(generation_mode=mode) for mode in GenerationMode))

    @settings(
        max_examples=examples,
        deadline=None,
        database=None,
        verbosity=Verbosity.quiet,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=made, exists=st.booleans(), versioned=st.booleans())
    def ask(case: Case, exists: bool, versioned: bool) -> None:  # noqa: FBT001 - drawn by name
        if exists:
            case.path_parameters = with_known(case.path_parameters, known)
            case.body = with_known(case.body, known)
        if versioned:
            case.headers["If-Match"] = '"2"'
        with transaction.atomic():
            answer = case.call(headers=headers)
            transaction.set_rollback(True)
        case.validate_response(answer, checks=[not_a_server_error])

    with one_connection():
        ask()


@pytest.mark.parametrize("label", OPERATIONS)
def test_no_request_is_answered_with_a_fault(
    label: str, known: dict[str, str], program: Callable[..., Program]
) -> None:
    fuzz(label, known, program("clerk").text, EXAMPLES)


@pytest.mark.parametrize(
    ("label", "broken"),
    [
        ("GET /api/v1/organisations/{organisation}", "lianxin.organisations.rest.organisation_shown"),
        ("GET /api/v1/members/{member}/record", "lianxin.members.rest.believed_then"),
    ],
)
def test_a_planted_fault_is_found(
    label: str, broken: str, known: dict[str, str], program: Callable[..., Program], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fault(*_: object, **__: object) -> None:
        raise RuntimeError("planted")

    monkeypatch.setattr(broken, fault)
    with pytest.raises((ServerError, FailureGroup)):
        fuzz(label, known, program("clerk").text, 60)
