"""A log of its own: a copy of the test database where acts really commit, and every role can be played."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections, transaction
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql
from psycopg.conninfo import make_conninfo

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.server import addresses, embedded_url, grant_app_privileges, var_directory
from lianxin.kernel.events import projectors
from lianxin.kernel.events.record import record, write
from lianxin.kernel.events.types import EventType
from lianxin.kernel.models import Event

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


class Copy:
    """A database of its own. Django's connections go to it, as the owner unless told otherwise."""

    def __init__(self, name: str) -> None:
        self.name = name

    def url(self, role: Any) -> str:
        """The address for a role of the embedded server."""
        return embedded_url(var_directory(), role, self.name)

    def connect(self, role: Any) -> psycopg.Connection[Any]:
        """A connection of the driver, each statement its own transaction."""
        return psycopg.connect(self.url(role), autocommit=True)

    @contextmanager
    def played_by(self, user: str) -> Iterator[None]:
        """Let Django connect as another role."""
        settings = connections.databases["default"]
        before = settings["USER"]
        connection.close()
        settings["USER"] = user
        try:
            yield
        finally:
            connection.close()
            settings["USER"] = before

    @staticmethod
    def together(*works: Callable[[], Any]) -> None:
        """Run the works at the same time, each in a thread with a connection of its own; the first failure is ours."""
        failures: list[BaseException] = []

        def guarded(work: Callable[[], Any]) -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - shown by the test
                failures.append(error)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=guarded, args=(work,)) for work in works]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]


@pytest.fixture(scope="module")
def copy(django_db_setup: None, django_db_blocker: Any) -> Iterator[Copy]:
    """A copy of the migrated test database, dropped afterwards: commits are real, and nothing has to be deleted.

    One for a file of tests, none of which may use the `db` of Django's tests.
    """
    if not addresses().embedded:
        pytest.skip("plays the superuser, whom only the embedded server lends")
    with django_db_blocker.unblock():
        settings = connections.databases["default"]
        # Where no test in the run asks for `db`, nobody has made the test database yet.
        made_here = [] if settings["NAME"].startswith("test_") else setup_databases(0, interactive=False)
        original = settings["NAME"]
        connection.close()
        name = f"{original}_copy"
        admin = make_conninfo(embedded_url(var_directory(), "owner", "postgres"))
        with psycopg.connect(admin, autocommit=True) as owner:
            owner.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
            owner.execute(
                sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(original))
            )
        settings["NAME"] = name
        try:
            made = Copy(name)
            with made.connect("owner") as owner:
                grant_app_privileges(owner)
            yield made
        finally:
            connection.close()
            settings["NAME"] = original
            with psycopg.connect(admin, autocommit=True) as owner:
                owner.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
            if made_here:
                teardown_databases(made_here, 0)


__all__ = ["ADDED", "AT", "RENAMED", "Copy", "act", "write"]
