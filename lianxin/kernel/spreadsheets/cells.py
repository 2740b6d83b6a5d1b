"""What a sheet yields: rows of plain values, and marks for what has no value."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianxin.kernel.spreadsheets.problems import Problem


_EPOCH_1900 = dt.datetime(1899, 12, 30)  # noqa: DTZ001  a sheet's dates have no zone
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001
_LAST_SERIAL = 2_958_465  # 9999-12-31
_LEAP_BUG = 60  # Excel believes in 1900-02-29, serial 60


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that shows something but holds no value: an error such as ``#REF!`` or a formula never calculated."""

    text: str


class MonthDate(dt.date):
    """A date whose cell shows only year and month: Excel made up the first day of the month."""


Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | BadCell | None


class Row(NamedTuple):
    """A row that is not empty: its number as Excel shows it (from 1) and its cells from column A."""

    number: int
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged block; rows as Excel numbers them (from 1), columns from 0, both ends included."""

    top: int
    left: int
    bottom: int
    right: int


class Sheet(Protocol):
    """One visible sheet. ``rows`` may be called again and starts from the top each time."""

    name: str
    date1904: bool
    problems: list[Problem]

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty, top to bottom, holding one at a time in memory."""

    def merged_ranges(self) -> tuple[MergedRange, ...]:
        """Return the merged blocks, in no particular order."""


def serial_date(serial: float, *, date1904: bool) -> dt.date | dt.datetime | None:
    """Return the date of an Excel serial number, a datetime when it has a time of day, None when it is out of range."""
    if not 0 <= serial <= _LAST_SERIAL:
        return None
    epoch = _EPOCH_1904 if date1904 else _EPOCH_1900
    if not date1904 and serial < _LEAP_BUG:
        epoch += dt.timedelta(days=1)
    days = int(serial)
    seconds = round((serial - days) * 86_400)
    try:
        moment = epoch + dt.timedelta(days=days, seconds=seconds)
    except OverflowError:
        return None
    return moment if seconds % 86_400 else moment.date()


def column_letters(index: int) -> str:
    """Return the letters Excel shows for a column counted from 0: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
