"""The picture: for the children of a place, how many duties of each period are due and met, without counting rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Q, Value, When
from django.db.models import Count as Number
from django.db.models.functions import JSONObject

from lianxin.duties.models import Count, DutyRow
from lianxin.duties.permissions import VIEW
from lianxin.duties.wording import MONTHS, STATES, State
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import add_months
from lianxin.organisations.facade import Organisation, ever_within

ROWS = 60
"""Children on one page of the picture."""
SHOWN = ("path", "depth", "numchild", "short_name")
FIGURES = {"key": F("key"), "start": F("period_start"), "end": F("period_end")}
IS_MET = Case(When(met_on__isnull=False, then=Value(1)), default=Value(0))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A period of a duty."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Cell:
    """How many are due and met in a period, and what that means on the day."""

    span: Span
    due: int
    met: int
    state: State

    @property
    def word(self) -> Sentence:
        """The state in a word."""
        return STATES[self.state].word

    @property
    def tone(self) -> str:
        """The state as the interface colours it."""
        return STATES[self.state].tone

    @property
    def figure(self) -> str:
        """How many of how many: 12/40; empty where nothing is due."""
        return f"{self.met}/{self.due}" if self.due else ""


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the picture: an organisation with all below it."""

    organisation: Organisation
    cells: list[Cell]
    is_itself: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines for the children of a place (itself first, where it owes something), and from where to go on."""

    columns: list[Span] | list[str]
    lines: list[Line] = field(default_factory=list)
    after: str = ""


Both = tuple[int, int]
Sums = dict[tuple[str, str, Span], Both]
NOTHING: Both = (0, 0)


def cell(span: Span, due: int, met: int, day: date) -> Cell:
    """A cell in its state: done when all is met, overdue when the period ended before it was."""
    if not due:
        state = State.NONE
    elif met >= due:
        state = State.MET
    elif span.end < day:
        state = State.LATE
    else:
        state = State.COMING if span.start > day else State.RUNNING
    return Cell(span, due, met, state)


def children_to_show(
    actor: Actor, node: Organisation, *, after: str = "", size: int = ROWS
) -> tuple[list[Organisation], str]:
    """The children of a place that live, and the path to go on from. One query."""
    rows = ever_within(actor, VIEW).filter(
        subtree(node.path), depth=node.depth + 1, path__gt=after or node.path, dissolved_on__isnull=True
    )
    found = list(rows.order_by("path")[: size + 1])
    return found[:size], found[size - 1].path if len(found) > size else ""


def lines_to_show(
    actor: Actor, node: Organisation, *, condition: Q, after: str = "", size: int = ROWS
) -> tuple[list[Organisation], str, Sums]:
    """A place (on the first page), its children that live, from where to go on, and due and met of each. One query.

    A child stands for all below it and itself, the place for itself alone.
    """
    children = Q(depth=node.depth + 1, path__gt=after or node.path, dissolved_on__isnull=True)
    wanted = children if after else children | Q(path=node.path)
    here = OuterRef("path")
    below = Count.objects.filter(condition, organisation_path=here)
    own = DutyRow.objects.filter(condition, organisation_path=here, withdrawn="").order_by()
    rows = ever_within(actor, VIEW).filter(subtree(node.path), wanted).only(*SHOWN)
    rows = rows.annotate(
        below=ArraySubquery(below.values(json=JSONObject(**FIGURES, due=F("due"), met=F("met")))),
        own=ArraySubquery(own.values(json=JSONObject(**FIGURES, due=Value(1), met=IS_MET))),
    )
    size += not after
    shown = list(rows.order_by("path")[: size + 1])
    rest = shown[size - 1].path if len(shown) > size else ""
    found: Sums = {}
    for place in shown[:size]:
        for one in [*(place.below if place.pk != node.pk else ()), *place.own]:
            span = Span(date.fromisoformat(one["start"]), date.fromisoformat(one["end"]))
            _add(found, (place.path, one["key"], span), (one["due"], one["met"]))
    return shown[:size], rest, found


def sums(below: Iterable[str], own: Iterable[str], *, condition: Q) -> Sums:
    """Due and met by (path, key, period): of the subtrees below, and of the places themselves. Two queries."""
    found: Sums = {}
    rows = Count.objects.filter(condition, organisation_path__in=list(below))
    for path, key, start, end, due, met in rows.values_list(
        "organisation_path", "key", "period_start", "period_end", "due", "met"
    ):
        _add(found, (path, key, Span(start, end)), (due, met))
    live = Q(withdrawn="")
    itself = (
        DutyRow.objects.filter(condition, live, organisation_path__in=list(own))
        .order_by()
        .values("organisation_path", "key", "period_start", "period_end")
        .annotate(due=Number("id"), met=Number("id", filter=Q(met_on__isnull=False)))
    )
    for row in itself:
        span = Span(row["period_start"], row["period_end"])
        _add(found, (row["organisation_path"], row["key"], span), (row["due"], row["met"]))
    return found


def _add(found: Sums, where: tuple[str, str, Span], both: Both) -> None:
    before = found.get(where, NOTHING)
    found[where] = (before[0] + both[0], before[1] + both[1])


def in_year(year: int) -> Q:
    """Periods that begin in the year."""
    return Q(period_start__gte=date(year, 1, 1), period_start__lte=date(year, 12, 31))


def picture_of_key(
    actor: Actor, node: Organisation, *, key: str, year: int, day: date, after: str = "", size: int = ROWS
) -> Picture:
    """One duty over the periods of a year. One query, whatever the size below."""
    places, rest, found = lines_to_show(actor, node, condition=in_year(year) & Q(key=key), after=after, size=size)
    columns = sorted({span for _path, _key, span in found})

    def cells(place: Organisation) -> list[Cell]:
        return [cell(span, *found.get((place.path, key, span), NOTHING), day) for span in columns]

    return Picture(columns, _lines(node, places, found, cells), rest)


def _lines(
    node: Organisation, places: Sequence[Organisation], found: Sums, cells: Callable[[Organisation], list[Cell]]
) -> list[Line]:
    """A line for each place; for the one they lie below only where it owes something itself."""
    owing = {path for path, _key, _span in found}
    return [
        Line(place, cells(place), place.pk == node.pk) for place in places if place.pk != node.pk or place.path in owing
    ]


def picture_of_time(
    actor: Actor,
    node: Organisation,
    *,
    keys: Sequence[str],
    since: date,
    until: date,
    day: date,
    after: str = "",
    size: int = ROWS,
) -> Picture:
    """All duties over one span: of each the periods that overlap it. One query, whatever the size below."""
    condition = Q(period_start__lte=until, period_end__gte=since) & _not_older(since)
    places, rest, found = lines_to_show(actor, node, condition=condition, after=after, size=size)
    by_place: dict[tuple[str, str], list[tuple[Span, Both]]] = defaultdict(list)
    for (path, key, span), both in found.items():
        by_place[(path, key)].append((span, both))
    columns = [key for key in keys if any(one == key for _path, one in by_place)]

    def cells(place: Organisation) -> list[Cell]:
        return [_summed(by_place.get((place.path, key), []), since, until, day) for key in columns]

    return Picture(columns, _lines(node, places, found, cells), rest)


def picture_of_year(node: Organisation, *, keys: Sequence[str], year: int, day: date) -> list[tuple[str, list[Cell]]]:
    """Each duty of a place and all below it over the year, by the month in which its periods end. Two queries.

    The caller has made sure that the actor sees the place.
    """
    found = sums([node.path], [node.path], condition=in_year(year))
    by_month: dict[tuple[str, int], list[tuple[Span, Both]]] = defaultdict(list)
    for (_path, key, span), both in found.items():
        by_month[key, span.end.month].append((span, both))
    known = {key for key, _month in by_month}
    return [
        (key, [_summed(by_month.get((key, one.month), []), one, last_day(one), day) for one in months_of(year)])
        for key in keys
        if key in known
    ]


def months_of(year: int) -> list[date]:
    """The first days of its months."""
    return [date(year, month, 1) for month in range(1, MONTHS + 1)]


def last_day(first: date) -> date:
    """The last day of the month that begins on `first`."""
    return date.fromordinal(add_months(first, 1).toordinal() - 1)


def _not_older(since: date) -> Q:
    """No period is longer than a year, so the index need not look further back."""
    return Q(period_start__gte=date(since.year, 1, 1))


def _summed(parts: list[tuple[Span, Both]], since: date, until: date, day: date) -> Cell:
    """Several periods as one cell: overdue if one that ended is not met, running if one runs."""
    due, met = sum(both[0] for _span, both in parts), sum(both[1] for _span, both in parts)
    span = Span(since, until)
    states = {cell(one, *both, day).state for one, both in parts}
    for state in (State.LATE, State.RUNNING, State.COMING, State.MET):
        if state in states:
            return Cell(span, due, met, state)
    return Cell(span, due, met, State.NONE)


def standing(paths: Sequence[str], *, year: int, day: date) -> dict[str, tuple[int, int]]:
    """By duty, how many periods of the subtrees run and are open, and how many are overdue this year. Two queries."""
    found = sums(paths, paths, condition=in_year(year))
    by_key: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (_path, key, span), (due, met) in found.items():
        if span.end < day:
            by_key[key][1] += due - met
        elif span.start <= day:
            by_key[key][0] += due - met
    return {key: (both[0], both[1]) for key, both in by_key.items()}
