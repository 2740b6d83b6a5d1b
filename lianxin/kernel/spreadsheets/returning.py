"""The workbook handed back with its problems marked, to be mended and imported again."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from lianxin.kernel.spreadsheets.cells import MonthDate
from lianxin.kernel.spreadsheets.matching import PROBLEM_HEADERS, fold_header
from lianxin.kernel.spreadsheets.problems import Level
from lianxin.kernel.spreadsheets.writing import new_workbook, sheet_title, write_cell, write_header

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Sequence

    from xlsxwriter.format import Format

    from lianxin.kernel.spreadsheets.cells import Cell, Row
    from lianxin.kernel.spreadsheets.matching import Header
    from lianxin.kernel.spreadsheets.problems import Problem
    from lianxin.kernel.spreadsheets.writing import Target

_COMMENTS = 5_000  # more make Excel crawl; the column of remarks has them all
_WIDTH, _REMARK_WIDTH = 16, 60


def write_returned(
    target: Target, title: str, headers: Sequence[Header], rows: Iterable[Row], problems: Iterable[Problem]
) -> int:
    """Write rows as they were, problem cells red with a comment, and a last column that says what to mend.

    That column is ignored when the workbook is imported again. Give all rows, or only those with problems.

    Args:
        target: a path or a binary file that stays open.
        title: name of the sheet.
        headers: of the table the rows come from.
        rows: original rows; their numbers find their problems.
        problems: of this sheet; those of row 0 concern the file and are left to the screen.

    Returns:
        The number of rows written.
    """
    found: dict[int, list[Problem]] = defaultdict(list)
    for problem in problems:
        found[problem.row].append(problem)
    remarks = {fold_header(word) for word in PROBLEM_HEADERS}
    kept = [header for header in headers if fold_header(header.text) not in remarks]
    number = 0
    comments = 0
    with new_workbook(target) as book:
        sheet = book.add_worksheet(sheet_title(title))
        text, red, amber = (
            book.add_format({"num_format": "@", **colour})
            for colour in ({}, {"bg_color": "#F9D6D5"}, {"bg_color": "#FFF1CC"})
        )
        dated = {
            form: book.add_format({"num_format": "yyyy-mm-dd", **({"bg_color": colour} if colour else {})})
            for form, colour in ((text, ""), (red, "#F9D6D5"), (amber, "#FFF1CC"))
        }
        sheet.set_column(0, max(len(kept) - 1, 0), _WIDTH, text)
        sheet.set_column(len(kept), len(kept), _REMARK_WIDTH)
        write_header(book, sheet, 0, [*(header.text for header in kept), PROBLEM_HEADERS[0]])
        for number, row in enumerate(rows, start=1):
            about = found.get(row.number, [])
            for index, header in enumerate(kept):
                here = [problem for problem in about if problem.column == header.text]
                style = text if not here else red if any(one.level is Level.ERROR for one in here) else amber
                cell = row.cells[header.index] if header.index < len(row.cells) else None
                cell, style = _as_it_was(cell, style, dated)
                write_cell(sheet, number, index, cell, style if here or cell is not None else None)
                if here and comments < _COMMENTS:
                    comments += 1
                    sheet.write_comment(
                        number, index, "\n".join(_sentence(problem, with_column=False) for problem in here)
                    )
            if about:
                remark = "\n".join(_sentence(problem, with_column=True) for problem in about)
                write_cell(sheet, number, len(kept), remark, text)
    return number


def _as_it_was(cell: Cell, style: Format, dated: dict[Format, Format]) -> tuple[Cell, Format]:
    """Return the cell and the format that shows it as before; a month stays a month, for its day was never known."""
    if isinstance(cell, MonthDate):
        return f"{cell:%Y-%m}", style
    return (cell, dated[style]) if _is_date(cell) else (cell, style)


def _is_date(cell: Cell) -> bool:
    return hasattr(cell, "toordinal")


def _sentence(problem: Problem, *, with_column: bool) -> str:
    text = f"{problem.column}：{problem.message}" if with_column and problem.column else str(problem.message)
    suggestion: str | int | bool | dt.date | None = problem.suggestion
    if suggestion is None or problem.code == "unknown_choice":  # whose sentence names the likeliest
        return text
    shown = {True: "是", False: "否"}.get(suggestion) if isinstance(suggestion, bool) else str(suggestion)
    return f"{text} → {shown}"
