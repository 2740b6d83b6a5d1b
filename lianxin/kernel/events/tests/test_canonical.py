# ruff: noqa: S608 - the statements are the tests' own
"""The database and Python write an event down in the same bytes."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lianxin.kernel.db.ids import new_id
from lianxin.kernel.events.canonical import FIELDS, field_expressions, joined, line_of
from lianxin.kernel.events.tests.conftest import AT
from lianxin.kernel.models import Event

# What PostgreSQL can hold: no NUL and no half of a surrogate pair.
TEXT = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**20), 10**20) | TEXT | st.floats(-1e9, 1e9).map(lambda x: x + 0.0),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=8,
)


def in_database(event: Event, position: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(field_expressions())} FROM kernel_event e WHERE id = %s", [event.pk])
        return joined(position, list(cursor.fetchone()))


def event_with(**facts: Any) -> Event:
    given: dict[str, Any] = {
        "id": new_id(),
        "at": AT,
        "kind": "tests.renamed",
        "actor_name": "王",
        "subject_id": new_id(),
    }
    return Event.objects.create(**(given | facts))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=TEXT, data=st.dictionaries(TEXT, JSON, max_size=4))
def test_both_write_the_same(db: None, text: str, data: dict[str, Any]) -> None:
    event = event_with(reason=text, actor_name=text, data=data, changes={"name": [text, None]})
    event.refresh_from_db()
    assert in_database(event, 3) == line_of(3, event)


def test_the_line_is_what_the_document_says(db: None) -> None:
    event = event_with(
        id=UUID(int=1),
        at=datetime(2026, 11, 21, 1, 2, 3, 4, tzinfo=UTC),
        subject_id=UUID(int=2),
        effective_on=date(2026, 1, 5),
        reason='更名 "甲"\n',
        data={"bb": 1, "a": Decimal("1.50").__str__()},
    )
    line = in_database(event, 7).decode()
    assert line == (
        '[7, "00000000-0000-0000-0000-000000000001", "2026-11-21T01:02:03.000004Z", "tests.renamed", null, "王", null, '
        '"", "00000000-0000-0000-0000-000000000002", "2026-01-05", "", "更名 \\"甲\\"\\n", {}, '
        '{"a": "1.50", "bb": 1}, null]'
    )
    assert len(json.loads(line)) == 1 + len(FIELDS)


def test_every_column_is_covered() -> None:
    assert set(FIELDS) == {field.attname for field in Event._meta.concrete_fields}


@pytest.mark.parametrize("zone", ["Asia/Shanghai", "America/New_York"])
def test_the_zone_and_style_of_the_session_do_not_matter(db: None, zone: str) -> None:
    event = event_with(effective_on=date(2026, 1, 5))
    before = in_database(event, 1)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('timezone', %s, true), set_config('datestyle', 'German', true)", [zone])
    assert in_database(event, 1) == before
