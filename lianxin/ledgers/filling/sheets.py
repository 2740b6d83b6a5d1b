"""Excel layouts: which fields they name and where, and filling them. A row naming columns of a list is repeated.

Pure: no Django, no database. Runs in the child process only. Values enter as text, numbers or days, never as formulas.
"""

from collections.abc import Iterator, Mapping
from copy import copy
from datetime import date
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.cell_range import CellRange

from lianxin.ledgers.filling.formulas import copied, faults, stretch_book
from lianxin.ledgers.filling.tokens import FIELD, Found, Known, list_of, read_tokens

DAY = "$day"
MOST_CELLS = 400_000
LONGEST_CELL = 32_767


class TooLarge(Exception):  # noqa: N818 - an answer, not a fault
    """The sheet has more cells than are looked at."""


def _texts(sheet: Any) -> Iterator[Any]:
    """Cells that hold braces."""
    seen = 0
    for row in sheet.iter_rows():
        for cell in row:
            seen += 1
            if seen > MOST_CELLS:
                raise TooLarge
            if isinstance(cell.value, str) and ("{" in cell.value or "}" in cell.value):
                yield cell


def check_sheets(content: bytes, known: Known) -> Found:
    """The fields a workbook names, and every fault with sheet and cell."""
    book = load_workbook(BytesIO(content), rich_text=False)
    found = Found()
    every: set[tuple[str, int]] = set()
    for sheet in book.worksheets:
        rows: dict[int, set[str]] = {}
        for cell in _texts(sheet):
            place = ("cell", sheet.title, cell.coordinate)
            if cell.data_type == "f":
                if "{{" in cell.value:
                    found.wrong("formula", cell.value, place)
                continue
            listed = rows.setdefault(cell.row, set())
            listed |= {one for name in FIELD.findall(cell.value) if (one := list_of(name, known))}
            if len(listed) > 1:
                found.wrong("two_lists", cell.value, place)
                continue
            read_tokens(found, cell.value, place, known, in_row=True, may_loop=False)
        repeated = {row for row, listed in rows.items() if listed}
        every |= {(sheet.title, row) for row in repeated}
        for merged in sheet.merged_cells.ranges:
            if merged.min_row != merged.max_row and repeated & set(range(merged.min_row, merged.max_row + 1)):
                found.wrong("merged", str(merged), ("cell", sheet.title, str(merged)))
    for cell in _formulas(book) if every else ():
        fault = faults(cell.value, here=cell.parent.title, row=cell.row, repeated=every)
        if fault:
            written = cell.value if isinstance(cell.value, str) else getattr(cell.value, "text", "") or ""
            found.wrong(fault, written, ("cell", cell.parent.title, cell.coordinate))
    return found


def _formulas(book: Any) -> Iterator[Any]:
    """Cells that hold a formula."""
    for sheet in book.worksheets:
        for row in sheet.iter_rows():
            yield from (cell for cell in row if cell.data_type == "f")


def fill_sheets(content: bytes, values: Mapping[str, Any], known: Known) -> bytes:
    """The workbook with its fields filled; rows below a repeated one move down."""
    book = load_workbook(BytesIO(content), rich_text=False)
    for sheet in book.worksheets:
        cells = [cell for cell in _texts(sheet) if cell.data_type != "f"]
        lists: dict[int, str] = {}
        for cell in cells:
            over = next((one for name in FIELD.findall(cell.value) if (one := list_of(name, known))), "")
            if over:
                lists[cell.row] = over
        for cell in cells:  # each token is replaced once: braces in a value stay what they are
            if cell.row not in lists:
                _put(cell, cell.value, lambda name: _found(values, name))
        for number in sorted(lists, reverse=True):
            _repeat(book, sheet, number, values, lists[number])
    written = BytesIO()
    book.save(written)
    return written.getvalue()


def _found(values: Any, name: str) -> Any:
    for part in name.split("."):
        values = values[part]
    return values


def _make_room(book: Any, sheet: Any, number: int, more: int) -> None:
    """Put rows in below the one that is repeated, as high as it is; what lies below moves down, formulas follow."""
    height = sheet.row_dimensions[number].height
    below = [one for one in sheet.merged_cells.ranges if one.min_row > number]
    heights = {
        row: sheet.row_dimensions[row].height
        for row in range(number + 1, sheet.max_row + 1)
        if sheet.row_dimensions[row].height is not None
    }
    sheet.insert_rows(number + 1, more)
    for one in below:
        one.shift(row_shift=more)
    for row in range(number + 1, number + more + 1):
        sheet.row_dimensions[row].height = height
    for row, kept in heights.items():
        sheet.row_dimensions[row + more].height = kept
    stretch_book(book, sheet=sheet.title, number=number, more=more)


def _repeat(book: Any, sheet: Any, number: int, values: Mapping[str, Any], over: str) -> None:
    """Put a list's rows where one row stands for them; without any the row is emptied. Formulas follow."""
    rows: list[dict[str, Any]] = _found(values, over)
    merged = [one for one in sheet.merged_cells.ranges if one.min_row == number]
    more = max(0, len(rows) - 1)
    if more:
        _make_room(book, sheet, number, more)
    cells = [(cell.column, cell.value, cell) for cell in sheet[number]]
    is_text = {cell.column: cell.data_type != "f" for cell in sheet[number]}
    for offset, item in enumerate(rows or [{}]):
        for column, value, pattern in cells:
            cell = sheet.cell(number + offset, column)
            if offset:
                cell._style = copy(pattern._style)  # noqa: SLF001 - the library's way to copy a format
                for one in merged if column == cells[0][0] else ():
                    sheet.merged_cells.add(
                        CellRange(
                            min_col=one.min_col,
                            max_col=one.max_col,
                            min_row=number + offset,
                            max_row=number + offset,
                        )
                    )
            if isinstance(value, str) and not is_text[column] and offset:
                cell.value = copied(value, number=number, offset=offset)
            elif isinstance(value, str) and is_text[column]:
                _put(cell, value, lambda name, item=item: _in_row(values, item, over, name))


def _in_row(values: Mapping[str, Any], row: Mapping[str, Any], over: str, name: str) -> Any:
    prefix = f"{over}."
    return row.get(name.removeprefix(prefix), "") if name.startswith(prefix) else _found(values, name)


def _put(cell: Any, text: str, value_of: Any) -> None:
    """The text with its fields replaced; a field alone in a cell keeps its type."""
    alone = FIELD.fullmatch(text.strip())
    if alone is not None:
        value = value_of(alone[1])
        if isinstance(value, dict):
            cell.value = date.fromisoformat(value[DAY])
            if cell.number_format == "General":
                cell.number_format = "yyyy-mm-dd"
        elif isinstance(value, int | float) and not isinstance(value, bool):
            cell.value = value
        else:
            _as_text(cell, str(value))
        return

    def shown(match: Any) -> str:
        value = value_of(match[1])
        return str(value[DAY]) if isinstance(value, dict) else str(value)

    _as_text(cell, FIELD.sub(shown, text))


def _as_text(cell: Any, text: str) -> None:
    cell.value = "".join(sign for sign in text if sign in "\n\t" or sign >= " ")[:LONGEST_CELL]
    if cell.value:
        cell.data_type = "s"
