"""Blank templates people fill in: drop-downs, hints, an example."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext as translate

from lianxin.kernel.spreadsheets.columns import Kind
from lianxin.kernel.spreadsheets.writing import (
    HEADER_STYLE,
    column_styles,
    letters,
    new_workbook,
    sheet_title,
    write_header,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import xlsxwriter
    from xlsxwriter.worksheet import Worksheet

    from lianxin.kernel.spreadsheets.columns import Column
    from lianxin.kernel.spreadsheets.writing import Target

_ROWS = 5_000  # drop-downs and hints reach so far down
_LONGEST_LIST = 255  # characters of a drop-down written in the cell rule itself; source: Excel
_LONGEST_TIP, _LONGEST_TIP_TITLE = 255, 32  # the same
_LISTS = "_lists"


def write_template(target: Target, title: str, columns: Sequence[Column], notes: Sequence[str] = ()) -> None:
    """Write a blank workbook: header with hints as comments, drop-downs for coded columns, an example row.

    Long lists stand on a hidden sheet. The example stands in a comment-coloured row directly under the header, and is
    named so in its hint; whoever fills the template types over it.
    """
    with new_workbook(target, constant_memory=False) as book:
        sheet = book.add_worksheet(sheet_title(title))
        styles = column_styles(book, columns)
        required = book.add_format({**HEADER_STYLE, "font_color": "#B8181C"})
        example = book.add_format({"italic": True, "font_color": "#5B6470", "num_format": "@"})
        for index, note in enumerate(notes):
            sheet.write_string(index, 0, note)
        top = len(notes)
        write_header(book, sheet, top, [str(column.label) for column in columns])
        lists: Worksheet | None = None
        for index, column in enumerate(columns):
            sheet.set_column(index, index, column.width, styles[index])
            if column.required:
                sheet.write_string(top, index, str(column.label), required)
            hint = str(column.hint)
            if column.example:
                hint = "\n".join(filter(None, [hint, translate("Example: {text}").format(text=column.example)]))
                sheet.write_string(top + 1, index, column.example, example)
            if hint:
                sheet.write_comment(top, index, hint, {"x_scale": 1.6})
            names = choice_names(column)
            if names and len(",".join(names)) > _LONGEST_LIST:
                lists = lists or _hidden_sheet(book)
                lists.write_column(0, index, names)
            _validate(sheet, top, index, column, names)


def choice_names(column: Column) -> list[str]:
    """Return the names a cell of this column may hold, empty when it is free."""
    if column.choices is not None:
        return [choice.name for choice in column.choices()]
    return ["是", "否"] if column.kind is Kind.YES_NO else []


def _hidden_sheet(book: xlsxwriter.Workbook) -> Worksheet:
    sheet = book.add_worksheet(_LISTS)
    sheet.hide()
    return sheet


def _validate(sheet: Worksheet, top: int, index: int, column: Column, names: list[str]) -> None:
    rule: dict[str, object] = {"validate": "any"}
    if names:
        long = len(",".join(names)) > _LONGEST_LIST
        rule = {
            "validate": "list",
            "source": f"={_LISTS}!{letters(index, 1, len(names))}" if long else names,
            "error_title": translate("Not in the list"),
            "error_message": translate("Choose a value from the list."),
        }
    if column.hint:
        rule |= {
            "input_title": str(column.label)[:_LONGEST_TIP_TITLE],
            "input_message": str(column.hint)[:_LONGEST_TIP],
        }
    if len(rule) > 1:
        sheet.data_validation(top + 1, index, top + _ROWS, index, rule)
