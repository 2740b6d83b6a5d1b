"""Acts that would get into each other's way queue rather than deadlock."""

from django.db import connection


def take_turn(what: str) -> None:
    """Wait until no other transaction has the turn of the same name; held to the end of this one.

    Take it before what is decided is looked at. Exclusion constraints need it: each of two that write at once waits
    for the other's row, and PostgreSQL ends one of them, or of three even two, with a deadlock instead of the
    constraint's name.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [what])
