"""A log of its own: a copy of the test database where acts really commit, and every role can be played."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.events import projectors
from lianxin.kernel.events.record import record, write
from lianxin.kernel.events.types import EventType
from lianxin.kernel.models import Event
from tests.copies import Copy

AT = datetime(2026, 11, 21, 9, 0, tzinfo=UTC)
RENAMED = EventType("tests.renamed", "renamed")
ADDED = EventType("tests.added", "added")


def act(number: int = 0, kind: EventType = RENAMED, **facts: Any) -> Event:
    """One act with its event."""
    with transaction.atomic():
        given: dict[str, Any] = {
            "at": AT,
            "subject": new_id(),
            "organisation": new_id(),
            "organisation_path": "0001",
            "changes": {"name": ("柳树村党支部", f"柳树村第{number}党支部")},
            "reason": "更名",
            "document_no": "利组发〔2026〕3号",
            "data": {"number": number},
        }
        return record(Actor(name="王建国", account_id=UUID(int=7)), kind, **(given | facts))


@pytest.fixture
def log(db: None) -> Callable[[int], list[Event]]:
    """Writes so many events in the test's transaction."""

    def written(number: int) -> list[Event]:
        return [act(index) for index in range(number)]

    return written


@pytest.fixture
def declared() -> Iterator[None]:
    """Projectors declared by the test are forgotten afterwards."""
    before = dict(projectors._projectors)
    yield
    projectors._projectors.clear()
    projectors._projectors.update(before)


__all__ = ["ADDED", "AT", "RENAMED", "Copy", "act", "write"]
