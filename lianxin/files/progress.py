"""How far a running import is, written beside its transaction so that the screen sees it before the commit."""

import time
from types import TracebackType
from typing import Self

import psycopg
from django.db import connection

from lianxin.files.models import Import, ImportProgress

EVERY_SECONDS = 0.7


class Progress:
    """Writes `done` of `total` about once a second on a connection of its own. A context manager."""

    def __init__(self, run: Import, total: int) -> None:
        self.run = run
        self.total = total
        self.done = 0
        self._next = 0.0
        self._beside: psycopg.Connection[tuple[object, ...]] | None = None

    def __enter__(self) -> Self:
        params = {
            key: value
            for key, value in connection.get_connection_params().items()
            if key in {"dbname", "user", "password", "host", "port", "sslmode", "options"}
        }
        self._beside = psycopg.connect(**params, autocommit=True)
        return self

    def advance(self, rows: int) -> None:
        """So many more rows are done."""
        self.done += rows
        if time.monotonic() >= self._next:
            self._write()
            self._next = time.monotonic() + EVERY_SECONDS

    def _write(self) -> None:
        if self._beside is not None:
            self._beside.execute(
                f"UPDATE {ImportProgress._meta.db_table} SET done = %s, total = %s WHERE run_id = %s",  # noqa: S608, SLF001 - our own table's name
                (self.done, max(self.total, self.done), self.run.pk),
            )

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if self._beside is not None:
            self._write()
            self._beside.close()
