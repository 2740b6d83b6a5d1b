"""Requests at the same instant. What they write is committed, so the test has a database of its own."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection

from tests.api.conftest import Program
from tests.api.test_idempotency import branches, new_branch
from tests.cast import Cast


@pytest.fixture
def db(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """A copy of the test database, thrown away afterwards: the event log in it cannot be emptied, by design."""
    with django_db_blocker.unblock():
        connection.close()
        name = connection.settings_dict["NAME"]
        copy = f"{name}_copy"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def test_two_at_once_write_once(program: Callable[..., Program], cast: Cast) -> None:
    asking, before = program("clerk"), branches(cast)
    start = threading.Barrier(4)
    answers: list[Any] = []

    def send() -> None:
        try:
            start.wait()
            answers.append(asking.post("/organisations", new_branch(cast), Idempotency_Key="a"))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.status_code for one in answers] == [201] * 4
    assert len({one.content for one in answers}) == 1
    assert sum("Idempotency-Replayed" not in one.headers for one in answers) == 1
    assert branches(cast) == before + 1
