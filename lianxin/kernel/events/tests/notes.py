"""A reader for tests that writes down each position it is given: one given twice would be two rows."""

from collections.abc import Sequence

from django.db import connection

from lianxin.kernel.events.projectors import Positioned


def keep(batch: Sequence[Positioned]) -> None:
    """Note the positions."""
    with connection.cursor() as cursor:
        cursor.executemany("INSERT INTO noted (position) VALUES (%s)", [[one.position] for one in batch])


def forget() -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM noted")


def noted() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT position FROM noted ORDER BY n")
        return [position for (position,) in cursor.fetchall()]


def make_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE noted (n bigint GENERATED ALWAYS AS IDENTITY, position bigint)")
