"""A database of its own for tests that commit, kill or tamper: a copy of the test database, dropped afterwards."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import connection, connections
from django.test.utils import setup_databases, teardown_databases
from psycopg import sql
from psycopg.conninfo import make_conninfo

from lianxin.kernel.db.server import addresses, embedded_url, grant_app_privileges, var_directory

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


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
