"""Connections are shared: the scope of one must never be that of the next, in our pool and in PgBouncer's."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from django.db import DatabaseError, connection, connections, transaction

from lianxin.kernel.authz import Actor, Reach, Role, acting
from lianxin.kernel.db.scope import Scope, scoped
from lianxin.kernel.db.server import APP_ROLE, var_directory
from lianxin.kernel.db.server.account import ACCOUNT_NAME
from lianxin.kernel.db.server.addresses import socket_directory
from lianxin.kernel.models import DailyActs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.copies import Copy

PLACES = [f"000{number}" for number in range(1, 9)]
ROUNDS = 25
PORT = 6432
PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


@pytest.fixture(scope="module")
def places(copy: Copy) -> Copy:
    """A row for each of eight places."""
    with copy.connect("owner") as owner:
        for number, path in enumerate(PLACES):
            owner.execute(
                "INSERT INTO kernel_daily_acts (day, organisation_path, kind, acts) VALUES ('2026-07-01', %s, 'x', %s)",
                [path, number],
            )
    return copy


def seen() -> list[str]:
    return list(DailyActs.objects.order_by("organisation_path").values_list("organisation_path", flat=True))


def work_at(path: str) -> None:
    """Ask again and again in every way the product asks, as somebody who may see one place; others do so meanwhile."""
    actor = Actor(name=path, reaches=(Reach(Role.SECRETARY, path),))
    for round_number in range(ROUNDS):
        with acting(actor):
            assert seen() == [path]
            with transaction.atomic():
                assert seen() == [path]
                with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SELECT 1 / 0")
                assert seen() == [path]
                with acting(Actor.system("tests")):
                    assert seen() == PLACES
                assert seen() == [path]
                assert [one.organisation_path for one in DailyActs.objects.iterator(chunk_size=1)] == [path]
            with suppress(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        with scoped(Scope.NOTHING):
            assert seen() == []
        if round_number % 10 == 0:
            connection.close()


@pytest.fixture
def bouncer(places: Copy) -> Iterator[dict[str, Any]]:
    """Debian's PgBouncer before the copy: transactions share two connections to the server."""
    if PROGRAM is None:
        pytest.skip("PgBouncer is not installed; CI installs it")
    folder = Path(tempfile.mkdtemp(prefix="lianxin-bouncer-"))  # not pytest's, which others may not enter
    users = folder / "users.txt"
    users.write_text(f'"{APP_ROLE}" ""\n')
    given = folder / "pgbouncer.ini"
    server_port = connections.databases["default"]["PORT"] or 5432
    given.write_text(
        f"[databases]\nshared = host={socket_directory(var_directory())} port={server_port} dbname={places.name}"
        f" user={APP_ROLE}\n"
        f"[pgbouncer]\nlisten_port = {PORT}\nunix_socket_dir = {folder}\nauth_type = trust\nauth_file = {users}\n"
        f"pool_mode = transaction\ndefault_pool_size = 2\nlogfile = {folder / 'log'}\nadmin_users = {APP_ROLE}\n"
        "ignore_startup_parameters = extra_float_digits\n"
    )
    command = [PROGRAM, str(given)]
    if os.geteuid() == 0:  # it refuses to run as root, and the server's socket is the server's
        account = pwd.getpwnam(ACCOUNT_NAME)
        for path in (folder, users, given):
            os.chown(path, account.pw_uid, account.pw_gid)
        command = [PROGRAM, "-u", ACCOUNT_NAME, str(given)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    settings = {"HOST": str(folder), "PORT": str(PORT), "NAME": "shared", "USER": APP_ROLE}
    try:
        for _ in range(100):
            with suppress(psycopg.OperationalError):
                psycopg.connect(host=str(folder), port=PORT, dbname="shared", user=APP_ROLE, connect_timeout=3).close()
                break
            assert process.poll() is None, (
                (folder / "log").read_text() if (folder / "log").exists() else "it did not start"
            )
            time.sleep(0.1)
        yield settings
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(folder)


def as_settings(changed: dict[str, Any]) -> Iterator[None]:
    held = connections.databases["default"]
    before = {key: held.get(key) for key in changed}
    connection.close()
    held.update(changed)
    yield
    connections.close_all()
    held.update(before)


@pytest.fixture
def through_bouncer(bouncer: dict[str, Any]) -> Iterator[None]:
    """Let Django connect through it."""
    yield from as_settings(bouncer)


def test_actors_share_connections_of_pgbouncer_and_nothing_else(
    through_bouncer: None, bouncer: dict[str, Any], places: Copy, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        places.together(*(lambda path=path: work_at(path) for path in PLACES))
    with psycopg.connect(
        host=bouncer["HOST"], port=PORT, dbname="pgbouncer", user=APP_ROLE, autocommit=True
    ) as console:
        console.prepare_threshold = None
        rows = psycopg.ClientCursor(console).execute("SHOW STATS_TOTALS").fetchall()
    transactions = {row[0]: row[2] for row in rows}
    assert transactions["shared"] > len(PLACES) * ROUNDS


def test_actors_share_connections_of_our_pool_and_nothing_else(places: Copy, django_db_blocker: Any) -> None:
    options = {**connections.databases["default"]["OPTIONS"], "pool": {"min_size": 1, "max_size": 3, "timeout": 30}}
    with django_db_blocker.unblock():
        changed = as_settings({"OPTIONS": options, "USER": APP_ROLE})
        next(changed)
        try:
            places.together(*(lambda path=path: work_at(path) for path in PLACES))
        finally:
            connection.close_pool()
            next(changed, None)
