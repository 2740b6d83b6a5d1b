"""Finding the table on a sheet: title and notes above it, a header of one or two rows, a signature line below."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.spreadsheets.cells import MergedRange, Row, column_letters
from lianxin.kernel.spreadsheets.matching import PROBLEM_HEADERS, Header, HeaderWords, fold_header
from lianxin.kernel.spreadsheets.problems import CannotRead, Level, Problem
from lianxin.kernel.spreadsheets.text import clean_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lianxin.kernel.spreadsheets.cells import Cell, Sheet
    from lianxin.kernel.spreadsheets.columns import Column

_HEADER_WITHIN = 30  # rows: titles, notes and a filling guide fit above the header
_SAMPLES = 50
_LONGEST_HEADER = 60
_FOOTER = re.compile(
    r"^(填表人|填报人|填表|审核人|审核|制表|经办人|负责人|采集人|党员本人|党支部书记签|书记签|签名|签字|盖章|单位[(（]?盖章"
    r"|填报单位|填报日期|填表日期|制表日期|日期[:：]|联系人[:：]|注[:：]|注意|备注[:：]|说明[:：]|填表说明|总计|合计|小计|共计|第\d+页|共\d+页)"
)


@dataclass(slots=True)
class Table:
    """A table found on a sheet.

    Attributes:
        header_row: number of the (lower) header row.
        headers: the header cells that say something, left to right; the column of a returned file's remarks included.
        skipped: numbers of rows below the header left out as notes, signatures, totals or repeated headers;
            filled while ``rows`` runs.
        problems: what concerns the sheet; complete after ``rows`` has run.
    """

    sheet: Sheet
    header_row: int
    headers: list[Header]
    samples: list[list[Cell]]
    skipped: list[int] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def rows(self) -> Iterator[Row]:
        """Yield the data rows, one at a time. Merged cells hold a value in their first cell only: see ``problems``.

        Raises:
            CannotRead: the file turns out to be damaged further down.
        """
        self.skipped.clear()
        self.problems = self._merged_problems()
        titles = {header.index: fold_header(header.text) for header in self.headers}
        remarks = {fold_header(word) for word in PROBLEM_HEADERS}
        ours = [index for index, title in titles.items() if title in remarks]
        for row in self.sheet.rows():
            if row.number <= self.header_row:
                continue
            for index in ours:
                if index < len(row.cells):
                    row.cells[index] = None
            if _is_note(row.cells, len(self.headers)) or _repeats(row.cells, titles):
                self.skipped.append(row.number)
            elif any(cell is not None for cell in row.cells):
                yield row
        self.problems += self.sheet.problems

    def _merged_problems(self) -> list[Problem]:
        titles = {header.index: header.text for header in self.headers}
        return [
            Problem(
                sheet=self.sheet.name,
                row=merged.top,
                column=titles.get(merged.left, column_letters(merged.left)),
                level=Level.ERROR,
                code="merged_cells",
                message=format_lazy(
                    _("Cells {first} to {last} are merged. Unmerge them and fill in the value in every row."),
                    first=f"{column_letters(merged.left)}{merged.top}",
                    last=f"{column_letters(merged.right)}{merged.bottom}",
                ),
            )
            for merged in sorted(self.sheet.merged_ranges(), key=lambda merged: (merged.top, merged.left))
            # A block across one row is a note or a signature; down the rows it hides values.
            if merged.top > self.header_row and merged.bottom > merged.top and merged.left in titles
        ]


def find_table(sheet: Sheet, columns: Sequence[Column]) -> Table:
    """Find the header row of a sheet and what lies under it, by the headers that ``columns`` are known by.

    A header of two rows is recognised by its merged cells. When no row holds a known header, the first row of
    three or more different short texts is taken, so that a person can match its columns by hand.

    Raises:
        CannotRead: the sheet is empty or has no header row.
    """
    rows = sheet.rows()
    top = [Row(row.number, list(row.cells)) for row in itertools.islice(rows, _HEADER_WITHIN + _SAMPLES)]
    if not top:
        raise CannotRead(
            "empty_sheet",
            format_lazy(_("The sheet “{sheet}” is empty. Choose the sheet with the list."), sheet=sheet.name),
        )
    merged = [block for block in sheet.merged_ranges() if block.top <= top[min(len(top), _HEADER_WITHIN) - 1].number]
    words = HeaderWords(columns)
    best: tuple[float, int, list[Header]] = (0.0, 0, [])
    for position, row in enumerate(top[:_HEADER_WITHIN]):
        for height in (1, 2):
            headers = _one_row(row) if height == 1 else _two_rows(top[position : position + 2], merged)
            # A title merged across the header must not become part of it: two rows have to explain more than one.
            score = _score(headers, words) - 0.5 * (height - 1)
            if score > best[0]:
                best = (score, position + height - 1, headers)
    if not best[2]:
        best = _by_looks(top)
    if not best[2]:
        raise CannotRead(
            "no_header",
            format_lazy(
                _("No header row was found on the sheet “{sheet}”. Put the column names in one row above the data."),
                sheet=sheet.name,
            ),
        )
    _points, position, headers = best
    samples = [row.cells for row in top[position + 1 :] if not _is_note(row.cells, len(headers))][:_SAMPLES]
    return Table(sheet, top[position].number, headers, samples)


def _text(cell: Cell) -> str:
    return clean_text(cell) if isinstance(cell, str) else ""


def _one_row(row: Row) -> list[Header]:
    return [Header(index, text) for index, cell in enumerate(row.cells) if (text := _text(cell))]


def _two_rows(pair: list[Row], merged: list[MergedRange]) -> list[Header]:
    """Join a header of two rows: a block across is the group of the cells below it, a block down is one header."""
    if len(pair) < 2 or pair[1].number != pair[0].number + 1:  # noqa: PLR2004  a pair
        return []
    upper, lower = pair
    blocks = [block for block in merged if block.top == upper.number]
    if not any(block.right > block.left and block.bottom == upper.number for block in blocks):
        return []
    groups = {
        index: _text(upper.cells[block.left]) if block.left < len(upper.cells) else ""
        for block in blocks
        for index in range(block.left, min(block.right, 512) + 1)
    }
    headers: list[Header] = []
    for index in range(max(len(upper.cells), len(lower.cells))):
        group = groups.get(index) or (_text(upper.cells[index]) if index < len(upper.cells) else "")
        below = _text(lower.cells[index]) if index < len(lower.cells) else ""
        if group and below:
            headers.append(Header(index, f"{group} {below}", (f"{group}{below}", below)))
        elif group or below:
            headers.append(Header(index, group or below))
    return headers


def _score(headers: list[Header], words: HeaderWords) -> float:
    """Count known headers; a single column needs only itself, otherwise two make a header row."""
    if not headers or any(len(header.text) > _LONGEST_HEADER * 3 for header in headers):
        return 0.0
    known = sum(any(words.exact(text) for text in header.readings or (header.text,)) for header in headers)
    if known < min(2, len(words.columns)):
        return 0.0
    return known + known / (len(headers) + 1)


def _by_looks(top: list[Row]) -> tuple[float, int, list[Header]]:
    for position, row in enumerate(top[:_HEADER_WITHIN]):
        headers = _one_row(row)
        texts = {header.text for header in headers}
        filled = sum(cell is not None for cell in row.cells)
        if len(texts) == filled >= 3 and all(len(text) <= _LONGEST_HEADER for text in texts):  # noqa: PLR2004  see find_table
            return 1.0, position, headers
    return 0.0, 0, []


def _is_note(cells: list[Cell], width: int) -> bool:
    """Tell whether a row is a note, a signature line or a total: few cells, and the first one says so."""
    filled = [cell for cell in cells if cell is not None]
    if not filled:
        return True
    first = filled[0]
    return isinstance(first, str) and len(filled) <= max(1, width // 2) and bool(_FOOTER.match(clean_text(first)))


def _repeats(cells: list[Cell], titles: dict[int, str]) -> bool:
    """Tell whether a row is the header once more, as at the top of each printed page."""
    same = filled = 0
    for index, cell in enumerate(cells):
        if isinstance(cell, str) and cell:
            filled += 1
            same += len(cell) <= _LONGEST_HEADER and index in titles and titles[index] == fold_header(cell)
            if filled == 3 and same == 0:  # noqa: PLR2004  a data row is known by its first cells
                return False
    return filled > 0 and same * 2 > filled and same > 1
