"""What is a leak: an answer about a foreign row that differs from one about no row, or that shows anything of it."""

from __future__ import annotations

import base64
import gzip
import io
import json
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.probing.sight import CLOSED, SECRETARIES, Persona, Row, opens, sees
from tests.probing.world import MARK, UUID

if TYPE_CHECKING:
    from tests.probing.doors import Probe
    from tests.probing.world import World

CHANGES_EACH_TIME = re.compile(
    r'name="csrf-token" content="\w+"|data-push-csrf="\w+"'
    r'|name="csrfmiddlewaretoken" value="\w+"|lx_[\w-]{20,}|nonce="[^"]+"'
    r"|<dd><code>.{8,80}?</code>"  # a temporary password
)
CURSOR = re.compile(r"(?:after|before)=([A-Za-z0-9_-]{20,})")
HEADERS = ("Location", "Link", "ETag", "Content-Disposition", "HX-Redirect", "HX-Trigger", "Content-Type")
ERROR = 500
OF_ACCOUNT = frozenset({"kernel_account", "messaging_preference"})
"""Tables whose key is an account's: who acted is named in the log."""


@dataclass
class Answer:
    """What came back: status, headers, text (of spreadsheets and files too), the statements asked of the database."""

    status: int
    headers: dict[str, str]
    text: str
    statements: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    """Foreign rows that were changed, removed or added."""


def text_of(content: bytes) -> str:
    """The text of an answer, also of a workbook, an archive or packed bytes."""
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "\n".join(text_of(archive.read(name)) for name in archive.namelist())
    if content[:2] == b"\x1f\x8b":
        return text_of(gzip.decompress(content))
    return content.decode(errors="replace")


def plain(world: World, probe: Probe, twin: Probe, text: str) -> str:
    """The answer without what differs from one request to the next, and with what was sent named by its order.

    What either sent is named in both: where it stands without having been sent, it is shown to both alike.
    """
    for number, both in enumerate(zip(probe.sent, twin.sent, strict=True)):
        text = re.sub("|".join(map(re.escape, both)), f"<sent {number}>", text, flags=re.IGNORECASE)
    text = CHANGES_EACH_TIME.sub("<once>", text)
    text = UUID.sub(lambda found: found[0] if found[0] in world.of_key else "<made just now>", text)
    return re.sub(r"\d\d:\d\d(:\d\d)?", "<time>", text)


def _opened(text: str) -> str:
    """The text, and what its cursors hold."""
    held = []
    for cursor in CURSOR.findall(unquote(text)):
        try:
            held.append(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode(errors="replace"))
        except ValueError:
            continue
    return "\n".join([text, *held])


def shown(world: World, one: Persona, probe: Probe, answer: Answer, *, net: bool = False) -> list[str]:
    """Marks and ids of foreign rows in an answer that the question did not hold itself."""
    everything = _opened(f"{json.dumps(answer.headers, ensure_ascii=False)}\n{answer.text}")
    sent = {value.upper() for value in probe.sent}
    wrong = []
    for mark in {found.upper() for found in MARK.findall(everything)} - sent:
        if mark in world.marked and not world.shows(one, mark, net=net):
            where = next(iter(world.marked[mark]))
            wrong.append(f"shows {mark} of {where.table} at {where.place or 'an account'}")
    for key in set(UUID.findall(everything)):
        row = next(iter(world.of_key.get(key, ())), None)
        if row is None or key.upper() in sent or row.table in OF_ACCOUNT:
            continue
        if not any(sees(one, each, net=net) for each in (*world.of_key[key], *world.acts_on[key])):
            wrong.append(f"shows the id of {row.table} at {row.place or 'an account'}")
    return wrong


def compare(world: World, probe: Probe, answer: Answer, twin: Probe, nothing: Answer) -> list[str]:
    """How the answer about foreign rows differs from the one about rows that do not exist."""
    alike = partial(plain, world, probe, twin)
    wrong = []
    if answer.status != nothing.status:
        wrong.append(f"status {answer.status}, for what does not exist {nothing.status}")
    wrong += [
        f"header {name}"
        for name in HEADERS
        if alike(answer.headers.get(name, "")) != alike(nothing.headers.get(name, ""))
    ]
    if alike(answer.text) != alike(nothing.text):
        wrong.append(f"body: {_first_difference(alike(answer.text), alike(nothing.text))}")
    if Counter(answer.statements) != Counter(nothing.statements):
        more = Counter(answer.statements) - Counter(nothing.statements)
        fewer = Counter(nothing.statements) - Counter(answer.statements)
        wrong.append(
            f"statements: {len(answer.statements)} and {len(nothing.statements)}; {_some(more)} / {_some(fewer)}"
        )
    return wrong


def _some(statements: Counter[str]) -> str:
    return "; ".join(one[:160] for one in list(statements)[:2])


def _first_difference(one: str, other: str) -> str:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return f"{one[max(0, place - 60) : place + 60]!r} / {other[max(0, place - 60) : place + 60]!r}"
    return f"{len(one)} and {len(other)} characters"


def judge(
    world: World, one: Persona, probe: Probe, answer: Answer, twin: Any = None, *, net: bool = False
) -> list[str]:
    """Every leak of an answer; `twin` is the probe and answer about rows that do not exist."""
    wrong = shown(world, one, probe, answer, net=net)
    wrong += [f"changes {what}" for what in answer.changed]
    if answer.status >= ERROR:
        wrong.append(f"fault {answer.status}: {answer.text[:300]}")
    if twin is not None:
        wrong += compare(world, probe, answer, *twin)
    return wrong


def foreign_rows(world: World, one: Persona) -> set[tuple[str, str]]:
    """Keys of the rows that somebody may neither open nor change."""
    return {key for key, row in world.rows.items() if not opens(one, row, net=True) and not _hands_in(one, row)}


def _hands_in(one: Persona, row: Row) -> bool:
    """Whether the product changes a row closed to everybody on behalf of somebody of its place."""
    return row.table in CLOSED and (row.place == one.member_at or one.holds_there(SECRETARIES, row.place))
