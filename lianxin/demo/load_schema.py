"""Taking indexes, keys and triggers off tables for a bulk load, and putting every one of them back as it was."""

from __future__ import annotations

import json
import threading
from contextlib import closing
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from pathlib import Path

HANDS = 2
"""Indexes built at the same time, each by one process of the server."""
SORTING_MEMORY = "1GB"

_CONSTRAINTS = """
    SELECT c.conrelid::regclass::text, c.conname, c.contype::text, pg_get_constraintdef(c.oid)
    FROM pg_constraint c
    WHERE c.contype IN ('f', 'p', 'u', 'x')
      AND (c.conrelid = ANY(%(tables)s::regclass[]) OR (c.contype = 'f' AND c.confrelid = ANY(%(tables)s::regclass[])))
    ORDER BY c.conname
"""
_INDEXES = """
    SELECT i.indrelid::regclass::text, i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid)
    FROM pg_index i
    WHERE i.indrelid = ANY(%(tables)s::regclass[])
      AND NOT EXISTS (SELECT 1 FROM pg_constraint c WHERE c.conindid = i.indexrelid AND c.contype IN ('p', 'u', 'x'))
    ORDER BY 2
"""


class Taken(NamedTuple):
    """What was taken off: statements that bring it back, in three rounds; the tables whose triggers rest, and all."""

    resting: list[str]
    tables: list[str]
    keys: list[str]
    indexes: list[str]
    references: list[str]


def take_off(url: str, tables: Sequence[str], keep_in: Path, *, awake: Sequence[str] = ()) -> Taken:
    """Take off everything that slows a load; what brings it back is first written to the file `keep_in`.

    Triggers of the tables in `awake` stay at work.
    """
    with closing(psycopg.connect(url)) as connection, connection.transaction():
        rows = connection.execute(_CONSTRAINTS, {"tables": list(tables)}).fetchall()
        indexes = connection.execute(_INDEXES, {"tables": list(tables)}).fetchall()
        add = "ALTER TABLE {} ADD CONSTRAINT {} {}"
        # Exclusion constraints take longest, so they are begun first.
        keys = sorted((row for row in rows if row[2] != "f"), key=lambda row: row[2] != "x")
        taken = Taken(
            [table for table in tables if table not in awake],
            list(tables),
            [add.format(table, _quoted(connection, name), text) for table, name, _kind, text in keys],
            [text for _table, _name, text in indexes],
            [add.format(table, _quoted(connection, name), text) for table, name, kind, text in rows if kind == "f"],
        )
        keep_in.write_text(json.dumps(taken._asdict()), encoding="utf-8")
        for wanted in ("f", "x", "u", "p"):
            for table, name, kind, _text in rows:
                if kind == wanted:
                    _run(connection, f"ALTER TABLE {table} DROP CONSTRAINT {_quoted(connection, name)}")
        for _table, name, _text in indexes:
            _run(connection, f"DROP INDEX {name}")
        for table in taken.resting:
            _run(connection, f"ALTER TABLE {table} DISABLE TRIGGER USER")
    return taken


def put_back(url: str, taken: Taken, say: Callable[[str], None]) -> None:
    """Build keys, then indexes, then references again, two at a time; then wake the triggers and take statistics.

    Raises:
        psycopg.Error: the rows that were loaded do not satisfy a constraint; its name is in the message.
    """
    for what, statements in (("keys", taken.keys), ("indexes", taken.indexes), ("references", taken.references)):
        say(f"Building {len(statements)} {what} …")
        _several(url, statements)
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        for table in taken.resting:
            _run(connection, f"ALTER TABLE {table} ENABLE TRIGGER USER")
        for table in taken.tables:
            # The visibility map makes index-only scans possible, which counts over subtrees live on.
            _run(connection, f"VACUUM (ANALYZE) {table}")


def _several(url: str, statements: Iterable[str]) -> None:
    waiting: SimpleQueue[str] = SimpleQueue()
    for statement in statements:
        waiting.put(statement)
    failures: list[Exception] = []

    def work() -> None:
        with closing(psycopg.connect(url, autocommit=True)) as connection:
            _run(connection, f"SET maintenance_work_mem = '{SORTING_MEMORY}'")
            _run(connection, "SET max_parallel_maintenance_workers = 0")
            while not failures:
                try:
                    statement = waiting.get_nowait()
                except Empty:
                    return
                try:
                    _run(connection, statement)
                except psycopg.Error as error:
                    failures.append(error)

    hands = [threading.Thread(target=work) for _hand in range(HANDS)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    if failures:
        raise failures[0]


def _quoted(connection: psycopg.Connection[Any], name: str) -> str:
    return sql.Identifier(name).as_string(connection)


def _run(connection: psycopg.Connection[Any], statement: str) -> None:
    # Every statement is built from the catalogue's own words, not from anybody's input.
    connection.execute(statement.encode())
