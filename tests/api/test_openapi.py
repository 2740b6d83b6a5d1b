"""The OpenAPI document is a promise to programs: a change of it is seen in review, for the snapshot changes with it.

Renew the snapshot with `python -m tests.api.snapshot`.
"""

import json
from typing import Any

import pytest
from django.test import Client
from django.utils.translation import override

from lianxin.api.service import api
from tests.api.snapshot import SNAPSHOT, written


def test_the_snapshot_is_the_document() -> None:
    assert written() == SNAPSHOT.read_text(), "The API changed. If that is meant: python -m tests.api.snapshot"


def test_the_document_does_not_depend_on_the_language() -> None:
    with override("zh-hans"):
        chinese = written()
    with override("en"):
        assert written() == chinese


def test_the_document_is_public() -> None:
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    assert json.loads(answer.content)["openapi"] == "3.1.0"


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    document = api.get_openapi_schema()
    return [(method, path, one) for path, some in document["paths"].items() for method, one in some.items()]


@pytest.mark.parametrize(("method", "path", "operation"), operations())
def test_an_operation_is_described(method: str, path: str, operation: dict[str, Any]) -> None:
    assert operation["summary"]
    assert operation["description"]
    assert operation["x-permission"]
    assert operation["responses"][404]["content"].keys() == {"application/problem+json"}
    if method != "get":
        assert "Idempotency-Key" in {one["name"] for one in operation["parameters"]}
        assert "requestBody" in operation
