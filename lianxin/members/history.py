"""Rewriting beliefs of many members at once: the arithmetic of rectangles, apart from what stands in them.

`lianxin.kernel.db.bitemporal.believe` writes one fact of one thing; here a change is laid over whatever was believed in
each part of a period, and a whole import is written with a handful of statements.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.contrib.postgres.fields import DateTimeRangeField
from django.db.backends.postgresql.psycopg_any import DateRange, DateTimeTZRange
from django.db.models import DateTimeField, F, Func, Value

from lianxin.kernel.db.bitemporal import BELIEVED
from lianxin.kernel.db.inserting import WORTHWHILE, insert_many
from lianxin.members.models import MemberRecord, Membership

Row = TypeVar("Row", MemberRecord, Membership)
Held = dict[str, Any]
CHUNK = 2000


@dataclass(slots=True)
class Beliefs(Generic[Row]):
    """What is believed of one member, and what an act makes of it. `rows` are in the order of their days."""

    rows: list[Row]
    at: datetime
    ended: list[Row] = field(default_factory=list)
    forgotten: list[Row] = field(default_factory=list)
    written: list[Row] = field(default_factory=list)

    def on(self, day: date) -> Row | None:
        """What holds on the day."""
        return next((row for row in self.rows if _holds(row, day)), None)

    def lay(self, since: date | None, until: date | None, change: Callable[[Row], Held], event: UUID) -> None:
        """Believe from now on `change(row)` in the part of each row from `since` up to, not including, `until`.

        Parts of a row outside the period are believed as before, with the event that wrote them.
        """
        rows: list[Row] = []
        for row in self.rows:
            part = _common(row, since, until)
            if part is None:
                rows.append(row)
                continue
            self._end(row)
            first, last = row.valid.lower, row.valid.upper
            if first != part.lower:
                rows.append(self._write(row, {}, DateRange(first, part.lower), row.event_id))
            rows.append(self._write(row, change(row), part, event))
            if last != part.upper:
                rows.append(self._write(row, {}, DateRange(part.upper, last), row.event_id))
        self.rows = rows

    def cut(self, since: date) -> None:
        """Believe that nothing holds from the day on."""
        rows: list[Row] = []
        for row in self.rows:
            part = _common(row, since, None)
            if part is None:
                rows.append(row)
                continue
            self._end(row)
            if row.valid.lower != part.lower:
                rows.append(self._write(row, {}, DateRange(row.valid.lower, part.lower), row.event_id))
        self.rows = rows

    def begin(self, row: Row) -> None:
        """Believe a row for days on which nothing held."""
        self.written.append(row)
        self.rows.append(row)
        self.rows.sort(key=_start)

    def _end(self, row: Row) -> None:
        if row in self.written:
            self.written.remove(row)
        elif row.recorded.lower >= self.at:
            self.forgotten.append(row)  # written in this very instant: nobody ever believed it
        else:
            self.ended.append(row)

    def _write(self, row: Row, changes: Held, days: DateRange, event: UUID) -> Row:
        model = type(row)
        held = {
            one.attname: getattr(row, one.attname)
            for one in model._meta.concrete_fields  # noqa: SLF001 - Django's documented model API
            if one.attname not in {"id", "valid", "recorded", "event_id"}
        }
        written = model(**{**held, **changes}, valid=days, recorded=DateTimeTZRange(self.at, None), event_id=event)
        self.written.append(written)
        return written


def _start(row: MemberRecord | Membership) -> date:
    return row.valid.lower or date.min


def _holds(row: MemberRecord | Membership, day: date) -> bool:
    lower, upper = row.valid.lower, row.valid.upper
    return (lower is None or lower <= day) and (upper is None or day < upper)


def _common(row: MemberRecord | Membership, since: date | None, until: date | None) -> DateRange | None:
    lower, upper = row.valid.lower, row.valid.upper
    starts = [day for day in (lower, since) if day is not None]
    ends = [day for day in (upper, until) if day is not None]
    start, end = max(starts, default=None), min(ends, default=None)
    if start is not None and end is not None and start >= end:
        return None
    return DateRange(start, end)


def run_of(rows: Sequence[MemberRecord], name: str, day: date) -> tuple[date | None, date | None]:
    """The unbroken days around `day` on which the fact has the value it has then; open ends are None."""
    place = next((index for index, row in enumerate(rows) if _holds(row, day)), None)
    if place is None:
        place = 0 if day < _start(rows[0]) else len(rows) - 1
    value = rows[place].facts.get(name)
    first = last = place
    while (
        first > 0
        and rows[first - 1].facts.get(name) == value
        and rows[first - 1].valid.upper == rows[first].valid.lower
    ):
        first -= 1
    while (
        last + 1 < len(rows)
        and rows[last + 1].facts.get(name) == value
        and rows[last].valid.upper == rows[last + 1].valid.lower
    ):
        last += 1
    return rows[first].valid.lower, rows[last].valid.upper


def believed(model: type[Row], members: Iterable[UUID], at: datetime) -> dict[UUID, Beliefs[Row]]:
    """What is believed of each member, locked. One query for every `CHUNK` members."""
    found: dict[UUID, Beliefs[Row]] = {member: Beliefs([], at) for member in members}
    for some in _in_chunks(list(found)):
        rows = model._default_manager.select_for_update().filter(BELIEVED, member_id__in=some)  # noqa: SLF001 - Django's name
        for row in rows.order_by("member_id", "valid"):
            found[row.member_id].rows.append(row)
    return found


def keep(model: type[Row], beliefs: Iterable[Beliefs[Row]], at: datetime) -> None:
    """Write what acts made of the beliefs: at most three statements for every `CHUNK` rows."""
    every = list(beliefs)
    rows = model._default_manager  # noqa: SLF001 - Django's name for the manager
    for some in _in_chunks([row.pk for one in every for row in one.forgotten]):
        rows.filter(pk__in=some).delete()
    for some in _in_chunks([row.pk for one in every for row in one.ended]):
        rows.filter(pk__in=some).update(recorded=until(at))
    written = [row for one in every for row in one.written]
    if len(written) >= WORTHWHILE:
        insert_many(model, written)
    else:
        rows.bulk_create(written)


def until(at: datetime) -> Func:
    """The instants of a belief, ended at `at`."""
    return Func(
        Func(F("recorded"), function="lower"),
        Value(at, output_field=DateTimeField()),
        function="tstzrange",
        output_field=DateTimeRangeField(),
    )


def changed_facts(row: MemberRecord, changes: Mapping[str, Any]) -> Held:
    """The facts of a row with some of them replaced."""
    return {"facts": {**row.facts, **changes}}


def _in_chunks(items: Sequence[UUID]) -> Iterator[Sequence[UUID]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
