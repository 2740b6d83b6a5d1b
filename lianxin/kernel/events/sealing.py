"""Sealing: written events receive their place in the order, 1, 2, 3 …, and each batch becomes a link of the chain.

One sealer at a time gives out places, to events whose transactions have committed. So places are without a gap, rise
in the order of commits, and never appear behind a reader's back: what is sealed later comes later. The two things a
reader needs, and a sequence or a UUIDv7 filled in before the commit can give neither.
"""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zlib import crc32

from django.db import connection, transaction

from lianxin.kernel.events.canonical import field_expressions, joined
from lianxin.kernel.events.digests import ALGORITHMS, SIZE, chosen_algorithm
from lianxin.kernel.models import Seal

FORMAT = "lianxin.seal.1"
BATCH = 5_000
"""Most events under one seal: what is held in memory, and what is lost in a crash and done again."""
BEGINNING = bytes(SIZE)
"""What stands for the seal before the first."""
_LOCK = 0x6C78_7365_616C  # "lxseal"
_MARK = 4  # bytes of a checksum

_TAKE = f"""
    WITH taken AS (
        DELETE FROM kernel_event_waiting WHERE arrival IN (
            SELECT w.arrival FROM kernel_event_waiting w
            WHERE w.arrival > %s AND EXISTS (SELECT 1 FROM kernel_event e WHERE e.id = w.event_id)
            ORDER BY w.arrival LIMIT %s)
        RETURNING arrival, event_id)
    SELECT t.arrival, e.id, {", ".join(field_expressions())}
    FROM taken t JOIN kernel_event e ON e.id = t.event_id LEFT JOIN kernel_event_sealed s ON s.event_id = e.id
    WHERE s.position IS NULL ORDER BY t.arrival
"""  # noqa: S608 - the fields' names are ours


@dataclass(frozen=True, slots=True)
class Sealing:
    """What one run did: seals made, events under them."""

    seals: int = 0
    events: int = 0


def seal_facts(seal: Seal) -> list[str | int]:
    """What a seal's digest covers of the seal itself."""
    return [
        FORMAT,
        seal.number,
        seal.first_position,
        seal.last_position,
        seal.count,
        seal.algorithm,
        bytes(seal.previous).hex(),
        f"{seal.sealed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z",
    ]


def seal_digest(seal: Seal, digests: bytes) -> bytes:
    """The digest of a seal: over its own facts, the seal before, and the digests of its events in order."""
    return ALGORITHMS[seal.algorithm](json.dumps(seal_facts(seal)).encode() + b"\n" + digests)


def marks_of(position: int, fields: list[str]) -> bytes:
    """A checksum of the position and of each field: enough to name what changed, not to prove anything."""
    return b"".join(crc32(text.encode()).to_bytes(_MARK, "big") for text in [str(position), *fields])


def differing(before: bytes, after: bytes) -> list[int]:
    """Which checksums differ; 0 is the position, 1 the first field."""
    pairs = zip(_split(before), _split(after), strict=False)
    return [index for index, (old, new) in enumerate(pairs) if old != new]


def _split(marks: bytes) -> Iterator[bytes]:
    return (marks[start : start + _MARK] for start in range(0, len(marks), _MARK))


def seal_waiting(*, at: datetime, wait: bool = False, seconds: float | None = None) -> Sealing:
    """Seal what waits, `BATCH` events at a time, each batch in a transaction of its own.

    Args:
        at: The instant written on the seals.
        wait: Wait for another sealer to finish rather than leave the work to it.
        seconds: Begin no further batch after so long; the next run goes on.
    """
    seals = events = 0
    arrival = -1
    end = None if seconds is None else time.monotonic() + seconds
    while end is None or time.monotonic() < end:
        made = _seal_batch(arrival, at=at, wait=wait)
        if made is None:
            break
        arrival, count = made
        seals += count > 0
        events += count
    return Sealing(seals, events)


def _seal_batch(after: int, *, at: datetime, wait: bool) -> tuple[int, int] | None:
    """Seal one batch: the last arrival in it and how many events; None when nothing waits or another is at it."""
    with transaction.atomic(), connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return None
        cursor.execute(_TAKE, [after, BATCH])
        rows = cursor.fetchall()
        if not rows:
            return None
        last = Seal.objects.order_by("-number").first()
        position = last.last_position if last else 0
        algorithm = chosen_algorithm()
        digest = ALGORITHMS[algorithm]
        sealed: list[tuple[int, UUID, bytes, bytes]] = []
        seen: set[UUID] = set()
        for _arrival, event, *fields in rows:
            if event in seen:
                continue
            seen.add(event)
            position += 1
            sealed.append((position, event, digest(joined(position, fields)), marks_of(position, fields)))
        _write(cursor, sealed)
        seal = Seal(
            number=last.number + 1 if last else 1,
            first_position=sealed[0][0],
            last_position=position,
            count=len(sealed),
            algorithm=algorithm,
            previous=bytes(last.digest) if last else BEGINNING,
            sealed_at=at,
        )
        seal.digest = seal_digest(seal, b"".join(one[2] for one in sealed))
        seal.save(force_insert=True)
        return rows[-1][0], len(sealed)


def _write(cursor: Any, sealed: list[tuple[int, UUID, bytes, bytes]]) -> None:
    with cursor.copy("COPY kernel_event_sealed (position, event_id, digest, marks) FROM STDIN") as copy:
        for row in sealed:
            copy.write_row(row)


def queue_loaded(executing: Any) -> None:
    """Let events wait for their seal that were loaded while the triggers rested (a bulk load by the owner).

    Args:
        executing: A psycopg connection or a cursor of the owner.
    """
    executing.execute(
        "INSERT INTO kernel_event_waiting (event_id) SELECT e.id FROM kernel_event e "
        "WHERE NOT EXISTS (SELECT 1 FROM kernel_event_sealed s WHERE s.event_id = e.id) "
        "AND NOT EXISTS (SELECT 1 FROM kernel_event_waiting w WHERE w.event_id = e.id) ORDER BY e.id"
    )
