"""The picture: for the children of a place, how many duties of each period are due and met, without counting rows."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count as Number
from django.db.models import Q

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
    """One duty over the periods of a year. Three queries, whatever the size below."""
    children, rest = children_to_show(actor, node, after=after, size=size)
    paths = [one.path for one in children]
    found = sums(paths, [node.path, *paths], condition=in_year(year) & Q(key=key))
    columns = sorted({span for _path, _key, span in found})

    def line(place: Organisation, *, is_itself: bool = False) -> Line:
        cells = [cell(span, *found.get((place.path, key, span), NOTHING), day) for span in columns]
        return Line(place, cells, is_itself)

    lines = [line(child) for child in children]
    if not after and any(path == node.path for path, _key, _span in found):
        lines.insert(0, line(node, is_itself=True))
    return Picture(columns, lines, rest)


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
    """All duties over one span: of each the periods that overlap it. Three queries, whatever the size below."""
    children, rest = children_to_show(actor, node, after=after, size=size)
    paths = [one.path for one in children]
    found = sums(
        paths, [node.path, *paths], condition=Q(period_start__lte=until, period_end__gte=since) & _not_older(since)
    )
    by_place: dict[tuple[str, str], list[tuple[Span, Both]]] = defaultdict(list)
    for (path, key, span), both in found.items():
        by_place[(path, key)].append((span, both))
    columns = [key for key in keys if any(one == key for _path, one in by_place)]

    def line(place: Organisation, *, is_itself: bool = False) -> Line:
        return Line(
            place, [_summed(by_place.get((place.path, key), []), since, until, day) for key in columns], is_itself
        )

    lines = [line(child) for child in children]
    if not after and any(path == node.path for path, _key in by_place):
        lines.insert(0, line(node, is_itself=True))
    return Picture(columns, lines, rest)


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
