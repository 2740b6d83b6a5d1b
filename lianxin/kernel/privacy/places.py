"""Where sealed values and their digests lie, found from the models; and counting what lies under which key.

Nothing is listed by hand: a model with a `SealedField`, a `DigestField` or any JSON is a place. The event log is left
out, because nobody may change it and events carry masks only; a test looks whether that is so.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from psycopg import sql

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.models import Event
from lianxin.kernel.privacy.files import PART, key_of_file
from lianxin.kernel.privacy.lookup import DigestField
from lianxin.kernel.privacy.sealed import SealedField

FILES = "files"
"""The place of sealed files on disk."""


def every_row() -> AbstractContextManager[None]:
    """Rotation sees the rows of every organisation: the one door through row security of this package."""
    return acting(Actor.system("key rotation"))


@dataclass(frozen=True, slots=True)
class Place:
    """One table with sealed values or digests."""

    model: type[models.Model]
    sealed: tuple[SealedField, ...]
    texts: tuple["models.JSONField[Any, Any]", ...]
    digests: tuple[DigestField, ...]

    @property
    def name(self) -> str:
        """The model's label, which a step is kept under."""
        return self.model._meta.label  # noqa: SLF001 - Django's documented model API

    @property
    def table(self) -> sql.Identifier:
        """The table, quoted."""
        return sql.Identifier(self.model._meta.db_table)  # noqa: SLF001 - Django's documented model API

    @property
    def pk(self) -> "models.Field[Any, Any]":
        """The primary key, along which a step walks."""
        return self.model._meta.pk  # noqa: SLF001 - Django's documented model API

    def source_of(self, digest: DigestField) -> SealedField | None:
        """The sealed field a digest is made of; None for a digest that ends by itself."""
        return next((one for one in self.sealed if one.name == digest.source), None)


@cache
def places() -> tuple[Place, ...]:
    """Every table with sealed values, JSON or digests."""
    found = []
    for model in apps.get_models(include_auto_created=True):
        options = model._meta  # noqa: SLF001 - Django's documented model API
        if not options.managed or options.proxy or model is Event:
            continue
        fields = options.concrete_fields
        place = Place(
            model,
            tuple(one for one in fields if isinstance(one, SealedField)),
            tuple(one for one in fields if isinstance(one, models.JSONField)),
            tuple(one for one in fields if isinstance(one, DigestField)),
        )
        if place.sealed or place.texts or place.digests:
            found.append(place)
    return tuple(found)


def column(field: "models.Field[Any, Any]") -> sql.Identifier:
    """The field's column, quoted."""
    return sql.Identifier(str(field.column))


def waiting(place: Place, seal_key: int, lookup_key: int) -> sql.Composed:
    """The condition for rows of the place with something under another key than these, that can be remade."""
    parts: list[sql.Composable] = [
        *(sql.SQL("get_byte({}, 1) <> {}").format(column(one), sql.Literal(seal_key)) for one in place.sealed),
        *(
            sql.SQL("{}::text ~ {}").format(column(one), sql.Literal(rf'"sealed:(?!{seal_key}:)\d'))
            for one in place.texts
        ),
        *(
            sql.SQL("get_byte({}, 0) <> {}").format(column(one), sql.Literal(lookup_key))
            for one in place.digests
            if one.source
        ),
    ]
    return sql.SQL("({})").format(sql.SQL(" OR ").join(parts or [sql.SQL("false")]))


def ask(query: sql.Composed) -> list[tuple[Any, ...]]:
    """The rows a query of ours without parameters answers."""
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(None))
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


def count_waiting(place: Place, seal_key: int, lookup_key: int) -> int:
    """How many rows of the place still have something under another key."""
    query = sql.SQL("SELECT count(*) FROM {} WHERE {}").format(place.table, waiting(place, seal_key, lookup_key))
    return int(ask(query)[0][0])


def sealed_files() -> Iterator[Path]:
    """Every file under MEDIA_ROOT, in the order of names."""
    root = Path(settings.MEDIA_ROOT)
    for folder in sorted(root.iterdir()) if root.is_dir() else ():
        found = sorted(folder.iterdir()) if folder.is_dir() else [folder]
        yield from (path for path in found if path.suffix != PART)  # still being written, or left by who was killed


@dataclass(frozen=True, slots=True)
class Use:
    """How many values lie under which key; by number."""

    seal: Counter[int]
    lookup: Counter[int]


def count_use(*, at: datetime) -> Use:
    """Count every sealed value and digest by its key. Digests that nobody looks for any more at `at` do not count."""
    use = Use(Counter(), Counter())
    for place in places():
        for one in place.sealed:
            _count(use.seal, place, sql.SQL("get_byte({}, 1)").format(column(one)), one)
        for text in place.texts:
            key = sql.SQL("(regexp_matches({}::text, {}, 'g'))[1]::int")
            _count(use.seal, place, key.format(column(text), sql.Literal(r'"sealed:(\d+):')), text)
        for digest in place.digests:
            _count(use.lookup, place, sql.SQL("get_byte({}, 0)").format(column(digest)), digest, at=at)
    for path in sealed_files():
        key_number = key_of_file(path)
        if key_number is not None:
            use.seal[key_number] += 1
    return use


def _count(
    into: Counter[int],
    place: Place,
    key: sql.Composed,
    field: "models.Field[Any, Any]",
    *,
    at: datetime | None = None,
) -> None:
    condition = sql.SQL("{} IS NOT NULL").format(column(field))
    if isinstance(field, models.JSONField):
        condition = sql.SQL("{}::text LIKE {}").format(column(field), sql.Literal('%"sealed:%'))
    if isinstance(field, DigestField) and field.until:
        condition += sql.SQL(" AND {} > {}").format(sql.Identifier(field.until), sql.Literal(at))
    query = sql.SQL("SELECT key, count(*) FROM (SELECT {} AS key FROM {} WHERE {}) AS held GROUP BY key")
    for number, count in ask(query.format(key, place.table, condition)):
        into[number] += count
