"""The picture as a workbook: the grid as the screen shows it, and its figures as numbers."""

import io
from datetime import datetime

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from lianxin.duties.events import PICTURE_EXPORTED
from lianxin.duties.permissions import EXPORT, VIEW
from lianxin.duties.queries.grid import Asked, Grid, grid_asked
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.spreadsheets.writing import new_workbook, sheet_title, write_cell, write_header
from lianxin.kernel.time import day_of
from lianxin.organisations.facade import Organisation

COLOURS = {"ok": "#E3F1E6", "due": "#FBF0D9", "late": "#F8E1E1"}
FIRST, WIDE = 28, 14


def export_picture(actor: Actor, *, node: Organisation, asked: Asked, title: str, at: datetime) -> bytes:
    """The grid that is asked for as a workbook; that it was exported is recorded.

    Raises:
        NotVisible, NotPermitted: the place lies outside the actor's reach, or the actor may not export there.
        InvalidInput: more organisations than a sheet is good for.
    """
    require(actor, EXPORT, node.path, seen_by=VIEW)
    grid = grid_asked(actor, node, asked, day=day_of(at))
    if not grid.is_whole:
        raise InvalidInput({"node": _("More organisations than one sheet holds; choose one below.")})
    made = io.BytesIO()
    with new_workbook(made) as book:
        first = _("What") if asked.by else _("Organisation")
        _write(book, grid, title, first)
        _write_figures(book, grid, first, _("Period") if asked.key or asked.by else _("What"))
    record(
        actor,
        PICTURE_EXPORTED,
        at=at,
        subject=node.id,
        organisation=node.id,
        organisation_path=node.path,
        data={"query": asked.query(), "lines": len(grid.lines)},
    )
    return made.getvalue()


def _write(book: xlsxwriter.Workbook, grid: Grid, title: str, first: str) -> None:
    sheet = book.add_worksheet(sheet_title(title))
    styles = {
        tone: book.add_format({"bg_color": colour, "border": 1, "border_color": "#E4E7EB", "align": "center"})
        for tone, colour in COLOURS.items()
    }
    named = book.add_format({"bold": True})
    sheet.set_column(0, 0, FIRST)
    sheet.set_column(1, max(1, len(grid.headings)), WIDE)
    write_cell(sheet, 0, 0, title, named)
    write_header(book, sheet, 1, [first, *(str(one) for one in grid.headings)])
    for number, (name, cells) in enumerate(grid.lines, start=2):
        write_cell(sheet, number, 0, name)
        for column, cell in enumerate(cells, start=1):
            if cell.figure:
                write_cell(sheet, number, column, f"{cell.word} {cell.figure}", styles.get(cell.tone))


def _write_figures(book: xlsxwriter.Workbook, grid: Grid, first: str, second: str) -> None:
    """The same, a cell to a row, with due, done and overdue as numbers, for whoever reckons on with them."""
    sheet = book.add_worksheet(sheet_title(_("Figures")))
    sheet.set_column(0, 1, FIRST)
    heads = [pgettext("duty", "due"), pgettext("duty", "done"), pgettext("duty", "overdue")]
    write_header(book, sheet, 0, [first, second, *heads])
    number = 0
    for name, cells in grid.lines:
        for heading, cell in zip(grid.headings, cells, strict=True):
            if cell.due:
                number += 1
                write_cell(sheet, number, 0, name)
                write_cell(sheet, number, 1, str(heading))
                for column, value in enumerate((cell.due, cell.met, cell.late), start=2):
                    write_cell(sheet, number, column, value)
