"""From a stored spreadsheet and its corrections to rows for an import target. Streams; holds one row at a time."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.files.models import ColumnChoice, Import
from lianxin.files.storage import open_stored
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.imports import ImportTarget, SheetRow
from lianxin.kernel.spreadsheets.cells import Row, Sheet
from lianxin.kernel.spreadsheets.matching import match_columns
from lianxin.kernel.spreadsheets.parsing import CellParser
from lianxin.kernel.spreadsheets.problems import CannotRead
from lianxin.kernel.spreadsheets.reading import Workbook, open_workbook
from lianxin.kernel.spreadsheets.tables import Table, find_table

SURE = 0.9


@dataclass(slots=True)
class Mends:
    """What people corrected: texts by (sheet, row, column key), and rows left out."""

    cells: dict[tuple[str, int], dict[str, str]] = field(default_factory=dict)
    left_out: set[tuple[str, int]] = field(default_factory=set)

    @classmethod
    def of(cls, run: Import) -> "Mends":
        """The corrections of an import; they are few, the rows are many."""
        mends = cls()
        for one in run.corrections.all():
            place = (one.sheet, one.row)
            if one.leaves_row_out:
                mends.left_out.add(place)
            else:
                mends.cells.setdefault(place, {})[one.column] = one.value.reveal() if one.value else ""
        return mends


@contextmanager
def workbook_of(run: Import) -> Iterator[Workbook]:
    """The import's workbook, open.

    Raises:
        CannotRead: the file cannot be read; the sentence says why.
    """
    password = run.password.reveal() if run.password else None
    with open_stored(run.file) as clear, open_workbook(clear.name, password=password) as book:
        for sheet in book.sheets:
            if sheet.name == Path(clear.name).stem:  # a text file has no sheets; it is called as the person called it
                sheet.name = Path(run.file.name).stem
        yield book


def earlier_choices(kind: str, account: UUID) -> dict[str, str]:
    """How the person matched headings before, by folded heading."""
    return dict(ColumnChoice.objects.filter(account=account, kind=kind).values_list("header", "column"))


def describe_tables(book: Workbook, target: ImportTarget, account: UUID) -> list[dict[str, Any]]:
    """What was found on each sheet: header row, headings with the column each probably means, samples.

    Raises:
        CannotRead: no sheet holds a table.
    """
    columns = target.columns()
    choices = earlier_choices(target.kind, account)
    described: list[dict[str, Any]] = []
    first_refusal: CannotRead | None = None
    for sheet in book.sheets:
        try:
            table = find_table(sheet, columns)
        except CannotRead as refusal:
            first_refusal = first_refusal or refusal
            continue
        suggestions = match_columns(table.headers, table.samples, columns, choices)
        described.append(
            {
                "sheet": sheet.name,
                "header_row": table.header_row,
                "included": any(one.key for one in suggestions),
                "headers": [
                    {
                        "index": one.header.index,
                        "text": one.header.text,
                        "column": one.key or "",
                        "sure": one.confidence >= SURE,
                        "reason": str(one.reason),
                    }
                    for one in suggestions
                ],
            }
        )
    if not described and first_refusal is not None:
        raise first_refusal
    return described


def missing_columns(tables: Sequence[Mapping[str, Any]], target: ImportTarget) -> dict[str, list[str]]:
    """For each included sheet, the labels of the required columns that no heading stands for."""
    missing = {}
    for table in tables:
        if table["included"]:
            chosen = {header["column"] for header in table["headers"]}
            labels = [str(column.label) for column in target.columns() if column.required and column.key not in chosen]
            if labels:
                missing[table["sheet"]] = labels
    return missing


def read_rows(run: Import, book: Workbook, target: ImportTarget) -> Iterator[SheetRow]:
    """Every data row of the included sheets, parsed, with corrections laid over the cells.

    Raises:
        CannotRead: the file turns out to be damaged further down.
        InvalidInput: a sheet the columns were matched for is gone (the file was exchanged).
    """
    mends = Mends.of(run)
    columns = {column.key: column for column in target.columns()}
    sheets: dict[str, Sheet] = {sheet.name: sheet for sheet in book.sheets}
    for description in run.tables:
        if not description["included"]:
            continue
        sheet = sheets.get(description["sheet"])
        if sheet is None:
            raise InvalidInput({"": _("The sheet “%(sheet)s” is not in the file.") % {"sheet": description["sheet"]}})
        table = find_table(sheet, list(columns.values()))
        readers = _readers(description, columns, sheet)
        for row in table.rows():
            place = (sheet.name, row.number)
            if place not in mends.left_out:
                mended = mends.cells.get(place, {})
                added = [
                    (-1, key, CellParser(columns[key], sheet=sheet.name))
                    for key in mended.keys() & columns.keys() - {known for _index, known, _parser in readers}
                ]
                yield _parsed(sheet.name, row, [*readers, *added] if added else readers, mended)
        yield from _remarks(sheet.name, table)


def _readers(
    description: Mapping[str, Any], columns: Mapping[str, Any], sheet: Sheet
) -> list[tuple[int, str, CellParser]]:
    date1904 = bool(getattr(sheet, "date1904", False))
    return [
        (
            header["index"],
            header["column"],
            CellParser(columns[header["column"]], header=header["text"], sheet=sheet.name, date1904=date1904),
        )
        for header in description["headers"]
        if header["column"] in columns
    ]


def _parsed(
    sheet: str, row: Row, readers: Sequence[tuple[int, str, CellParser]], mended: Mapping[str, str]
) -> SheetRow:
    parsed = SheetRow(sheet, row.number, {})
    cells = row.cells
    width = len(cells)
    for index, key, parser in readers:
        cell = (mended[key] or None) if key in mended else cells[index] if index < width else None
        value, problem = parser.parse(cell, row.number)
        parsed.values[key] = value
        if problem is not None:
            parsed.problems.append(problem)
    return parsed


def _remarks(sheet: str, table: Table) -> Iterator[SheetRow]:
    """What concerns the sheet (merged cells, too many rows) as rows without values, known by number 0."""
    for problem in table.problems:
        yield SheetRow(sheet, 0, {}, [problem])
