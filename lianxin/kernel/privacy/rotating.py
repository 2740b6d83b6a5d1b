"""Moving values from one key to another, a batch in a transaction, beside everything else that goes on.

1. A step walks its table in the order of the primary key, `BATCH` rows at a time. The checkpoint moves in the same
   transaction as the values, so a process may be killed at any instant and the next goes on where it was.
2. Rows somebody is changing are passed over (SKIP LOCKED), so nobody waits for a rotation and it can cause no deadlock.
3. A value is exchanged only where it is still the one that was read; an edit that came between stays as it is.
4. At the end of the table the rows left are counted. Passed-over rows and rows that came in under the old key make
   another round; values that do not open are counted as held and end it.
"""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from psycopg import sql

from lianxin.kernel.privacy.files import key_of_file, reseal_file
from lianxin.kernel.privacy.keys import key_ring
from lianxin.kernel.privacy.lookup import DigestField
from lianxin.kernel.privacy.models import Rotation, RotationStep
from lianxin.kernel.privacy.places import FILES, Place, ask, column, count_waiting, places, sealed_files, waiting
from lianxin.kernel.privacy.sealed import IN_JSON, Sealed, SealedField

BATCH = 500
FILES_AT_ONCE = 20
PAUSE = 0.2
"""Seconds before another round, for whoever held the rows."""
_QUOTED = re.compile(f'"{IN_JSON.pattern}"', re.ASCII)


@dataclass
class Batch:
    """What a batch did: how many values it moved, how many it could not, and where it ended ("" at the end)."""

    rows: int = 0
    values: int = 0
    held: int = 0
    at: str = ""


@dataclass
class _Row:
    """A row's new values by column, with the old ones they take the place of."""

    pk: Any
    new: dict[str, Any] = field(default_factory=dict)
    old: dict[str, Any] = field(default_factory=dict)
    values: int = 0
    held: int = 0

    def put(self, name: str, old: Any, new: Any, values: int = 1) -> None:
        self.old[name], self.new[name] = old, new
        self.values += values


def advance(step_id: int, *, at: datetime) -> bool:
    """Do the next batch of a step; whether the step is finished now."""
    with transaction.atomic():
        step = RotationStep.objects.select_for_update().select_related("rotation").get(pk=step_id)
        if step.finished_at is not None:
            return True
        place = next((one for one in places() if one.name == step.place), None)
        if step.place != FILES and place is None:  # the table went with an upgrade
            step.finished_at = at
            step.save(update_fields=["finished_at"])
            return True
        done = _files(step) if place is None else _rows(place, step)
        step.rows += done.rows
        step.values += done.values
        step.held += done.held
        step.at = done.at
        if not done.at:
            _end_of_round(place, step, at=at)
        step.save()
    if step.finished_at is None and not step.at:
        time.sleep(PAUSE)
    return step.finished_at is not None


def _end_of_round(place: Place | None, step: RotationStep, *, at: datetime) -> None:
    left = _files_left(step.rotation.seal_key) if place is None else _rows_left(place, step.rotation)
    step.rounds += 1
    if left <= step.held:
        step.held = left
        step.finished_at = at
    else:
        step.held = 0


def _rows_left(place: Place, rotation: Rotation) -> int:
    return count_waiting(place, rotation.seal_key, rotation.lookup_key)


def _rows(place: Place, step: RotationStep) -> Batch:
    """Read the next rows, remake what lies under another key, write it back."""
    rotation = step.rotation
    found = _read(place, rotation, step.at)
    if not found:
        return Batch()
    rows = [_remade(place, one, rotation) for one in found]
    changed = [one for one in rows if one.new]
    held = sum(one.held > 0 for one in rows)
    try:
        with transaction.atomic():
            _write(place, changed)
    except IntegrityError:
        # Two rows say they are the same person: both stay as they are, the others go on.
        for row in changed:
            try:
                with transaction.atomic():
                    _write(place, [row])
            except IntegrityError:
                row.values = 0
                held += row.held == 0
    return Batch(len(rows), sum(one.values for one in changed), held, str(rows[-1].pk))


def _fields(place: Place) -> tuple[Any, ...]:
    return (*place.sealed, *place.texts, *place.digests)


def _read(place: Place, rotation: Rotation, after: str) -> Sequence[Sequence[Any]]:
    beyond: sql.Composable = sql.SQL("")
    if after:
        beyond = sql.SQL("{} > {}::{} AND ").format(column(place.pk), sql.Literal(after), _type(place.pk))
    query = sql.SQL("SELECT {pk}, {columns} FROM {table} WHERE {beyond}{waiting} ORDER BY {pk} LIMIT {batch} "
                    "FOR NO KEY UPDATE SKIP LOCKED").format(
        pk=column(place.pk),
        columns=sql.SQL(", ").join(
            sql.SQL("{}::text").format(column(one)) if one in place.texts else column(one) for one in _fields(place)
        ),
        table=place.table,
        beyond=beyond,
        waiting=waiting(place, rotation.seal_key, rotation.lookup_key),
        batch=sql.Literal(BATCH),
    )  # fmt: skip
    return ask(query)


def _type(one: Any) -> sql.SQL:
    return sql.SQL(one.rel_db_type(connection))


def _remade(place: Place, values: Sequence[Any], rotation: Rotation) -> _Row:
    row = _Row(values[0])
    present = dict(zip((one.name for one in _fields(place)), values[1:], strict=True))
    for one in place.sealed:
        blob = present[one.name]
        if blob is not None and bytes(blob)[1] != rotation.seal_key:
            _try(row, partial(_remake_value, row, one, bytes(blob)))
    for text in place.texts:
        _try(row, partial(_remake_text, row, text.name, present[text.name], rotation.seal_key))
    for digest in place.digests:
        old = present[digest.name]
        if digest.source and old is not None and bytes(old)[0] != rotation.lookup_key:
            source = place.source_of(digest)
            sealed = present[digest.source] if source is not None else None
            _try(row, partial(_remake_digest, row, digest, bytes(old), source, sealed))
    return row


def _try(row: _Row, remake: Callable[[], None]) -> None:
    try:
        remake()
    except ValueError:  # does not open: it stays what it is and is counted
        row.held += 1


def _remake_value(row: _Row, one: SealedField, blob: bytes) -> None:
    row.put(one.name, blob, Sealed(blob, one.kind).resealed().blob)


def _remake_digest(row: _Row, digest: DigestField, old: bytes, source: SealedField | None, sealed: Any) -> None:
    if source is None or sealed is None:
        raise ValueError(f"{digest.name} has no value it could be made of.")
    row.put(digest.name, old, key_ring().digest(source.kind, Sealed(bytes(sealed), source.kind).reveal()))


def _remake_text(row: _Row, name: str, text: str | None, seal_key: int) -> None:
    if text is None:
        return
    count = 0

    def fresh(found: re.Match[str]) -> str:
        nonlocal count
        if int(found["key"]) == seal_key:
            return found[0]
        count += 1
        return f'"{Sealed.from_text(found[0][1:-1]).resealed().text}"'

    new = _QUOTED.sub(fresh, text)
    if count:
        row.put(name, text, new, count)


def _write(place: Place, rows: Sequence[_Row]) -> None:
    """Exchange values in one statement: each only where it is still the one that was read."""
    fields = [one for one in _fields(place) if any(one.name in row.new for row in rows)]
    if not fields:
        return
    types = [sql.SQL("text") if one in place.texts else sql.SQL("bytea") for one in fields]
    arrays, names, sets, tests = [], [], [], []
    given: list[list[Any]] = [[str(row.pk) for row in rows]]
    for number, (one, kind) in enumerate(zip(fields, types, strict=True)):
        old, new = sql.Identifier(f"old_{number}"), sql.Identifier(f"new_{number}")
        cast = sql.SQL("::jsonb") if one in place.texts else sql.SQL("")
        arrays += [sql.SQL("%s::{}[]").format(kind)] * 2
        names += [old, new]
        test = sql.SQL("t.{c} = v.{old}{cast} AND v.{new} IS NOT NULL").format(
            c=column(one), old=old, new=new, cast=cast
        )
        tests.append(test)
        sets.append(
            sql.SQL("{c} = CASE WHEN {test} THEN v.{new}{cast} ELSE t.{c} END").format(
                c=column(one), test=test, new=new, cast=cast
            )
        )
        given += [[row.old.get(one.name) for row in rows], [row.new.get(one.name) for row in rows]]
    query = sql.SQL(
        "UPDATE {table} AS t SET {sets} FROM unnest(%s::text[], {arrays}) AS v(pk, {names}) "
        "WHERE t.{pk} = v.pk::{pk_type} AND ({tests})"
    ).format(
        table=place.table,
        sets=sql.SQL(", ").join(sets),
        arrays=sql.SQL(", ").join(arrays),
        names=sql.SQL(", ").join(names),
        pk=column(place.pk),
        pk_type=_type(place.pk),
        tests=sql.SQL(" OR ").join(tests),
    )
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(None), given)


def _files_left(seal_key: int) -> int:
    return sum(key_of_file(path) not in {None, seal_key} for path in sealed_files())


def _files(step: RotationStep) -> Batch:
    """Seal the next files anew. A file done twice, because the checkpoint did not get that far, is the same file."""
    done = Batch()
    for path in _after(step.at):
        done.at = _name(path)
        if key_of_file(path) in {None, step.rotation.seal_key}:
            continue
        done.rows += 1
        try:
            reseal_file(path)
            done.values += 1
        except (ValueError, FileNotFoundError):
            done.held += path.exists()
        if done.rows >= FILES_AT_ONCE:
            return done
    done.at = ""
    return done


def _after(name: str) -> Iterator[Path]:
    return (path for path in sealed_files() if _name(path) > name)


def _name(path: Path) -> str:
    return path.relative_to(settings.MEDIA_ROOT).as_posix()
