"""The picture as a grid of words and figures, as the screen shows it and as a sheet holds it."""

from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from lianxin.duties.declared import all_duties, label_of
from lianxin.duties.queries.picture import (
    ROWS,
    Cell,
    Picture,
    Span,
    last_day,
    months_of,
    picture_of_key,
    picture_of_time,
    picture_of_year,
)
from lianxin.duties.wording import QUARTER, column_in_words
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import add_months
from lianxin.organisations.facade import Organisation

MOST_LINES = 5_000
"""Organisations in one sheet."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for: one duty over a year, all duties over a month, a quarter or the year, or kinds by month."""

    key: str
    year: int
    time: str
    by: str = ""

    def query(self, **changes: object) -> str:
        """The address' query with changes; the place and the page begin anew unless given."""
        given = {"key": self.key, "year": self.year, "time": self.time, "by": self.by} | changes
        return urlencode({name: value for name, value in given.items() if value not in ("", None)})

    @property
    def span(self) -> tuple[date, date]:
        """First and last day of the month, quarter or year asked for."""
        if self.time == "year":
            return date(self.year, 1, 1), date(self.year, 12, 31)
        number = int(self.time[1:])
        months = QUARTER if self.time[0] == "q" else 1
        start = date(self.year, (number - 1) * months + 1, 1)
        return start, last_day(add_months(start, months - 1))


@dataclass(frozen=True, slots=True)
class Grid:
    """Headings, and lines that have a name and a cell for each heading; `keys` of the lines where they are kinds.

    The first line is the total, where the reader sees all of it. `is_whole` unless there are too many lines.
    """

    headings: list[Sentence]
    lines: list[tuple[str, list[Cell]]]
    keys: list[str] = field(default_factory=list)
    is_whole: bool = True


def total_in_words() -> str:
    """What the line is called that adds up the others."""
    return _("Total")


def picture_asked(
    actor: Actor, node: Organisation, asked: Asked, *, day: date, after: str = "", size: int = ROWS
) -> Picture:
    """The children of a place against the periods of one duty, or against all duties. Three queries."""
    if asked.key:
        return picture_of_key(actor, node, key=asked.key, year=asked.year, day=day, after=after, size=size)
    since, until = asked.span
    keys = [duty.key for duty in all_duties()]
    return picture_of_time(actor, node, keys=keys, since=since, until=until, day=day, after=after, size=size)


def heading_of(column: Span | str) -> Sentence:
    """What a column of the picture is called: a period, or a kind of duty."""
    return column_in_words(column.start, column.end) if isinstance(column, Span) else label_of(column)


def kinds_by_month(actor: Actor, node: Organisation, *, year: int, day: date) -> Grid:
    """The kinds of duties of a place and all below it against the months of a year. Two queries."""
    lines = picture_of_year(actor, node, keys=[duty.key for duty in all_duties()], year=year, day=day)
    headings = [column_in_words(one, last_day(one)) for one in months_of(year)]
    return Grid(
        [*headings],
        [(str(label_of(key)) if key else total_in_words(), cells) for key, cells in lines],
        [key for key, _cells in lines],
    )


def grid_asked(actor: Actor, node: Organisation, asked: Asked, *, day: date) -> Grid:
    """The grid of the screen with all its pages, at most `MOST_LINES` organisations. Three queries."""
    if asked.by:
        return kinds_by_month(actor, node, year=asked.year, day=day)
    picture = picture_asked(actor, node, asked, day=day, size=MOST_LINES)
    return Grid(
        [heading_of(column) for column in picture.columns],
        [
            *([(total_in_words(), picture.total)] if picture.total else []),
            *((line.organisation.short_name, line.cells) for line in picture.lines),
        ],
        is_whole=not picture.after,
    )
