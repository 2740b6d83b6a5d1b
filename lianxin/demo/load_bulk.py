"""Loading a city or a province: rows straight into the tables, by two processes, with indexes built afterwards."""

from __future__ import annotations

import multiprocessing
import time
from collections import Counter, defaultdict
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import psycopg
from django.db import connections
from psycopg import sql

from lianxin.demo import load_schema
from lianxin.demo.load_rows import MODELS, Rows, add_batch, add_organisation, columns, places_of
from lianxin.demo.scales import DEFAULT_SEED, SIZES, batches, organisations
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.events.sealing import queue_loaded
from lianxin.kernel.models import Event
from lianxin.members.models import Member

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import date, datetime
    from multiprocessing.queues import SimpleQueue
    from pathlib import Path
    from uuid import UUID

    from lianxin.demo.load_rows import Place
    from lianxin.demo.organisation import Organisation
    from lianxin.demo.scales import Scale

SHARDS = 2
MEMBERS_AT_ONCE = 5_000
EVERY_SECONDS = 15


class Load(NamedTuple):
    """What one load is about."""

    url: str
    scale: Scale
    today: date
    at: datetime
    batch: UUID
    seed: int = DEFAULT_SEED


class Told(NamedTuple):
    """What a process tells: how many members more it wrote, or how it ended (None: it goes on; "": well)."""

    members: int
    ended: str | None = None


def load_in_bulk(
    scale: Scale, *, url: str, keep_in: Path, today: date, at: datetime, say: Callable[[str], None]
) -> dict[str, float]:
    """Fill an empty database as its owner; seconds each step took.

    1. Give every organisation its place. 2. Take indexes, keys and triggers off; what brings them back is kept in the
    file `keep_in`, which the caller removes when all is done. 3. Two processes write every second county each. 4. Put
    everything back and take statistics.
    """
    clock, seconds = time.monotonic(), {}

    def lap(name: str) -> None:
        nonlocal clock
        seconds[name] = time.monotonic() - clock
        clock = time.monotonic()

    say(f"Giving {SIZES[scale].organisations:,} organisations their places …")
    places = places_of(organisations(scale, today=today))
    lap("places")
    tables = [model._meta.db_table for model in MODELS]  # noqa: SLF001 - Django's documented model API
    # The event log's triggers put every event in line to be sealed; they cost nothing, so they stay.
    taken = load_schema.take_off(url, tables, keep_in, awake=[Event._meta.db_table])  # noqa: SLF001 - the same
    _write_all(Load(url, scale, today, at, new_id()), places, say)
    lap("rows")
    load_schema.put_back(url, taken, say)
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        queue_loaded(connection)  # the log's own trigger rested
    lap("indexes")
    return seconds


def _write_all(load: Load, places: Mapping[str, Place], say: Callable[[str], None]) -> None:
    connections.close_all()  # a forked process must not share its parent's connections
    forking = multiprocessing.get_context("fork")
    news: SimpleQueue[Told] = forking.SimpleQueue()
    shards = [
        forking.Process(target=_write_shard, args=(load, places, (shard, SHARDS), news), daemon=True)
        for shard in range(SHARDS)
    ]
    for one in shards:
        one.start()
    done, running, begun, said = 0, len(shards), time.monotonic(), time.monotonic()
    while running:
        told = news.get()
        done += told.members
        if told.ended:
            for one in shards:
                one.terminate()
            raise RuntimeError(told.ended)
        running -= told.ended is not None
        if time.monotonic() - said > EVERY_SECONDS:
            said = time.monotonic()
            say(f"{done:,} of {SIZES[load.scale].members:,} members, {done / (said - begun):,.0f} a second")
    for one in shards:
        one.join()


def _write_shard(load: Load, places: Mapping[str, Place], shard: tuple[int, int], news: SimpleQueue[Told]) -> None:
    try:
        with closing(psycopg.connect(load.url, autocommit=True)) as connection:
            _Shard(load, places, connection, news).write(shard)
    except BaseException as error:
        news.put(Told(0, f"{type(error).__name__}: {error}"))
        raise
    news.put(Told(0, ""))


class _Shard:
    """One process's part: whole counties, one after another."""

    def __init__(
        self, load: Load, places: Mapping[str, Place], connection: psycopg.Connection[Any], news: SimpleQueue[Told]
    ) -> None:
        self.load, self.places, self.connection, self.news = load, places, connection, news
        self.rows = Rows()
        self.county: list[Organisation] = []
        self.leaders: dict[str, list[tuple[str, str, int]]] = defaultdict(list)
        self.counts: dict[str, Counter[bool]] = defaultdict(Counter)

    def write(self, shard: tuple[int, int]) -> None:
        heads = {place.parent for place in self.places.values() if not place.parent} | {
            code for code, place in self.places.items() if len(code) < len("370522")
        }
        for batch in batches(self.load.scale, self.load.seed, today=self.load.today, shard=shard):
            organisation = batch.organisation
            if organisation.parent_code in heads:
                self._close_county()
            self.county.append(organisation)
            for code, kind, name, person in add_batch(
                self.rows, batch, self.places, load=self.load.batch, at=self.load.at
            ):
                self.leaders[code].append((kind, name, person))
            self.counts[organisation.code].update(
                one.is_full for one in batch.members if one.membership_status == "normal"
            )
            if len(self.rows.waiting[Member]) >= MEMBERS_AT_ONCE:
                self._flush()
        self._close_county()
        self._flush()

    def _close_county(self) -> None:
        """Write the county's organisations, now that it is known who sits in the bodies above the branches."""
        for one in self.county:
            counted = self.counts[one.code]
            add_organisation(
                self.rows,
                one,
                self.places,
                leaders=self.leaders[one.code],
                counts=(counted[True], counted[False]),
                load=self.load.batch,
                at=self.load.at,
            )
        self.county.clear()
        self.leaders.clear()
        self.counts.clear()

    def _flush(self) -> None:
        members = len(self.rows.waiting[Member])
        with self.connection.transaction(), self.connection.cursor() as cursor:
            for model, waiting in self.rows.waiting.items():
                table = sql.Identifier(model._meta.db_table)  # noqa: SLF001 - Django's documented model API
                names = sql.SQL(", ").join(map(sql.Identifier, columns(model)))
                with cursor.copy(sql.SQL("COPY {} ({}) FROM STDIN").format(table, names)) as copy:
                    for row in waiting:
                        copy.write_row(row)
                waiting.clear()
        self.news.put(Told(members))
