"""What every test stands on: a test database of its own, a fast password hasher, and the cast everybody knows."""

import contextlib
import os
from typing import TYPE_CHECKING

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import make_conninfo

from lianxin.kernel.db.server import (
    APP_ROLE,
    OWNER_ROLE,
    addresses,
    django_settings,
    embedded_url,
    ensure_running,
    grant_app_privileges,
    var_directory,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.backends.base.base import BaseDatabaseWrapper
    from pytest_django.plugin import DjangoDbBlocker

pytest_plugins = ["tests.cast", "tests.copies"]
DATABASE = "test_lianxin"


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Start the embedded server if it is the one meant, and change the settings for tests before anybody connects.

    Django has read its settings by now, so what differs is written into them: the owner makes tables, no pool keeps the
    test database from being dropped, and demonstration persons are accepted without a notice on every page.

    The tests themselves run as the application role (`django_db_setup`) and begin with the scope of the product, which
    sees everything: they prepare any rows they like. A request, a job or `acting` narrows it, as outside tests.
    """
    from lianxin.kernel.db.scope import Scope, begin_with  # noqa: PLC0415 - the same

    begin_with(Scope.EVERYTHING)
    from django.conf import settings  # noqa: PLC0415 - pytest-django has chosen the settings by now

    found = addresses()
    if found.embedded:
        ensure_running(var_directory())
        _drop_left_over(found.owner)
        with psycopg.connect(embedded_url(var_directory(), "superuser"), autocommit=True) as superuser:
            superuser.execute(f"GRANT {APP_ROLE} TO {OWNER_ROLE}")  # for `take_role`; an own server needs it as well
    default = settings.DATABASES["default"]
    default.update({key: value for key, value in django_settings(found.owner).items() if key != "OPTIONS"})
    default["OPTIONS"].pop("pool", None)
    default.setdefault("TEST", {})["NAME"] = f"{DATABASE}_{os.getpid()}"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    settings.DEMONSTRATION = False
    settings.SECOND_FACTOR = "nobody"  # tests of the second factor ask for it
    settings.ACCEPT_TEST_PERSONS = True
    settings.RATE_LIMITS = False  # tests of rates turn them on
    from lianxin.kernel.privacy.ring_file import create_ring  # noqa: PLC0415 - after the settings

    create_ring(settings.KEY_RING_FILE)  # else the first test that seals would ask the database, which not all may


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: "DjangoDbBlocker") -> "Iterator[None]":  # noqa: ARG001 - made by the owner before us
    """Once the owner has made the tables, tests work in the application role, which row security binds."""
    from django.db import connection  # noqa: PLC0415 - after the app registry
    from django.db.backends.signals import connection_created  # noqa: PLC0415 - the same

    name = connection.settings_dict["NAME"]

    def take_role(*, connection: "BaseDatabaseWrapper", **_: object) -> None:
        if connection.settings_dict["NAME"] == name:
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE {APP_ROLE}")

    with django_db_blocker.unblock():
        connection.close()
        with psycopg.connect(make_conninfo(addresses().owner, dbname=name), autocommit=True) as connected:
            grant_app_privileges(connected)
    connection_created.connect(take_role, dispatch_uid="tests.role")
    yield
    connection_created.disconnect(dispatch_uid="tests.role")
    with django_db_blocker.unblock():
        connection.close()


@pytest.fixture
def as_owner(db: None) -> "Iterator[None]":  # noqa: ARG001 - a connection
    """For tests of what only the owner of the tables could do: the role is laid down until the end of the test."""
    from django.db import connection  # noqa: PLC0415 - after the app registry

    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {APP_ROLE}")


def _drop_left_over(address: str) -> None:
    """Drop test databases of runs that were killed: their name ends in the number of a process that is no more."""
    with psycopg.connect(address, autocommit=True) as connection:
        names = connection.execute(
            "SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{DATABASE}_%"]
        ).fetchall()
        for (name,) in names:
            number = name.removeprefix(f"{DATABASE}_").split("_")[0]
            if number.isdecimal() and not os.path.exists(f"/proc/{number}"):  # noqa: PTH110 - a question, not a path
                with contextlib.suppress(psycopg.Error):
                    connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))


@pytest.fixture(autouse=True)
def _files_of_a_test(settings: object, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Files written by a test lie in a folder of their own."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("files")  # type: ignore[attr-defined]


@pytest.fixture(autouse=True)
def seen_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """No request of a test writes that its person was seen: counts of queries hold whatever second it is."""
    from lianxin.kernel.accounts import clock  # noqa: PLC0415 - after the app registry

    monkeypatch.setattr(clock, "SEEN_STEP", 24 * 3600)
