"""Asks a probe through the whole product, as a browser or a program, and takes everything back afterwards."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from http.cookies import SimpleCookie
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection, transaction
from django.test import Client

from lianxin.kernel.db.scope import Scope, scoped
from tests.probing.database import KEY
from tests.probing.judge import HEADERS, Answer, foreign_rows, text_of
from tests.probing.places import LOCATE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.probing.doors import Probe
    from tests.probing.sight import Persona
    from tests.probing.world import World

APART = ("SAVEPOINT", "RELEASE", "ROLLBACK")
COUNTED = {
    "organisations_organisation": (
        "numchild",
        "full_members",
        "probationary_members",
        "committee_seats",
        "secretary",
        "term_ends_on",
        "version",
    ),
    "duties_count": ("due", "met"),
}
"""What triggers keep in rows above; it follows from rows below and tells nothing of the one who changed those."""
WRITE = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
NOTED = 'UPDATE "api_token" SET "used_at"'
"""Every use of a token may note when; of a foreign token it cannot, as its text is not known."""


class Asking:
    """Browsers and programs of the cast. Every probe runs in a transaction that is rolled back."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.sessions: dict[str, str] = {}
        self.client = Client(raise_request_exception=False)
        self.before: dict[tuple[str, str], str] = {}
        self.foreign: dict[str, set[tuple[str, str]]] = {}
        self.written = 0

    def sign_in(self) -> None:
        """Let everybody sign in anew; what probes do does not move the clock of a session."""
        from tests.cast import sign_in_now  # noqa: PLC0415 - after the app registry

        with scoped(Scope.EVERYTHING):
            for name, account in self.world.accounts.items():
                client = Client()
                client.force_login(account)
                sign_in_now(client)
                self.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
            self.before = self.fingerprints()

    def fingerprints(self) -> dict[tuple[str, str], str]:
        """A digest of every row of every guarded table, read in the scope of the product."""
        found = {}
        with scoped(Scope.EVERYTHING), connection.cursor() as cursor:
            for table, key in KEY.items():
                if table == "kernel_account":
                    continue
                shown = "to_jsonb(t)" + "".join(f" - '{one}'" for one in COUNTED.get(table, ()))
                if table == "api_token":
                    shown += " - 'used_at'"
                cursor.execute(f"SELECT t.{key}::text, md5(({shown})::text) FROM {table} t")  # noqa: S608 - constants
                found.update({(table, pk): digest for pk, digest in cursor.fetchall()})
        return found

    def ask(self, one: Persona, probe: Probe) -> Answer:
        """The answer, with what it asked of the database and what it changed; nothing of it stays."""
        with transaction.atomic():
            with _listening() as statements, scoped(Scope.NOTHING):
                answer = self._send(one, probe)
            if any(_writes(said) for said in statements):
                self.written += 1
                answer.changed = self._changed(one)
            transaction.set_rollback(True)
        answer.statements = statements
        return answer

    def _send(self, one: Persona, probe: Probe) -> Answer:
        headers = {"Accept-Language": "en", **dict(probe.headers)}
        self.client.cookies = SimpleCookie()
        is_rest = probe.path.startswith("/api/v1/")
        if is_rest and one.name in self.world.tokens:
            headers["Authorization"] = f"Bearer {self.world.tokens[one.name]}"
        elif not is_rest and one.name in self.sessions:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[one.name]
        options: dict[str, Any] = {"headers": headers}
        if probe.body is not None:
            options |= (
                {"data": json.dumps(probe.body), "content_type": "application/json"}
                if is_rest
                else {"data": urlencode(probe.body), "content_type": "application/x-www-form-urlencoded"}
            )
        address = probe.path + ("?" + urlencode(probe.query) if probe.query else "")
        response = self.client.generic(probe.method, address, **options)
        content = b"".join(response.streaming_content) if response.streaming else response.content
        told = {name: response.headers[name] for name in HEADERS if name in response.headers}
        return Answer(response.status_code, told, text_of(content))

    def _changed(self, one: Persona) -> list[str]:
        """Foreign rows that differ from before, and rows that were added in foreign places."""
        if one.name not in self.foreign:
            self.foreign[one.name] = foreign_rows(self.world, one)
        after, foreign = self.fingerprints(), self.foreign[one.name]
        wrong = [f"{table} {pk}" for table, pk in foreign if after.get((table, pk)) != self.before.get((table, pk))]
        added = after.keys() - self.before.keys()
        return wrong + [f"adds {what}" for what in self._strange(one, added)] if added else wrong

    def _strange(self, one: Persona, added: set[tuple[str, str]]) -> list[str]:
        """Added rows that lie where the one who added them holds nothing and is no member."""
        homes = [held.place for held in one.holds] + [place for place in (one.member_at,) if place]
        reach = [self.world.place(place).path for place in homes]
        wrong = []
        with scoped(Scope.EVERYTHING), connection.cursor() as cursor:
            for table in {table for table, _pk in added if table != "duties_count"}:  # sums of every place above
                cursor.execute(LOCATE[table])
                for pk, path, accounts, member, _kind, _text, also, _named, owners in cursor.fetchall():
                    if (table, str(pk)) not in added or not path:
                        continue
                    own = one.account in {str(each) for each in accounts or ()}
                    own = own or one.member in {str(each) for each in (member, *(owners or ()))}
                    if not own and not any(each.startswith(top) for each in (path, *(also or ())) for top in reach):
                        wrong.append(f"{table} at {path}")
        return wrong


def _writes(statement: str) -> bool:
    """Whether the statement may write to a guarded table."""
    tables = WRITE.findall(statement)
    return not statement.startswith(NOTED) and any(table in LOCATE for table in tables)


@contextmanager
def _listening() -> Iterator[list[str]]:
    said: list[str] = []

    def hear(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001 - Django's signature
        text = sql if isinstance(sql, str) else str(sql)
        if not text.startswith(APART):
            said.append(text)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(hear):
        yield said
