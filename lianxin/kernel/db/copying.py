"""Writing very many rows at once by COPY: several times quicker than INSERT, with the same triggers and constraints."""

from collections.abc import Callable, Iterable
from typing import Any

from django.db import connection, models
from psycopg import sql
from psycopg.types.json import Jsonb

from lianxin.kernel.privacy.sealed import Sealed, SealedField

WORTHWHILE = 100
"""From so many rows on COPY is worth its own round trip."""


def copy_in(model: type[models.Model], rows: Iterable[models.Model]) -> None:
    """Write new rows with all their columns, in the order given, in the present transaction.

    Nothing but the columns is looked at: no save(), no signals, no defaults of the database.

    Raises:
        IntegrityError: a constraint refuses a row; none is written.
    """
    fields = model._meta.concrete_fields  # noqa: SLF001 - Django's documented model API
    names = [field.attname for field in fields]
    prepare = [_preparing(field) for field in fields]
    statement = sql.SQL("COPY {table} ({columns}) FROM STDIN").format(
        table=sql.Identifier(model._meta.db_table),  # noqa: SLF001 - the same
        columns=sql.SQL(", ").join(sql.Identifier(str(field.column)) for field in fields),
    )
    places = [(name, step) for name, step in zip(names, prepare, strict=True)]
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in rows:
            held = row.__dict__
            copy.write_row([held[name] if step is None else step(held[name]) for name, step in places])


def _preparing(field: "models.Field[Any, Any]") -> Callable[[Any], Any] | None:
    """How a value of the field is handed to the driver; None as it is."""
    if isinstance(field, models.JSONField):
        return lambda value: None if value is None else Jsonb(value)
    if isinstance(field, SealedField):
        return lambda value: value.blob if isinstance(value, Sealed) else field.get_prep_value(value)
    return None
