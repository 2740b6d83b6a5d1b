"""Reading .xls, the format before 2007: at most 65,536 rows a sheet, loaded by calamine as a whole."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, TypeVar

import python_calamine

from lianxin.kernel.spreadsheets.cells import BadCell, MergedRange, Row
from lianxin.kernel.spreadsheets.package import damaged

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from lianxin.kernel.spreadsheets.cells import Cell
    from lianxin.kernel.spreadsheets.limits import Limits
    from lianxin.kernel.spreadsheets.problems import Problem

T = TypeVar("T")
_EXACT = 10**15

_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A"})


class XlsSheet:
    """One sheet of an .xls workbook; dates arrive as dates, so the workbook's date system is already applied."""

    date1904 = False

    def __init__(self, book: XlsBook, name: str) -> None:
        self.name = name
        self.problems: list[Problem] = []
        self._book = book
        self._merged: tuple[MergedRange, ...] | None = None

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty.

        Raises:
            CannotRead: the sheet is damaged.
        """
        sheet = self._book.load(self.name)
        start = sheet.start
        if start is None:
            return
        # calamine counts rows from the top of the sheet, but cells from the first column in use.
        for number, values in enumerate(sheet.iter_rows(), start=1):
            cells: list[Cell] = [*[None] * start[1], *(_value(value) for value in values)]
            if any(cell is not None for cell in cells):
                yield Row(number, cells)

    def merged_ranges(self) -> tuple[MergedRange, ...]:
        """Return the merged blocks."""
        if self._merged is None:
            found = self._book.load(self.name).merged_cell_ranges or []
            self._merged = tuple(
                MergedRange(top + 1, left, bottom + 1, right) for (top, left), (bottom, right) in found
            )
        return self._merged


class XlsBook:
    """An opened .xls workbook."""

    def __init__(self, file: IO[bytes], _limits: Limits) -> None:
        """Open the workbook.

        Raises:
            CannotRead: the file is damaged.
        """
        self._book = _guarded(lambda: python_calamine.CalamineWorkbook.from_filelike(file))
        self.sheets = [
            XlsSheet(self, sheet.name)
            for sheet in self._book.sheets_metadata
            if sheet.typ == python_calamine.SheetTypeEnum.WorkSheet
            and sheet.visible == python_calamine.SheetVisibleEnum.Visible
        ]

    def load(self, name: str) -> python_calamine.CalamineSheet:
        """Return a sheet with its cells."""
        return _guarded(lambda: self._book.get_sheet_by_name(name))

    def close(self) -> None:
        """Let go of the workbook."""
        self._book.close()


def _guarded(act: Callable[[], T]) -> T:
    """Run ``act``; a damaged file may make calamine fail, or panic, which Python sees outside ``Exception``."""
    try:
        return act()
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        raise damaged() from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise damaged() from error
        raise


def _value(value: object) -> Cell:
    cell: Cell
    if value is None or value == "":
        cell = None
    elif isinstance(value, str):
        cell = BadCell(value) if value in _ERRORS else value
    elif isinstance(value, dt.datetime) and value.time() == dt.time():
        cell = value.date()
    elif isinstance(value, float) and value.is_integer() and abs(value) < _EXACT:
        cell = int(value)
    elif isinstance(value, (bool, int, float, dt.date, dt.time)):
        cell = value
    else:
        cell = str(value)
    return cell
