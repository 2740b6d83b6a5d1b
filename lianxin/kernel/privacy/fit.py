"""Whether the key ring in use is the one the database was written with: asked before a ring is made, and by the doctor.

A sealed value names its key by a number only, and every first ring begins with number 1: a ring made beside data that
another one sealed would mix with it beyond repair.
"""

from typing import Any

from psycopg import sql

from lianxin.kernel.privacy.files import key_of_file
from lianxin.kernel.privacy.keys import key_ring
from lianxin.kernel.privacy.lookup import DigestField
from lianxin.kernel.privacy.places import Place, ask, column, every_row, places, sealed_files
from lianxin.kernel.privacy.sealed import Sealed, SealedField

_COLUMNS = sql.SQL(
    "SELECT table_name::text, column_name::text FROM information_schema.columns "
    "WHERE table_schema = ANY (current_schemas(false))"
).format()


def anything_sealed() -> bool:
    """Whether a value, a digest or a file is kept that only the ring it was made with opens. Columns that are still to
    be migrated hold none.
    """  # noqa: D205 - one thought
    with every_row():
        there = set(ask(_COLUMNS))
        # Texts come last: looking through them takes longest.
        held = [_holding(place, one) for place in places() for one in place.sealed if _is_in(there, place, one)]
        held += [_holding(place, one) for place in places() for one in place.digests if _is_in(there, place, one)]
        held += [
            sql.SQL("SELECT FROM {} WHERE {}::text LIKE {}").format(place.table, column(one), sql.Literal('%"sealed:%'))
            for place in places()
            for one in place.texts
            if _is_in(there, place, one)
        ]
        if any(ask(sql.SQL("SELECT EXISTS ({})").format(one))[0][0] for one in held):
            return True
    return any(key_of_file(path) is not None for path in sealed_files())


def shut_columns() -> list[str]:
    """The columns with a value that the ring in use does not open, or a digest it does not make, as table.column.

    Tries the oldest and the newest of each; call where a ring is there.
    """
    with every_row():
        there = set(ask(_COLUMNS))
        tried: list[tuple[Place, SealedField | DigestField]] = []
        for place in places():
            tried += [(place, one) for one in place.sealed]
            tried += [(place, one) for one in place.digests]
        return [
            f"{place.model._meta.db_table}.{one.column}"  # noqa: SLF001 - Django's documented model API
            for place, one in tried
            if not _fits(there, place, one)
        ]


def _fits(there: set[tuple[Any, ...]], place: Place, field: SealedField | DigestField) -> bool:
    if isinstance(field, SealedField):
        return not _is_in(there, place, field) or all(_opens(field, blob) for (blob,) in _ends(place, field))
    source = place.source_of(field)
    if source is None or not (_is_in(there, place, field) and _is_in(there, place, source)):
        return True
    return all(_is_made_of(source, made, blob) for made, blob in _ends(place, field, source))


def _is_in(there: set[tuple[Any, ...]], place: Place, field: Any) -> bool:
    return (place.model._meta.db_table, str(field.column)) in there  # noqa: SLF001 - Django's documented model API


def _holding(place: Place, field: Any) -> sql.Composed:
    return sql.SQL("SELECT FROM {} WHERE {} IS NOT NULL").format(place.table, column(field))


def _ends(place: Place, *fields: Any) -> list[tuple[Any, ...]]:
    """These columns of the oldest and the newest row in which none of them is empty."""
    wanted = sql.SQL(", ").join(map(column, fields))
    full = sql.SQL(" AND ").join(sql.SQL("{} IS NOT NULL").format(column(one)) for one in fields)
    rows = []
    for order in (sql.SQL("ASC"), sql.SQL("DESC")):
        rows += ask(
            sql.SQL("SELECT {} FROM {} WHERE {} ORDER BY {} {} LIMIT 1").format(
                wanted, place.table, full, column(place.pk), order
            )
        )
    return rows


def _opens(field: SealedField, blob: Any) -> bool:
    try:
        Sealed(bytes(blob), field.kind).reveal()
    except ValueError:
        return False
    return True


def _is_made_of(source: SealedField, made: Any, blob: Any) -> bool:
    try:
        clear = Sealed(bytes(blob), source.kind).reveal()
        return key_ring().digest(source.kind, clear, key=bytes(made)[0]) == bytes(made)
    except (ValueError, KeyError):
        return False
