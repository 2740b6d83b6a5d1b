"""The embedded server as the rest of the product sees it."""

from __future__ import annotations

import fcntl
import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from lianxin.kernel.db.server.addresses import DATABASE, Role, embedded_url, tcp_port
from lianxin.kernel.db.server.cluster import Cluster, passwords
from lianxin.kernel.db.server.problem import ServerProblem
from lianxin.kernel.db.server.roles import prepare_cluster

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PATIENCE = 660  # seconds; longer than another process may need to recover a large database after a crash


@dataclass(frozen=True, slots=True)
class Status:
    """What the embedded server does: whether it has data, runs and answers, its process number and version."""

    created: bool
    running: bool
    answering: bool
    pid: int | None
    version: str | None


@dataclass(frozen=True, slots=True)
class Server:
    """The embedded server in `var`.

    Attributes:
        var: The directory that holds the data.
        started: Whether this call started it (otherwise it ran already).
        opened: Directories that the server's account was given the right to pass through.
    """

    var: Path
    started: bool = False
    opened: list[Path] = field(default_factory=list)

    def url(self, role: Role, database: str = DATABASE) -> str:
        """Return the address for `role`: "owner", "app" or "superuser"."""
        return embedded_url(self.var, role, database)

    def stop(self) -> bool:
        """Stop the server; False when it did not run."""
        return stop(self.var)

    def status(self) -> Status:
        """Return what the server does at the moment."""
        return status(self.var)


def ensure_running(var: Path) -> Server:
    """Start the embedded server in `var` unless it runs, creating roles and database on first use.

    Safe to call from several processes at once: they take turns by a lock on `postgres.lock`, which the operating
    system releases when its holder dies, so a left-over lock file means nothing.

    Raises:
        ServerProblem: It cannot run; says why and what to do.
    """
    var = var.expanduser().resolve()
    _make(var)
    cluster = Cluster(var)
    if cluster.check() and _answers(var):
        return Server(var)
    opened: list[Path] = []
    with _turn(var):
        if not cluster.check():
            opened = cluster.create()
        started = False
        if cluster.postmaster() is not None and not _postmaster_answers(var):
            # Its socket is gone or it hangs: an orderly stop and a fresh start mend both.
            cluster.stop()
        if cluster.postmaster() is None:
            cluster.start()
            started = True
        prepare_cluster(embedded_url(var, "superuser", "template1"))
        _set_passwords(var)
    return Server(var, started=started, opened=opened)


def stop(var: Path) -> bool:
    """Stop the embedded server in `var`; False when it did not run."""
    var = var.expanduser().resolve()
    if not (var / "postgres").exists():
        return False
    with _turn(var):
        return Cluster(var).stop()


def status(var: Path) -> Status:
    """Return what the embedded server in `var` does; starts nothing.

    Raises:
        ServerProblem: The data directory is not one this version can use.
    """
    var = var.expanduser().resolve()
    cluster = Cluster(var)
    created = cluster.check()
    process = cluster.postmaster() if created else None
    answering = process is not None and _postmaster_answers(var, patience=0)
    version = None
    if answering:
        with psycopg.connect(embedded_url(var, "superuser", "template1")) as connection:
            row = connection.execute("SHOW server_version").fetchone()
            version = str(row[0]) if row else None
    return Status(created, process is not None, answering, process.pid if process else None, version)


def _make(var: Path) -> None:
    try:
        var.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ServerProblem(
            f"The folder {var} for Lianxin's data cannot be created: {error.strerror}.",
            "Create it yourself with the right owner, or let LIANXIN_VAR name another folder.",
        ) from error
    if not os.access(var, os.W_OK | os.X_OK):
        raise ServerProblem(
            f"You may not write into the folder {var}.",
            "Run the command as the user it belongs to, or let LIANXIN_VAR name another folder.",
        )


@contextmanager
def _turn(var: Path) -> Iterator[None]:
    try:
        handle = os.open(var / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise ServerProblem(
            f"The lock of the database, {var / 'postgres.lock'}, cannot be opened: {error.strerror}.",
            "Run the command as the user the folder belongs to, and see that the disk is not full or read-only.",
        ) from error
    try:
        end = time.monotonic() + _PATIENCE
        while True:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > end:
                    raise ServerProblem(
                        "Another Lianxin process has been starting or stopping the database for eleven minutes.",
                        "Look for it with `lianxin doctor`, end it, and try again.",
                    ) from None
                time.sleep(0.05)
        yield
    finally:
        os.close(handle)


def _answers(var: Path) -> bool:
    """Say whether the prepared database answers: the quick way when everything is as it should be."""
    try:
        with psycopg.connect(embedded_url(var, "app"), connect_timeout=5):
            return True
    except psycopg.OperationalError:
        return False


def _postmaster_answers(var: Path, patience: float = 30) -> bool:
    end = time.monotonic() + patience
    while True:
        try:
            with psycopg.connect(embedded_url(var, "superuser", "template1"), connect_timeout=5):
                return True
        except psycopg.OperationalError as error:
            # 57P03: starting up or recovering; wait as long as a start may take.
            starting = error.sqlstate == "57P03" or "starting up" in str(error)
            if not starting and (time.monotonic() > end or Cluster(var).socket_is_lost()):
                return False
            time.sleep(0.1)


def _set_passwords(var: Path) -> None:
    if tcp_port() is None:
        return
    with psycopg.connect(embedded_url(var, "superuser", "template1"), autocommit=True) as connection:
        for role, password in passwords(var).items():
            connection.execute(sql.SQL("ALTER ROLE {} PASSWORD {}").format(sql.Identifier(role), sql.Literal(password)))
