"""Workbooks that go back to people: rows with problems, and blank templates."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from django.utils.translation import gettext as _

from lianxin.files.models import Import
from lianxin.files.reading import workbook_of
from lianxin.files.running import target_of
from lianxin.kernel.errors import Conflict
from lianxin.kernel.imports import ImportTarget
from lianxin.kernel.spreadsheets.cells import Row
from lianxin.kernel.spreadsheets.problems import CannotRead, Level, Problem
from lianxin.kernel.spreadsheets.returning import write_returned
from lianxin.kernel.spreadsheets.tables import Table, find_table
from lianxin.kernel.spreadsheets.templates import write_template


def returned_name(run: Import) -> str:
    """名册_待更正.xlsx."""
    return _("%(name)s_to_mend.xlsx") % {"name": Path(run.file.name).stem}


def returned_workbook(run: Import) -> IO[bytes]:
    """The rows with problems of the first sheet that has any, marked; the file closes itself when sent.

    Raises:
        Conflict: the file was removed after the import ended, or can no longer be read.
    """
    found: dict[str, list[Problem]] = {}
    for finding in run.findings.exclude(problems=[]).iterator():
        found.setdefault(finding.sheet, []).extend(_problem(finding.sheet, finding.row, one) for one in finding.problems)
    file = NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - handed to the response
    try:
        with workbook_of(run) as book:
            sheet = next((sheet for sheet in book.sheets if sheet.name in found), book.sheets[0])
            table = find_table(sheet, target_of(run).columns())
            problems = found.get(sheet.name, [])
            write_returned(file, sheet.name, table.headers, _rows(table, {one.row for one in problems}), problems)
    except (CannotRead, OSError) as error:
        raise Conflict(_("The file of this import was removed. Hand it in again.")) from error
    file.seek(0)
    return file


def _rows(table: Table, wanted: set[int]) -> Iterator[Row]:
    return (row for row in table.rows() if row.number in wanted)


def _problem(sheet: str, row: int, told: dict[str, Any]) -> Problem:
    return Problem(
        sheet=sheet,
        row=row,
        column=told["column"],
        level=Level(told["level"]),
        message=told["message"],
        code=told["code"],
        suggestion=told["suggestion"],
    )


def blank_workbook(target: ImportTarget) -> IO[bytes]:
    """A blank workbook of the target's columns; the file closes itself when sent."""
    file = NamedTemporaryFile(suffix=".xlsx")  # noqa: SIM115 - handed to the response
    write_template(file, str(target.label), target.columns())
    file.seek(0)
    return file
