"""Writing workbooks and text tables: one row in memory at a time, and nothing in them can act as a formula."""

from __future__ import annotations

import csv
import datetime as dt
import io
from typing import IO, TYPE_CHECKING, cast

import xlsxwriter

from lianxin.kernel.spreadsheets.cells import BadCell, column_letters
from lianxin.kernel.spreadsheets.columns import Kind
from lianxin.kernel.spreadsheets.telephone_and_identity import plain
from lianxin.kernel.spreadsheets.text import guard_for_csv, guard_for_xlsx

if TYPE_CHECKING:
    import os
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from lianxin.kernel.spreadsheets.cells import Cell
    from lianxin.kernel.spreadsheets.columns import Column

    Target = str | os.PathLike[str] | IO[bytes]

HEADER_STYLE = {"bold": True, "bg_color": "#F3E7E7", "border": 1, "border_color": "#E4E7EB", "text_wrap": True,
                "align": "center", "valign": "vcenter"}  # fmt: skip
_LONGEST_CELL = 32_767  # source: Excel specifications and limits
_LONGEST_TITLE = 31  # the same
_EXACT = 10**11  # longer whole numbers are identifiers, and Excel shows them with an exponent
_FORBIDDEN_IN_TITLE = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_YES, _NO = "是", "否"
_FORMATS = {Kind.DATE: "yyyy-mm-dd", Kind.MONTH: "yyyy-mm", Kind.INTEGER: "0"}


def sheet_title(title: str) -> str:
    """Return a title that Excel accepts as the name of a sheet."""
    return title.translate(_FORBIDDEN_IN_TITLE).strip("' ")[:_LONGEST_TITLE] or "Sheet1"


def new_workbook(target: Target, *, constant_memory: bool = True) -> xlsxwriter.Workbook:
    """Return a workbook to write into; text stays text whatever it looks like. Closing it writes the file."""
    options = {
        "constant_memory": constant_memory,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "nan_inf_to_errors": True,
    }
    return xlsxwriter.Workbook(target, options)


def write_cell(sheet: Worksheet, row: int, column: int, value: Cell, style: Format | None = None) -> None:
    """Write one value by its type; text as an explicit string cell, long numbers as text so that no digit is lost."""
    if value is None or value == "":
        if style is not None:
            sheet.write_blank(row, column, None, style)
    elif isinstance(value, str):
        sheet.write_string(row, column, _storable(value), style)
    elif isinstance(value, bool):
        sheet.write_string(row, column, _YES if value else _NO, style)
    elif isinstance(value, (int, float)):
        if abs(value) < _EXACT:
            sheet.write_number(row, column, value, style)
        else:
            sheet.write_string(row, column, plain(value), style)
    elif isinstance(value, dt.date):
        if value.year >= 1900:  # noqa: PLR2004  Excel knows no earlier day
            sheet.write_datetime(row, column, value, style)
        else:
            sheet.write_string(row, column, value.isoformat(), style)
    else:
        sheet.write_string(row, column, value.text if isinstance(value, BadCell) else str(value), style)


def _storable(text: str) -> str:
    """Return text XML can hold: without lone surrogates, no longer than a cell may be."""
    if not text.isascii():
        text = text.encode("utf-8", "ignore").decode()
    return guard_for_xlsx(text)[:_LONGEST_CELL]


def write_xlsx(
    target: Target, title: str, columns: Sequence[Column], rows: Iterable[Sequence[Cell]], notes: Sequence[str] = ()
) -> int:
    """Write a list as a workbook with a frozen, filterable header; returns the number of rows.

    Args:
        target: a path, or a binary file that stays open.
        title: name of the sheet.
        columns: give headers, widths and formats; codes are written as the rows give them (usually their names).
        rows: values in the order of the columns; consumed once, one at a time.
        notes: sentences above the header, such as what was filtered.

    Raises:
        ValueError: more rows than a sheet holds (1,048,576).
    """
    with new_workbook(target) as book:
        sheet = book.add_worksheet(sheet_title(title))
        styles = column_styles(book, columns)
        note_style = book.add_format({"italic": True, "font_color": "#5B6470"})
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width, styles[index])
        for index, note in enumerate(notes):
            sheet.write_string(index, 0, _storable(note), note_style)
        top = len(notes)
        write_header(book, sheet, top, [str(column.label) for column in columns])
        number = top
        for number, row in enumerate(rows, start=top + 1):
            if number >= sheet.xls_rowmax:
                raise ValueError("A sheet holds at most 1,048,576 rows.")
            for index, value in enumerate(row):
                if value is not None:
                    write_cell(sheet, number, index, value, styles[index])
        sheet.autofilter(top, 0, max(number, top), max(len(columns) - 1, 0))
    return number - top


def column_styles(book: xlsxwriter.Workbook, columns: Sequence[Column]) -> list[Format]:
    """Return the cell format of each column: dates and whole numbers as such, everything else as text."""
    made = {code: book.add_format({"num_format": code}) for code in {*_FORMATS.values(), "@"}}
    return [made[_FORMATS.get(column.kind, "@")] for column in columns]


def write_header(book: xlsxwriter.Workbook, sheet: Worksheet, row: int, titles: Sequence[str]) -> None:
    """Write the header row and keep it in view."""
    style = book.add_format(HEADER_STYLE)
    sheet.set_row(row, 30)
    for index, title in enumerate(titles):
        sheet.write_string(row, index, _storable(title), style)
    sheet.freeze_panes(row + 1, 0)


def write_csv(target: Target, columns: Sequence[Column], rows: Iterable[Sequence[Cell]]) -> int:
    """Write a list as CSV in UTF-8 with a mark, so that Excel and WPS read Chinese; returns the number of rows."""
    if not hasattr(target, "write"):
        with open(cast("str", target), "wb") as file:  # noqa: PTH123  a path of any kind
            return write_csv(file, columns, rows)
    text = io.TextIOWrapper(cast("IO[bytes]", target), encoding="utf-8-sig", errors="ignore", newline="")
    writer = csv.writer(text)
    writer.writerow([guard_for_csv(str(column.label)) for column in columns])
    count = 0
    for row in rows:
        writer.writerow([_csv_text(value) for value in row])
        count += 1
    text.flush()
    text.detach()
    return count


def _csv_text(value: Cell) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return guard_for_csv(value.replace("\x00", ""))
    if isinstance(value, bool):
        return _YES if value else _NO
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, BadCell):
        return guard_for_csv(value.text)
    return value.isoformat() if isinstance(value, (dt.date, dt.time)) else str(value)


def letters(column: int, first: int, last: int) -> str:
    """Return an absolute range in one column, rows from 1: ``$A$1:$A$9``."""
    name = column_letters(column)
    return f"${name}${first}:${name}${last}"
