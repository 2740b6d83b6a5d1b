"""Asking every question many times: as SQL, as the product's own reading, and as a whole page."""

from __future__ import annotations

import json
import time
from contextlib import closing
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from lianxin.bench.measure import DatabaseTime, Spoken, Times, middle
from lianxin.bench.places import draw_for
from lianxin.bench.questions import CASES
from lianxin.kernel.authz.acting import acting
from lianxin.kernel.db.server import addresses

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from uuid import UUID

    from lianxin.bench.places import Draw
    from lianxin.bench.questions import Case, Question
    from lianxin.kernel.authz import Actor

ROUNDS = 40
WARM_UP = 5
EVERY_FOR_BLOCKS = 2
OK = 200
SLOW = 100.0
"""Milliseconds from which the plan of the slowest statement goes into the report."""


@dataclass(slots=True)
class Answered:
    """What one kind of question cost one person: milliseconds unless said otherwise."""

    key: str
    label: str
    who: str
    rounds: int
    sql_p50: float
    sql_p95: float
    owner_p50: float = 0.0
    reading_p50: float = 0.0
    reading_p95: float = 0.0
    page_p50: float = 0.0
    page_p95: float = 0.0
    database_p50: float = 0.0
    own_p50: float = 0.0
    exchanges: int = 0
    queries: int = 0
    most_queries: int = 0
    has_page: bool = False
    processor_p50: float = 0.0
    blocks_p50: int = 0
    blocks_p95: int = 0
    differs: int = 0
    plan: list[str] = field(default_factory=list)
    slowest: str = ""

    @property
    def ratio(self) -> float:
        """The time in the database of what the page asks for itself over that of the SQL, by medians."""
        return self.own_p50 / self.sql_p50 if self.sql_p50 and self.has_page else 0.0

    @property
    def whole_ratio(self) -> float:
        """The same of everything the request asks, with what stands around every page."""
        return self.database_p50 / self.sql_p50 if self.sql_p50 and self.has_page else 0.0

    @property
    def security(self) -> float:
        """What row security makes of the time of the SQL, by medians; 0 where it was not asked both ways."""
        return self.sql_p50 / self.owner_p50 if self.owner_p50 else 0.0

    @property
    def rendering(self) -> float:
        """The share of the page's time that is not the database's."""
        return 1 - self.database_p50 / self.page_p50 if self.page_p50 else 0.0

    def as_json(self) -> dict[str, Any]:
        """Everything, with the derived figures."""
        return {
            **asdict(self),
            "ratio": round(self.ratio, 2),
            "whole_ratio": round(self.whole_ratio, 2),
            "rendering": round(self.rendering, 2),
            "security": round(self.security, 2),
        }


@dataclass(slots=True)
class BySql:
    """Two ways to send the hand-written SQL: as the pages do, and as the owner, whom row security lets through.

    As the pages do: over the same connection, as the same role, in the actor's scope, in a transaction that knows it.
    """

    owner: psycopg.Connection[Any]
    as_pages: Times = field(default_factory=Times)
    as_owner: Times = field(default_factory=Times)

    def ask(self, actor: Actor, question: Question) -> None:
        """Ask both ways; what counts is the exchange with the database."""
        with acting(actor), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # the scope is told before the first statement
            with Spoken().installed() as spoken:
                cursor.execute(question.sql, question.params)
            self.as_pages.seconds.append(spoken.seconds)
        with Spoken().installed() as spoken:
            self.owner.execute(question.sql, question.params)
        self.as_owner.seconds.append(spoken.seconds)


def ask_all(*, say: Callable[[str], None], rounds: int = ROUNDS, only: str = "") -> Iterator[Answered]:
    """Ask every case as everybody who asks it; cases whose key begins with `only`."""
    with closing(psycopg.connect(addresses().owner, autocommit=True, prepare_threshold=None)) as owner:
        yield from ask_over(owner, say=say, rounds=rounds, only=only)


def ask_over(
    owner: psycopg.Connection[Any], *, say: Callable[[str], None], rounds: int, only: str = ""
) -> Iterator[Answered]:
    """Ask every case; `owner` is the connection for the SQL without row security."""
    for who in ("clerk", "secretary"):
        draw = draw_for(who)
        settings.RATE_LIMITS = False  # one account asks here faster than anybody may; the rate's cost is in the record
        client = Client()
        client.force_login(draw.account)
        for case in CASES:
            if who in case.who and case.key.startswith(only):
                answered = _ask(case, draw, client, BySql(owner), rounds)
                say(
                    f"{who:<9} {case.key:<22} SQL {answered.sql_p50:8.1f} / {answered.sql_p95:8.1f} ms   reading "
                    f"{answered.reading_p50:8.1f} / {answered.reading_p95:8.1f}   page {answered.page_p50:8.1f} / "
                    f"{answered.page_p95:8.1f} ms, {answered.exchanges} exchanges; database own {answered.own_p50:.1f} "
                    f"({answered.ratio:.1f}), whole {answered.database_p50:.1f} ({answered.whole_ratio:.1f})"
                    + (f"   DIFFERS {answered.differs}" if answered.differs else "")
                )
                yield answered
        client.logout()


def _ask(case: Case, draw: Draw, client: Client, sql: BySql, rounds: int) -> Answered:
    by_reading, by_page = Times(), Times()
    in_database: list[float] = []
    own: list[float] = []
    exchanges: list[int] = []
    processor: list[float] = []
    blocks: list[int] = []
    counts: list[int] = []
    differs, worst = 0, (0.0, "", None)
    draw.random.seed(case.key)
    for number in range(rounds + WARM_UP):
        question = case.draw(draw)
        if number < WARM_UP:
            differs += _differs(question, draw, sql.owner)
            if question.address:
                _get(client, question.address)
            continue
        sql.ask(draw.actor, question)
        if question.reading is not None:
            with acting(draw.actor), by_reading.clock():
                question.reading(draw.actor)
        if question.address:
            begun = time.process_time()
            with DatabaseTime().installed() as spent, Spoken().installed() as spoken, by_page.clock():
                _get(client, question.address)
            processor.append((time.process_time() - begun) * 1000)
            if number % EVERY_FOR_BLOCKS == 0:
                blocks.append(sum(_blocks(sql, params) for _taken, sql, params in spent.statements))
            in_database.append(spoken.seconds * 1000)
            own.append(spoken.own * 1000)
            exchanges.append(spoken.exchanges)
            counts.append(len(spent.statements))
            worst = max([worst, *spent.statements], key=lambda one: one[0])
    answered = Answered(case.key, case.label, draw.account.username, rounds, sql.as_pages.p50, sql.as_pages.p95)
    answered.owner_p50, answered.differs = sql.as_owner.p50, differs
    if by_reading.seconds:
        answered.reading_p50, answered.reading_p95 = by_reading.p50, by_reading.p95
    if by_page.seconds:
        answered.has_page = True
        answered.page_p50, answered.page_p95 = by_page.p50, by_page.p95
        answered.database_p50, answered.own_p50 = middle(in_database), middle(own)
        answered.exchanges = int(middle(exchanges))
        answered.processor_p50 = middle(processor)
        answered.blocks_p50 = int(middle(blocks))
        answered.blocks_p95 = sorted(blocks)[min(len(blocks) - 1, int(0.95 * len(blocks)))] if blocks else 0
        answered.queries, answered.most_queries = int(middle(counts)), max(counts)
        if answered.page_p95 > SLOW and worst[1]:
            answered.slowest, answered.plan = worst[1], _plan(worst[1], worst[2])
    return answered


def _get(client: Client, address: str) -> None:
    answer = client.get(address)
    if answer.status_code != OK:
        raise RuntimeError(f"{address} answered {answer.status_code}.")
    if answer.streaming:
        b"".join(answer)


def _differs(question: Question, draw: Draw, plain: psycopg.Connection[Any]) -> int:
    """Whether reading and SQL name different records, or the same in another order; the SQL reads one row further."""
    if question.reading is None:
        return 0
    with acting(draw.actor):
        read: list[UUID] = question.reading(draw.actor)
    wanted = [row[0] for row in plain.execute(question.sql, question.params).fetchall()]
    return int(read != wanted[: len(read)] or (len(wanted) > 0 and not read))


def _blocks(sql: str, params: Any) -> int:
    """Blocks of 8 kB a reading statement touches, in memory or on disk: the same however busy the machine is."""
    if not sql.lstrip().upper().startswith("SELECT") or " FOR UPDATE" in sql:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", params)
        found = cursor.fetchone()
    plan = found[0] if found else "[]"
    top = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return int(top["Shared Hit Blocks"]) + int(top["Shared Read Blocks"])


def _plan(sql: str, params: Any) -> list[str]:
    if not sql.lstrip().upper().startswith("SELECT"):
        return []
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS) {sql}", params)
        return [row[0] for row in cursor.fetchall()]
