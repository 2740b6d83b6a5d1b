"""Reading .xlsx sheets one row at a time, whatever their size."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.spreadsheets.cells import BadCell, MergedRange, MonthDate, Row, serial_date
from lianxin.kernel.spreadsheets.package import LocalNames, Package, damaged, feed, make_parser, read_xml, small_number
from lianxin.kernel.spreadsheets.problems import CannotRead, Level, Problem
from lianxin.kernel.spreadsheets.strings import SharedStrings, read_shared_strings, unescape
from lianxin.kernel.spreadsheets.styles import Shows, read_styles

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator
    from typing import IO

    from lianxin.kernel.spreadsheets.cells import Cell
    from lianxin.kernel.spreadsheets.limits import Limits

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\s[^>]*?ref\s*=\s*[\"']([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})[\"']")
_OVERLAP = 256
_LOCAL_NAMES = LocalNames()
_EXACT_DIGITS = 15  # a spreadsheet number carries 15 significant digits


class XlsxSheet:
    """One sheet of an .xlsx package."""

    def __init__(self, book: XlsxBook, name: str, part: str) -> None:
        self.name = name
        self.date1904 = book.date1904
        self.problems: list[Problem] = []
        self._book = book
        self._part = part
        self._merged: tuple[MergedRange, ...] | None = None

    def rows(self) -> Iterator[Row]:
        """Yield the rows that are not empty, holding a block of the XML and its rows in memory.

        Raises:
            CannotRead: the sheet is damaged or beyond the limits.
        """
        self.problems.clear()
        limits = self._book.limits
        reader = _RowReader(self._book)
        last_full = 0
        for _pause in feed(self._book.package, self._part, reader.parser):
            finished, reader.finished = reader.finished, []
            for row in finished:
                last_full = row.number
                yield row
            if reader.empty_run > limits.empty_rows:
                self.problems.append(_stopped(self.name, last_full))
                return

    def merged_ranges(self) -> tuple[MergedRange, ...]:
        """Return the merged blocks. They stand after the rows in the part, so this unpacks it once (no parsing)."""
        if self._merged is None:
            self._merged = tuple(self._find_merged())
        return self._merged

    def _find_merged(self) -> Iterator[MergedRange]:
        tail, count = b"", 0
        for block in self._book.package.blocks(self._part):
            window = tail + block
            end = 0
            for match in _MERGED.finditer(window):
                end = match.end()
                left, top, right, bottom = match.groups()
                yield MergedRange(int(top), _column(left.decode()), int(bottom), _column(right.decode()))
                count += 1
                if count >= self._book.limits.merged_ranges:
                    return
            tail = window[max(end, len(window) - _OVERLAP) :]


def _stopped(sheet: str, row: int) -> Problem:
    return Problem(
        sheet=sheet,
        row=row,
        column="",
        level=Level.WARNING,
        code="empty_rows",
        message=format_lazy(
            _(
                "After row {row} there are only empty rows for a long stretch; reading stopped there. "
                "If there is more below, delete the empty rows and upload the file again."
            ),
            row=row,
        ),
    )


class _RowReader:
    """Handlers for one pass over a sheet's XML. Closures over locals, because they run once per cell."""

    def __init__(self, book: XlsxBook) -> None:
        self.finished: list[Row] = []
        self.number = 0
        self.empty_run = 0
        self._book = book
        self._cells: list[Cell] = []
        self._type = self._style = ""
        self._index = -1
        self._length = 0
        self._text: list[str] = []
        self._collecting = self._formula = self._phonetic = False
        self.parser = make_parser(self._start, self._end, self._characters)

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _LOCAL_NAMES[tag]
        if name == "c":
            reference = attributes.get("r")
            self._index = _column(reference) if reference else self._index + 1
            self._type = attributes.get("t", "n")
            self._style = attributes.get("s", "")
            self._text = []
            self._length = 0
            self._formula = False
        elif name in {"v", "t"}:
            self._collecting = not self._phonetic
        elif name == "f":
            self._formula = True
        elif name == "row":
            self.number = small_number(attributes.get("r"), self.number + 1)
            self._cells = []
            self._index = -1
        elif name == "rPh":
            self._phonetic = True

    def _characters(self, data: str) -> None:
        if self._collecting:
            self._text.append(data)
            self._length += len(data)
            if self._length > self._book.limits.cell_text:
                raise CannotRead(
                    "long_cell",
                    format_lazy(
                        _(
                            "Row {row} has a cell with more text than Excel allows. "
                            "Shorten it and upload the file again."
                        ),
                        row=self.number,
                    ),
                )

    def _end(self, tag: str) -> None:
        name = _LOCAL_NAMES[tag]
        if name in {"v", "t"}:
            self._collecting = False
        elif name == "c":
            if self._text or self._formula:
                value = self._book.value("".join(self._text), self._type, self._style, formula=self._formula)
                if value is not None:
                    self._put(value)
        elif name == "row":
            if self._cells:
                self.finished.append(Row(self.number, self._cells))
                self.empty_run = 0
            else:
                self.empty_run += 1
        elif name == "rPh":
            self._phonetic = False

    def _put(self, value: Cell) -> None:
        cells, index = self._cells, self._index
        if index == len(cells):
            cells.append(value)
        elif index < len(cells):
            cells[index] = value
        elif index < self._book.limits.columns:
            cells.extend([None] * (index - len(cells)))
            cells.append(value)
        if index >= self._book.limits.columns:
            raise CannotRead(
                "too_wide",
                format_lazy(
                    _("Row {row} has values beyond column {limit}. Delete the columns that do not belong to the list."),
                    row=self.number,
                    limit=self._book.limits.columns,
                ),
            )


class XlsxBook:
    """An opened .xlsx workbook: its visible sheets, strings and styles."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        """Open the package and read all but the sheets.

        Raises:
            CannotRead: it is not a workbook, is damaged, or asks for more than the limits.
        """
        self.limits = limits
        self.package = Package(file, limits)
        self.date1904 = False
        self._dates: dict[tuple[str, str], Cell] = {}
        parts = self.package.relations("")
        workbook = next((target for kind, target in parts.values() if kind == "officeDocument"), "xl/workbook.xml")
        if workbook not in self.package or not _is_workbook(self.package, workbook):
            raise _not_a_workbook(self.package)
        relations = self.package.relations(workbook)
        by_kind = {kind: target for kind, target in relations.values() if target in self.package}
        self.sheets = self._read_sheets(workbook, relations)
        self._styles = read_styles(self.package, by_kind["styles"]) if "styles" in by_kind else []
        self._strings = (
            read_shared_strings(self.package, by_kind["sharedStrings"], limits)
            if "sharedStrings" in by_kind
            else SharedStrings(limits)
        )

    def _read_sheets(self, workbook: str, relations: dict[str, tuple[str, str]]) -> list[XlsxSheet]:
        listed: list[tuple[str, str]] = []

        def start(tag: str, attributes: dict[str, str]) -> None:
            if tag == "workbookPr":
                self.date1904 = attributes.get("date1904") in {"1", "true", "on"}
            elif tag == "sheet" and attributes.get("state", "visible") == "visible":
                relation = next((value for key, value in attributes.items() if key.endswith("}id")), "")
                kind, target = relations.get(relation, ("", ""))
                if kind == "worksheet" and target in self.package:
                    listed.append((attributes.get("name", ""), target))

        read_xml(self.package, workbook, start)
        return [XlsxSheet(self, name, part) for name, part in listed]

    def value(self, text: str, kind: str, style: str, *, formula: bool) -> Cell:
        """Return the value of a cell from its XML; formulas give the value Excel calculated last."""
        value: Cell
        if kind == "s":
            value = self._strings[small_number(text, -1)] or None
        elif kind in {"str", "inlineStr", "d"}:
            value = unescape(text) or None
        elif kind == "b":
            value = text == "1"
        elif kind == "e":
            value = BadCell(text)
        elif text.strip():
            value = self._number(text, style)
        else:
            value = BadCell("=") if formula else None
        return value

    def _number(self, text: str, style: str) -> Cell:
        position = small_number(style, 0)
        shows = self._styles[position] if position < len(self._styles) else Shows.NUMBER
        if shows is Shows.NUMBER:
            return _plain_number(text)
        known = self._dates.get((text, style))
        if known is None:
            known = self._dates[text, style] = _dated(text, shows, date1904=self.date1904)
            if len(self._dates) > 50_000:  # noqa: PLR2004  every day of a century fits; a hostile file may have more
                self._dates.clear()
        return known

    def close(self) -> None:
        """Close the package and give the string table's temporary file back."""
        self._strings.close()
        self.package.close()


def _dated(text: str, shows: Shows, *, date1904: bool) -> Cell:
    number = _plain_number(text)
    if isinstance(number, str) or shows is Shows.TIME:
        return number
    value: dt.date | None = serial_date(number, date1904=date1904)
    if value is None:
        return number
    return MonthDate(value.year, value.month, 1) if shows is Shows.MONTH else value


def _plain_number(text: str) -> int | float | str:
    try:
        if text.isdecimal() and len(text) <= _EXACT_DIGITS + 3:
            return int(text)
        number = float(text)
    except ValueError:
        return text
    if not math.isfinite(number):
        return text
    return int(number) if number.is_integer() and abs(number) < 10**_EXACT_DIGITS else number


def _column(reference: str) -> int:
    """Return the column of a reference such as ``AB12``, from 0."""
    index = 0
    for letter in reference:
        if not "A" <= letter <= "Z":
            break
        index = index * 26 + ord(letter) - 64
    return index - 1


def _is_workbook(package: Package, part: str) -> bool:
    root: list[str] = []
    read_xml(package, part, lambda tag, _attributes: root.append(tag) if not root else None)
    return root == ["workbook"]


def _not_a_workbook(package: Package) -> CannotRead:
    names = package.names()
    if any(name.startswith("word/") for name in names):
        return CannotRead("word", _("This is a Word document. Copy its table into Excel and upload the workbook."))
    if any(name.startswith("ppt/") for name in names):
        return CannotRead("slides", _("This is a presentation. Upload the Excel workbook with the list."))
    if "xl/workbook.bin" in names:
        return CannotRead("xlsb", _("This is a binary workbook (.xlsb). Save it as .xlsx in Excel and upload that."))
    if "content.xml" in names and "mimetype" in names:
        return CannotRead("ods", _("This is an OpenDocument file. Save it as .xlsx and upload that."))
    if "[content_types].xml" in names:
        return damaged()
    return CannotRead("archive", _("This is an archive. Unpack it and upload the workbook that is inside."))
