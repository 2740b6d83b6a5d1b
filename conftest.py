"""What every test stands on: a test database of its own, a fast password hasher, and the cast everybody knows."""

import contextlib
import os

import psycopg
import pytest
from psycopg import sql

from lianxin.kernel.db.server import addresses, django_settings, ensure_running, var_directory

pytest_plugins = ["tests.cast"]
DATABASE = "test_lianxin"


@pytest.hookimpl(tryfirst=True)
def pytest_configure() -> None:
    """Start the embedded server if it is the one meant, and change the settings for tests before anybody connects.

    Django has read its settings by now, so what differs is written into them: the owner makes tables, no pool keeps the
    test database from being dropped, and demonstration persons are accepted without a notice on every page.
    """
    from django.conf import settings  # noqa: PLC0415 - pytest-django has chosen the settings by now

    found = addresses()
    if found.embedded:
        ensure_running(var_directory())
        _drop_left_over(found.owner)
    default = settings.DATABASES["default"]
    default.update({key: value for key, value in django_settings(found.owner).items() if key != "OPTIONS"})
    default["OPTIONS"].pop("pool", None)
    default.setdefault("TEST", {})["NAME"] = f"{DATABASE}_{os.getpid()}"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # WhiteNoise warns where there is none
    settings.DEMONSTRATION = False
    settings.ACCEPT_TEST_PERSONS = True


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
