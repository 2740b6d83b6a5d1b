"""Probes of the database itself: as the application role, in somebody's scope, by the key of a row, past filters."""

from __future__ import annotations

import json
import random
import uuid
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from zlib import crc32

import psycopg
from django.db import connection, transaction
from psycopg import sql

from lianxin.kernel.authz import Actor, Reach, Role
from lianxin.kernel.authz.acting import scope_of
from lianxin.kernel.db.scope import scoped
from tests.probing.places import LOCATE
from tests.probing.sight import ANYBODY, CHANGE_NOTHING, PLACES, STAFF, Hold, Persona, Row, sees

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.probing.world import World

ADDED_ONE_IN = 5
VERBS = ("select", "update", "delete", "insert")
KEY = {table: query.split(",", 1)[0].removeprefix("SELECT t.") for table, query in LOCATE.items()}
GUARDED = tuple(table for table in LOCATE if table != "kernel_account")


@dataclass
class Tally:
    """What was probed, how the database held, and what leaked."""

    probes: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    seen: Counter[str] = field(default_factory=Counter)
    leaks: list[str] = field(default_factory=list)


def actor_for(world: World, one: Persona) -> Actor:
    """The actor of a persona: of the cast from its account, else straight from what the persona holds."""
    from dataclasses import replace  # noqa: PLC0415 - for this alone

    from lianxin.kernel.web.actors import actor_of  # noqa: PLC0415 - after the app registry

    only = None if one.only is None else frozenset(one.only)
    if one.name == "anonymous":
        return Actor.nobody()
    for account in world.accounts.values():
        if str(account.id) == one.account:
            return replace(actor_of(account), only=only)
    reaches = tuple(Reach(Role(held.role), world.place(held.place).path, held.below) for held in one.holds)
    return Actor(one.name, account_id=uuid.UUID(one.account), reaches=reaches, only=only)


def invented(seed: int) -> Persona:
    """Somebody who holds one to three roles at random places, with or without what lies below."""
    chance = random.Random(seed)  # noqa: S311 - a seed, not a secret
    holds = tuple(
        Hold(chance.choice(sorted(ANYBODY)), chance.choice(PLACES), chance.random() < 0.5)
        for _ in range(chance.choice((1, 1, 2, 3)))
    )
    return Persona(f"invented {seed}", holds, holds[0].place, str(uuid.UUID(int=seed + 1)))


def may_add_by_design(one: Persona, row: Row, text: str) -> bool:
    """Rows that some may add who do not read them.

    A file before its import, what nobody signed in did (a failed sign-in), an opinion put into the box of one's branch,
    a point of criticism that whoever prepares the meeting takes down.
    """
    if row.table == "preparations_opinion":
        return bool(one.member) and one.member_at == row.place
    if row.table == "preparations_criticism":
        return one.holds_there(STAFF, row.place)
    if row.table == "files_stored":
        return bool(one.account)
    return row.table == "kernel_event" and not one.account and json.loads(text)["actor_id"] is None


def contents(world: World) -> dict[tuple[str, str], str]:
    """Every row as JSON, with another key, ready to be inserted once more; read in the scope of the product."""
    found = {}
    with connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"SELECT t.{KEY[table]}::text, to_jsonb(t) FROM {table} t")  # noqa: S608 - constants
            for pk, row in cursor.fetchall():
                held = json.loads(row) if isinstance(row, str) else row
                fresh = str(uuid.uuid4()) if len(pk) == 36 else 900_000_000 + int(pk)
                found[table, pk] = json.dumps({**held, KEY[table]: fresh})
    return {key: text for key, text in found.items() if key in world.rows}


def _verbs(one: Persona, row: Row) -> tuple[str, ...]:
    if not sees(one, row, net=True):
        return VERBS
    reading = bool(one.holds) and all(held.role in CHANGE_NOTHING for held in one.holds)
    is_own = bool(one.account in row.accounts or row.is_of(one.member))
    return ("update", "delete") if reading and not is_own else ()


def targets(world: World, one: Persona) -> Iterator[tuple[Row, str]]:
    """Every foreign row with every verb, and for those who only look, every row with the verbs that change it.

    Adding a row again is tried for one in five: refusals to add cannot be tried together.
    """
    for row in world.rows.values():
        if row.table in GUARDED:
            for verb in _verbs(one, row):
                if verb != "insert" or crc32(f"{one.name} {row.pk}".encode()) % ADDED_ONE_IN == 0:
                    yield row, verb


def probe(world: World, one: Persona, wanted: list[tuple[Row, str]], texts: dict[Any, str], tally: Tally) -> None:
    """Try every target in one transaction that is rolled back; whatever gets through is a leak."""
    with transaction.atomic(), scoped(scope_of(actor_for(world, one))):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")  # the scope is told here
        raw = connection.connection
        for (table, verb), rows in _grouped(wanted).items():
            tally.probes[f"{table} {verb}"] += len(rows)
            if verb != "insert" and len(rows) > 1 and (got := _try(raw, rows, verb, texts)) is not True:
                tally.held[got] += len(rows)
                continue
            for row in rows:  # one by one where rows cannot be tried together, or to name what got through
                if verb == "insert" and may_add_by_design(one, row, texts[row.table, row.pk]):
                    tally.probes[f"{table} {verb}"] -= 1
                    continue
                got = _try(raw, [row], verb, texts)
                if got is True:
                    tally.leaks.append(f"database: {one.name} {verb} {table} {row.pk} {row.kind} at {row.place}")
                else:
                    tally.held[got] += 1
        transaction.set_rollback(True)


def _grouped(wanted: list[tuple[Row, str]]) -> dict[tuple[str, str], list[Row]]:
    found: dict[tuple[str, str], list[Row]] = {}
    for row, verb in wanted:
        found.setdefault((row.table, verb), []).append(row)
    return found


def _try(raw: Any, rows: list[Row], verb: str, texts: dict[Any, str]) -> Any:
    """How the database held against all these rows, or True where one got through, or may have."""
    table, key = sql.Identifier(rows[0].table), sql.Identifier(KEY[rows[0].table])
    given: list[Any] = [[row.pk for row in rows]]
    these = sql.SQL("WHERE {}::text = ANY (%s)").format(key)
    if verb == "select":
        found = raw.execute(sql.SQL("SELECT 1 FROM {} {} LIMIT 1").format(table, these), given).fetchone()
        return "no row" if found is None else True
    statement: Any
    if verb == "update":
        statement = sql.SQL("UPDATE {} SET {} = {} {}").format(table, key, key, these)
    elif verb == "delete":
        statement = sql.SQL("DELETE FROM {} {}").format(table, these)
    else:
        statement = sql.SQL("INSERT INTO {} SELECT (jsonb_populate_record(NULL::{}, %s::jsonb)).*").format(table, table)
        given = [texts[rows[0].table, rows[0].pk]]
    raw.execute("SAVEPOINT probe")
    try:
        done = raw.execute(statement, given).rowcount
    except psycopg.Error as refusal:
        raw.execute("ROLLBACK TO SAVEPOINT probe")
        return type(refusal).__name__ if len(rows) == 1 or _is_closed(refusal) else True
    raw.execute("ROLLBACK TO SAVEPOINT probe")
    return "no row" if done == 0 else True


def _is_closed(refusal: psycopg.Error) -> bool:
    """Whether the table as a whole takes no such statement, whatever the row."""
    return isinstance(refusal, psycopg.errors.InsufficientPrivilege) and "permission denied for table" in str(refusal)


def look_round(world: World, one: Persona, tally: Tally) -> None:
    """Read every guarded table whole: nothing but what the person may see, and that they see."""
    with scoped(scope_of(actor_for(world, one))), transaction.atomic(), connection.cursor() as cursor:
        for table in GUARDED:
            cursor.execute(f"SELECT {KEY[table]}::text FROM {table}")  # noqa: S608 - constants
            found = {pk for (pk,) in cursor.fetchall()}
            tally.probes[f"{table} whole"] += 1
            may = {row.pk for row in world.of(table) if sees(one, row, net=True)}
            tally.seen[table] += len(found)
            tally.leaks += [
                f"database: {one.name} reads {table} {pk} {world.rows[table, pk].kind} at {world.rows[table, pk].place}"
                for pk in found - may
                if (table, pk) in world.rows
            ]
            if one.only is None and may - found:
                tally.leaks.append(f"expectation: {one.name} does not see {len(may - found)} rows of {table}")
