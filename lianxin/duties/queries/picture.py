"""The picture: for the children of a place, how many duties of each period are due and met, without counting rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When
from django.db.models import Count as Number
from django.db.models.functions import JSONObject

from lianxin.duties.models import Count, DutyRow
from lianxin.duties.permissions import VIEW
from lianxin.duties.queries.due import MONTHS_BACK
from lianxin.duties.wording import MONTHS, STATES, State, late_in_words
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import add_months, today
from lianxin.organisations.facade import Organisation, ever_within

ROWS = 60
"""Children on one page of the picture."""
LISTED = 20_000
"""Duties of one cell that a list is looked through for (0.2 s at worst); in a larger cell the lines lead on."""
SHOWN = ("path", "depth", "numchild", "short_name", "dissolved_on")
FIGURES = {"key": F("key"), "start": F("period_start"), "end": F("period_end")}
IS_MET = Case(When(met_on__isnull=False, then=Value(1)), default=Value(0))


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A period of a duty."""

    start: date
    end: date


@dataclass(frozen=True, slots=True)
class Cell:
    """How many are due, met and overdue in a period, and what that means on the day.

    `late` is above 0 exactly where the state is overdue. `key` names the kind, empty where kinds are added up.
    """

    span: Span
    due: int
    met: int
    state: State
    late: int = 0
    key: str = ""

    @property
    def word(self) -> Sentence:
        """The state in a word; where something is overdue, with how many."""
        return late_in_words(self.late) if self.late else STATES[self.state].word

    @property
    def tone(self) -> str:
        """The state as the interface colours it."""
        return STATES[self.state].tone

    @property
    def figure(self) -> str:
        """How many of how many: 12/40; empty where nothing is due."""
        return f"{self.met}/{self.due}" if self.due else ""

    @property
    def is_listed(self) -> bool:
        """Whether something is overdue, or running and not met, and a list of it is read at once."""
        return self.state in {State.LATE, State.RUNNING} and self.due <= LISTED


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the picture: an organisation with all below it."""

    organisation: Organisation
    cells: list[Cell]
    is_itself: bool = False

    @property
    def is_dissolved(self) -> bool:
        """Whether the organisation is no more today; one whose end is decided for a later day still is."""
        return self.organisation.dissolved_on is not None and self.organisation.dissolved_on <= today()


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines for the children of a place (itself first, where it owes something), and from where to go on.

    `total` adds up the place and all below it, whichever page is shown; empty for those who do not see all below.
    """

    columns: list[Span] | list[str]
    lines: list[Line] = field(default_factory=list)
    after: str = ""
    total: list[Cell] = field(default_factory=list)


Both = tuple[int, int]
Sums = dict[tuple[str, str, Span], Both]
NOTHING: Both = (0, 0)
ALL = ""
"""In place of a path: the place asked for with all below it."""


def cell(span: Span, due: int, met: int, day: date, *, key: str = "") -> Cell:
    """A cell in its state: done when all is met, overdue when the period ended before it was."""
    if not due:
        state = State.NONE
    elif met >= due:
        state = State.MET
    elif span.end < day:
        state = State.LATE
    else:
        state = State.COMING if span.start > day else State.RUNNING
    return Cell(span, due, met, state, due - met if state is State.LATE else 0, key)


def children_to_show(
    actor: Actor, node: Organisation, *, after: str = "", size: int = ROWS
) -> tuple[list[Organisation], str]:
    """The children of a place that live, and the path to go on from. One query."""
    rows = ever_within(actor, VIEW).filter(
        not_dissolved(), subtree(node.path), depth=node.depth + 1, path__gt=after or node.path
    )
    found = list(rows.order_by("path")[: size + 1])
    return found[:size], found[size - 1].path if len(found) > size else ""


def not_dissolved() -> Q:
    """Organisations that are not dissolved today, those to come included."""
    return Q(dissolved_on__isnull=True) | Q(dissolved_on__gt=today())


def lines_to_show(
    actor: Actor, node: Organisation, *, condition: Q, after: str = "", size: int = ROWS
) -> tuple[list[Organisation], str, Sums]:
    """A place, its children, from where to go on, and due and met of each. One query.

    A child stands for all below it and itself, the place for itself alone; `ALL` for the place with all below it. Of
    the children that were dissolved those are shown that owed something in the time, so that the lines make the total.
    """
    here = OuterRef("path")
    below = Count.objects.filter(condition, organisation_path=here)
    own = DutyRow.objects.filter(condition, organisation_path=here, withdrawn="").order_by()
    lives = not_dissolved() | Exists(own) | Exists(below.filter(due__gt=0))
    wanted = Q(path=node.path) | Q(depth=node.depth + 1, path__gt=after or node.path) & lives
    rows = ever_within(actor, VIEW).filter(subtree(node.path), wanted).only(*SHOWN)
    rows = rows.annotate(
        below=ArraySubquery(below.values(json=JSONObject(**FIGURES, due=F("due"), met=F("met")))),
        own=ArraySubquery(own.values(json=JSONObject(**FIGURES, due=Value(1), met=IS_MET))),
    )
    shown = list(rows.order_by("path")[: size + 2])
    rest = shown[size].path if len(shown) > size + 1 else ""
    found: Sums = {}
    for place in shown[: size + 1]:
        for one in place.own:
            _take(found, place.path, one)
        for one in place.below if place.pk != node.pk else ():
            _take(found, place.path, one)
        for one in [*place.below, *place.own] if place.pk == node.pk and sees_below(actor, node) else ():
            _take(found, ALL, one)
    return shown[: size + 1], rest, found


def sees_below(actor: Actor, node: Organisation) -> bool:
    """Whether the actor sees what lies below the place, not the place alone."""
    return actor.may(VIEW, f"{node.path}0001")


def keys_known(actor: Actor, node: Organisation) -> set[str]:
    """The kinds of duties that the place, or where the actor sees it all, anything below it ever had. One query."""
    own = DutyRow.objects.filter(organisation_path=node.path, withdrawn="").order_by().values_list("key", flat=True)
    if not sees_below(actor, node):
        return set(own.distinct())
    below = Count.objects.filter(organisation_path=node.path, due__gt=0).order_by().values_list("key", flat=True)
    return set(below.union(own))


def _take(found: Sums, path: str, figures: dict[str, Any]) -> None:
    span = Span(date.fromisoformat(figures["start"]), date.fromisoformat(figures["end"]))
    _add(found, (path, figures["key"], span), (figures["due"], figures["met"]))


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

    def cells(path: str) -> list[Cell]:
        return [cell(span, *found.get((path, key, span), NOTHING), day, key=key) for span in columns]

    return _picture(node, columns, places, found, cells, after=after, rest=rest)


def _picture(
    node: Organisation,
    columns: list[Span] | list[str],
    places: Sequence[Organisation],
    found: Sums,
    cells: Callable[[str], list[Cell]],
    *,
    after: str,
    rest: str,
) -> Picture:
    """A line for each place; for the one they lie below only on the first page, where it owes something itself."""
    owing = {path for path, _key, _span in found}
    lines = [
        Line(place, cells(place.path), place.pk == node.pk)
        for place in places
        if place.pk != node.pk or (place.path in owing and not after)
    ]
    return Picture(columns, lines, rest, cells(ALL) if ALL in owing else [])


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

    def cells(path: str) -> list[Cell]:
        return [_summed(by_place.get((path, key), []), since, until, day, key=key) for key in columns]

    return _picture(node, columns, places, found, cells, after=after, rest=rest)


def picture_of_year(
    actor: Actor, node: Organisation, *, keys: Sequence[str], year: int, day: date
) -> list[tuple[str, list[Cell]]]:
    """Each duty of a place and all below it over the year, by the month in which its periods end. Two queries.

    The first line, without a key, adds the kinds up. The caller has made sure that the actor sees the place.
    """
    found = sums([node.path] if sees_below(actor, node) else [], [node.path], condition=in_year(year))
    by_month: dict[tuple[str, int], list[tuple[Span, Both]]] = defaultdict(list)
    for (_path, key, span), both in found.items():
        by_month[key, span.end.month].append((span, both))
        by_month["", span.end.month].append((span, both))
    known = {key for key, _month in by_month}
    return [
        (
            key,
            [_summed(by_month.get((key, one.month), []), one, last_day(one), day, key=key) for one in months_of(year)],
        )
        for key in ("", *keys)
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


def _summed(parts: list[tuple[Span, Both]], since: date, until: date, day: date, *, key: str) -> Cell:
    """Several periods as one cell: overdue if one that ended is not met, running if one runs."""
    due, met = sum(both[0] for _span, both in parts), sum(both[1] for _span, both in parts)
    cells = [cell(one, *both, day) for one, both in parts]
    states = {one.state for one in cells}
    late = sum(one.late for one in cells)
    for state in (State.LATE, State.RUNNING, State.COMING, State.MET):
        if state in states:
            return Cell(Span(since, until), due, met, state, late, key)
    return Cell(Span(since, until), due, met, State.NONE, 0, key)


def standing(paths: Sequence[str], *, day: date) -> dict[str, tuple[int, int]]:
    """By duty, how many periods of the subtrees run and are open, and how many are overdue. Two queries.

    Overdue is what ended within `MONTHS_BACK`, in this year or the last one: a secretary sees the same.
    """
    since = add_months(day, -MONTHS_BACK)
    found = sums(paths, paths, condition=Q(period_start__lte=day, period_end__gte=since) & _not_older(since))
    by_key: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (_path, key, span), (due, met) in found.items():
        by_key[key][span.end < day] += due - met
    return {key: (both[0], both[1]) for key, both in by_key.items()}
