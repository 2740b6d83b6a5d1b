"""How far a running import is, and that somebody works on it: kept on a connection beside its transaction.

The connection holds an advisory lock on the import. The lock goes when the worker's process does: an import that says
it is being worked on while its lock is free was left behind by a worker that died (see `actions.recovery`).
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import LiteralString, Self
from uuid import UUID

import psycopg
from django.db import connection

from lianxin.files.models import Import
from lianxin.kernel.db.scope import TELL, present_scope

EVERY_SECONDS = 0.7
PARAMETERS = {"dbname", "user", "password", "host", "port", "sslmode", "options"}


def _lock_key(run_id: UUID) -> int:
    return int.from_bytes(run_id.bytes[8:], signed=True)  # the random half of the id


def _beside() -> "psycopg.Connection[tuple[object, ...]]":
    params = {key: value for key, value in connection.get_connection_params().items() if key in PARAMETERS}
    return psycopg.connect(**params, autocommit=True)


@contextmanager
def _in_scope(beside: "psycopg.Connection[tuple[object, ...]]") -> Iterator[None]:
    """A transaction that knows the scope of the work; behind a pooler the connection may be another's next."""
    told = present_scope().settings()
    with beside.transaction():
        beside.execute(TELL, [list(told), list(told.values())])
        yield


def _write(
    beside: "psycopg.Connection[tuple[object, ...]]", changes: LiteralString, values: tuple[object, ...]
) -> None:
    with _in_scope(beside):
        beside.execute(f"UPDATE files_import_progress SET {changes} WHERE run_id = %s", values)  # noqa: S608 - ours


@contextmanager
def nobody_works_on(run_id: UUID) -> Iterator[bool]:
    """Whether no worker holds the import; while the block lasts none can take it up."""
    with _beside() as beside:
        (free,) = beside.execute("SELECT pg_try_advisory_lock(%s)", (_lock_key(run_id),)).fetchone() or (False,)
        yield bool(free)


class Busy(Exception):  # noqa: N818 - not a fault: another worker has the import
    """Another worker is at this import."""


class Progress:
    """Holds an import for one worker and writes `done` of `total` about once a second. A context manager.

    Raises:
        Busy: another worker holds the import.
    """

    def __init__(self, run: Import, total: int) -> None:
        self.run = run
        self.total = total
        self.done = 0
        self._next = 0.0
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def __enter__(self) -> Self:
        beside = _beside()
        (free,) = beside.execute("SELECT pg_try_advisory_lock(%s)", (_lock_key(self.run.pk),)).fetchone() or (False,)
        if not free:
            beside.close()
            raise Busy
        self._connection = beside
        _write(beside, "begun_at = now(), done = 0", (self.run.pk,))
        return self

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self.done += rows
        if time.monotonic() >= self._next:
            self._tell()
            self._next = time.monotonic() + EVERY_SECONDS

    def _tell(self) -> None:
        if self._connection is not None:
            values = (self.done, max(self.total, self.done), self.run.pk)
            _write(self._connection, "done = %s, total = %s", values)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._connection is not None:
            self._connection.close()
