"""Workbooks that go back to people: rows with problems, and blank templates."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from lianxin.files.finding import suggestion_of
from lianxin.files.models import Import
from lianxin.files.queries import sheets_with_problems
from lianxin.files.reading import workbook_of
from lianxin.files.running import target_of
from lianxin.kernel.errors import Conflict
from lianxin.kernel.imports import ImportTarget
from lianxin.kernel.privacy.clear import clear_file
from lianxin.kernel.spreadsheets.cells import Row
from lianxin.kernel.spreadsheets.problems import CannotRead, Level, Problem
from lianxin.kernel.spreadsheets.returning import write_returned
from lianxin.kernel.spreadsheets.tables import Table, find_table
from lianxin.kernel.spreadsheets.templates import write_template


def returned_name(run: Import) -> str:
    """名册_待更正.xlsx."""
    return _("%(name)s_to_mend.xlsx") % {"name": Path(run.file.name).stem}


def returned_workbook(run: Import, sheet: str = "") -> IO[bytes]:
    """The rows with problems of a sheet (the first that has any), marked; the file closes itself when sent.

    Raises:
        Conflict: there are no problems, or the file was removed after the import ended.
    """
    sheets = sheets_with_problems(run)
    if not sheets:
        raise Conflict(_("There is nothing to mend in this import."))
    name = sheet if sheet in sheets else sheets[0]
    problems = [
        _problem(finding.sheet, finding.row, told)
        for finding in run.findings.filter(sheet=name).exclude(problems=[]).iterator()
        for told in finding.problems
    ]
    file = clear_file(".xlsx")
    try:
        with workbook_of(run) as book:
            found = next(one for one in book.sheets if one.name[:120] == name)
            table = find_table(found, target_of(run).columns())
            write_returned(file, name, table.headers, _rows(table, {one.row for one in problems}), problems)
    except (CannotRead, OSError, StopIteration) as error:
        file.close()
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
        suggestion=suggestion_of(told),
    )


def blank_workbook(target: ImportTarget) -> IO[bytes]:
    """A blank workbook of the target's columns; the file closes itself when sent."""
    file = clear_file(".xlsx")
    write_template(file, str(target.label), target.columns())
    file.seek(0)
    return file
