"""Checking the chain: every event, its place and its seal are computed again and compared.

Found are rows that were changed, removed, put in another order or inserted past the log, and seals that were tampered
with. Who can rewrite the whole database can also rewrite the whole chain; a head kept elsewhere shows even that.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC
from typing import Any
from uuid import UUID

from django.db import connection

from lianxin.kernel.events.canonical import FIELDS, field_expressions
from lianxin.kernel.events.digests import ALGORITHMS
from lianxin.kernel.events.sealing import BATCH, BEGINNING, differing, marks_of, seal_digest
from lianxin.kernel.models import Seal

AT_ONCE = 20_000
"""Events read by one query."""
MOST_PROBLEMS = 1_000
"""After so many the rest is only counted: the report shall stay readable."""
GUARDED = ("kernel_event", "kernel_event_sealed", "kernel_seal")
HEAD_FORMAT = "lianxin.head.1"

_LINE = "concat('[', s.position, ', ', concat_ws(', ', " + ", ".join(field_expressions()) + "), ']')"
_ROWS = f"""
    SELECT s.position, s.event_id, s.digest, e.id IS NULL, CASE WHEN e.id IS NOT NULL THEN {_LINE} END
    FROM kernel_event_sealed s LEFT JOIN kernel_event e ON e.id = s.event_id
    WHERE s.position BETWEEN %s AND %s ORDER BY s.position
"""  # noqa: S608 - the fields' names are ours
_INSERTED = """
    SELECT e.id FROM kernel_event e
    WHERE NOT EXISTS (SELECT 1 FROM kernel_event_sealed s WHERE s.event_id = e.id)
      AND NOT EXISTS (SELECT 1 FROM kernel_event_waiting w WHERE w.event_id = e.id)
"""
_LOST_WAITING = """
    SELECT w.event_id FROM kernel_event_waiting w
    WHERE NOT EXISTS (SELECT 1 FROM kernel_event e WHERE e.id = w.event_id)
"""
_GUARDS = """
    SELECT c.relname FROM pg_class c
    WHERE c.oid = ANY(%s::regclass[]) AND NOT EXISTS (
        SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'append_only' AND t.tgenabled IN ('O', 'A'))
"""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was sealed. `kind` is one word; `fields` are the event's fields that changed."""

    kind: str
    sentence: str
    seal: int | None = None
    position: int | None = None
    event: UUID | None = None
    fields: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain: who keeps it elsewhere can show later that nothing before it was rewritten."""

    seal: int
    position: int
    digest: str
    algorithm: str
    sealed_at: str

    def as_data(self) -> dict[str, Any]:
        """What is written to a file."""
        return {"format": HEAD_FORMAT, **asdict(self)}

    @classmethod
    def from_data(cls, data: Any) -> "Head":
        """The head in a file's data.

        Raises:
            ValueError: it is not one `lianxin audit head` wrote.
        """
        try:
            if data["format"] != HEAD_FORMAT:
                raise ValueError("The file is no head of the chain; `lianxin audit head` writes one.")
            bytes.fromhex(data["digest"])
            return cls(
                int(data["seal"]),
                int(data["position"]),
                str(data["digest"]),
                str(data["algorithm"]),
                str(data["sealed_at"]),
            )
        except (KeyError, TypeError) as error:
            raise ValueError("The file is no head of the chain; `lianxin audit head` writes one.") from error


@dataclass(slots=True)
class Report:
    """The result of a verification."""

    seals: int = 0
    events: int = 0
    waiting: int = 0
    seconds: float = 0.0
    head: Head | None = None
    problems: list[Problem] = field(default_factory=list)
    more: int = 0

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.problems

    def add(self, problem: Problem) -> None:
        """Note a problem, or only count it when there are very many."""
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.more += 1


def head_of(seal: Seal) -> Head:
    """The head the seal is."""
    return Head(
        seal.number,
        seal.last_position,
        bytes(seal.digest).hex(),
        seal.algorithm,
        f"{seal.sealed_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}Z",
    )


def current_head() -> Head | None:
    """The head now; None before the first seal."""
    last = Seal.objects.order_by("-number").first()
    return head_of(last) if last else None


def verify(*, kept: Head | None = None, heard: Callable[[int], None] | None = None) -> Report:
    """Check the whole log.

    Run as a role that sees every row: what row security hides would look removed.

    Args:
        kept: A head that was kept elsewhere, to be found again in the chain.
        heard: Is told now and then how many events are checked.
    """
    begun = time.monotonic()
    report = Report()
    _check_guards(report)
    last: Seal | None = None
    for group in _groups():
        last = _check_group(group, last, report)
        if heard:
            heard(report.events)
    report.head = head_of(last) if last else None
    _check_ends(last, report)
    if kept is not None:
        _check_kept(kept, report)
    report.seconds = time.monotonic() - begun
    return report


def _groups() -> Iterator[list[Seal]]:
    """Seals in order, as many together as one query reads the events of."""
    group: list[Seal] = []
    size = 0
    for seal in Seal.objects.order_by("number").iterator(chunk_size=2_000):
        if group and size + seal.count > AT_ONCE:
            yield group
            group, size = [], 0
        group.append(seal)
        size += max(seal.count, 0)
    if group:
        yield group


def _check_group(group: list[Seal], last: Seal | None, report: Report) -> Seal | None:
    sensible = [seal for seal in group if _is_sensible(seal)]
    rows: dict[int, Any] = {}
    if sensible:
        first, end = min(seal.first_position for seal in sensible), max(seal.last_position for seal in sensible)
        with connection.cursor() as cursor:
            cursor.execute(_ROWS, [first, min(end, first + 2 * AT_ONCE)])
            rows = {row[0]: row for row in cursor.fetchall()}
    for seal in group:
        _check_link(seal, last, report)
        if seal in sensible:
            _check_events(seal, rows, report)
        else:
            report.add(
                Problem("seal_changed", f"Seal {seal.number}: its positions or count were changed.", seal.number)
            )
        report.seals += 1
        last = seal
    return last


def _is_sensible(seal: Seal) -> bool:
    """Whether its numbers can be those of a seal; an absurd one must not make us read for ever."""
    return 0 < seal.count <= BATCH and seal.count == seal.last_position - seal.first_position + 1


def _check_link(seal: Seal, last: Seal | None, report: Report) -> None:
    """The seal follows the one before it, without a gap."""
    number, position = (last.number + 1, last.last_position + 1) if last else (1, 1)
    if seal.number != number:
        missing = f"seal {number}" if seal.number == number + 1 else f"seals {number} to {seal.number - 1}"
        report.add(Problem("seal_removed", f"{missing[0].upper()}{missing[1:]}: removed.", seal=number))
        return
    if bytes(seal.previous) != (bytes(last.digest) if last else BEGINNING):
        report.add(
            Problem("chain_broken", f"Seal {seal.number} does not follow from the seal before it.", seal=seal.number)
        )
    if seal.first_position != position:
        report.add(
            Problem(
                "seal_changed", f"Seal {seal.number} does not begin where the seal before it ends.", seal=seal.number
            )
        )


def _check_events(seal: Seal, rows: dict[int, Any], report: Report) -> None:
    """The events of a seal are as they were; where all of them are, the seal's own digest must fit."""
    digest = ALGORITHMS.get(seal.algorithm)
    if digest is None:
        report.add(Problem("seal_changed", f"Seal {seal.number} names no known algorithm.", seal=seal.number))
        return
    before = len(report.problems) + report.more
    recorded: list[bytes] = []
    for position in range(seal.first_position, seal.last_position + 1):
        row = rows.get(position)
        if row is None:
            report.add(
                Problem(
                    "place_removed",
                    f"Seal {seal.number}, position {position}: the place was removed, and with it the event's digest.",
                    seal.number,
                    position,
                )
            )
            continue
        _position, event, kept, gone, line = row
        report.events += 1
        recorded.append(bytes(kept))
        if gone:
            report.add(
                Problem(
                    "removed",
                    f"Seal {seal.number}, position {position}: the event {event} was removed.",
                    seal.number,
                    position,
                    event,
                )
            )
        elif digest(line.encode()) != recorded[-1]:
            report.add(_explain(seal, position, event))
    if before == len(report.problems) + report.more and seal_digest(seal, b"".join(recorded)) != bytes(seal.digest):
        report.add(
            Problem(
                "seal_changed",
                f"Seal {seal.number}: its digest does not fit its events at positions {seal.first_position} to "
                f"{seal.last_position}. The seal was changed, or events and their digests were rewritten together.",
                seal.number,
            )
        )


def _explain(seal: Seal, position: int, event: UUID) -> Problem:
    """Say what of the event differs, by the checksums of its fields."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT s.marks, {', '.join(field_expressions())} FROM kernel_event_sealed s "  # noqa: S608 - our names
            "JOIN kernel_event e ON e.id = s.event_id WHERE s.position = %s",
            [position],
        )
        marks, *printed = cursor.fetchone()
    changed = differing(bytes(marks), marks_of(position, printed))
    where = f"Seal {seal.number}, position {position}"
    if changed == [0]:
        return Problem(
            "reordered",
            f"{where}: the event {event} was sealed at another position; the order was changed.",
            seal.number,
            position,
            event,
        )
    if 0 in changed or 1 in changed:
        return Problem(
            "replaced",
            f"{where}: the event {event} is not the one that was sealed here.",
            seal.number,
            position,
            event,
        )
    fields = tuple(FIELDS[index - 1] for index in changed)
    said = f"changed in {', '.join(fields)}" if fields else "changed, or its recorded digest was"
    return Problem("changed", f"{where}: the event {event} was {said}.", seal.number, position, event, fields)


def _check_ends(last: Seal | None, report: Report) -> None:
    """Nothing lies beyond the chain or beside it."""
    end = last.last_position if last else 0
    with connection.cursor() as cursor:
        # What is sealed while this runs lies beyond the end and is right there: only places without a seal are wrong.
        cursor.execute(
            "SELECT s.position, s.event_id FROM kernel_event_sealed s WHERE s.position < 1 OR (s.position > %s "
            "AND s.position > (SELECT coalesce(max(last_position), 0) FROM kernel_seal)) ORDER BY s.position",
            [end],
        )
        for position, event in cursor.fetchall():
            report.add(
                Problem(
                    "inserted",
                    f"Position {position}: the event {event} has a place that no seal covers.",
                    None,
                    position,
                    event,
                )
            )
        cursor.execute(_INSERTED)
        for (event,) in cursor.fetchall():
            report.add(
                Problem("inserted", f"The event {event} was inserted past the log: it was never sealed.", event=event)
            )
        cursor.execute(_LOST_WAITING)
        for (event,) in cursor.fetchall():
            report.add(Problem("removed", f"The event {event} was removed before it was sealed.", event=event))
        cursor.execute("SELECT count(*) FROM kernel_event_waiting")
        report.waiting = cursor.fetchone()[0]


def _check_guards(report: Report) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_GUARDS, [list(GUARDED)])
        for (table,) in cursor.fetchall():
            report.add(
                Problem(
                    "guard_missing", f"The table {table} has lost its guard: the trigger append_only is off or gone."
                )
            )


def _check_kept(kept: Head, report: Report) -> None:
    found = Seal.objects.filter(number=kept.seal).first()
    if found is None:
        report.add(
            Problem(
                "cut_off",
                f"The kept head names seal {kept.seal}, which is gone: the end of the log was cut off.",
                seal=kept.seal,
            )
        )
    elif head_of(found) != kept:
        report.add(
            Problem(
                "rewritten",
                f"Seal {kept.seal} is not the one in the kept head of {kept.sealed_at}: the log was rewritten.",
                seal=kept.seal,
            )
        )


def told(report: Report) -> dict[str, Any]:
    """The result as the data of an event: counts, the head, and the first problems."""
    return {
        "seals": report.seals,
        "events": report.events,
        "waiting": report.waiting,
        "milliseconds": round(report.seconds * 1000),
        "problems": len(report.problems) + report.more,
        "first": [
            {
                "kind": one.kind,
                "seal": one.seal,
                "position": one.position,
                "event": str(one.event) if one.event else None,
                "fields": list(one.fields),
            }
            for one in report.problems[:10]
        ],
        "head": report.head.as_data() if report.head else None,
    }
