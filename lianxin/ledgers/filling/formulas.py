"""Formulas of Excel layouts: what they refer to, and how they follow when one row becomes many.

Pure: no Django, no database. It runs in the child process, where files from outside are opened.
"""

import re
from collections.abc import Collection, Iterator
from typing import Any

from openpyxl.formula import Tokenizer
from openpyxl.formula.tokenizer import Token
from openpyxl.formula.translate import Translator

_REFERENCE = re.compile(
    r"(?:(?P<sheet>'(?:[^']|'')+'|[^'!:]+)!)?"
    r"(?P<from>\$?[A-Z]{1,3})?\$?(?P<first>\d+)(?P<until>:(?:\$?[A-Z]{1,3})?\$?(?P<last>\d+))?",
    re.IGNORECASE,
)
_BY_TEXT = re.compile(r"\bINDIRECT\s*\(", re.IGNORECASE)


def is_movable(value: Any) -> bool:
    """Whether a formula can follow: an array formula, or one that names its cells in a text, cannot."""
    return isinstance(value, str) and not _BY_TEXT.search(value)


def _references(tokens: Tokenizer, here: str) -> Iterator[tuple[Token, re.Match[str], str]]:
    """Each reference to cells by row, and the sheet it is to."""
    for token in tokens.items:
        if token.type == Token.OPERAND and token.subtype == Token.RANGE:
            found = _REFERENCE.fullmatch(token.value)
            if found is not None:
                named = found["sheet"]
                yield token, found, named.strip("'").replace("''", "'") if named else here


def single_rows(formula: str, here: str) -> set[tuple[str, int]]:
    """Sheet and row of the single cells a formula refers to: of a repeated row, each stands for one of many."""
    every = _references(Tokenizer(formula), here)
    return {(sheet, int(found["first"])) for _token, found, sheet in every if not found["until"]}


def stretched(formula: str, *, here: str, sheet: str, number: int, more: int) -> str:
    """The formula on the sheet `here` after `more` rows were put in below row `number` of `sheet`.

    What lies below moves down; a range that ends with the row takes in the new ones, so that a sum stays a sum of all.
    """
    tokens = Tokenizer(formula)
    for token, found, there in _references(tokens, here):
        if there != sheet:
            continue
        text = token.value
        if found["until"] and int(found["last"]) >= number:
            text = text[: found.start("last")] + str(int(found["last"]) + more) + text[found.end("last") :]
        if int(found["first"]) > number:
            text = text[: found.start("first")] + str(int(found["first"]) + more) + text[found.end("first") :]
        token.value = text
    return str(tokens.render())


def copied(formula: str, *, number: int, offset: int) -> str:
    """The formula of row `number` as it reads some rows further down, as a spreadsheet program copies it."""
    return str(Translator(formula, origin=f"A{number}").translate_formula(f"A{number + offset}"))


def stretch_book(book: Any, *, sheet: str, number: int, more: int) -> None:
    """Let every formula and every named range of the workbook follow."""
    for one in book.worksheets:
        for row in one.iter_rows():
            for cell in row:
                if cell.data_type == "f" and isinstance(cell.value, str):
                    cell.value = stretched(cell.value, here=one.title, sheet=sheet, number=number, more=more)
    for names in (book.defined_names, *(one.defined_names for one in book.worksheets)):
        for name in names.values():
            if name.attr_text:
                text = stretched(f"={name.attr_text}", here="", sheet=sheet, number=number, more=more)
                name.attr_text = text.removeprefix("=")


def faults(formula: Any, *, here: str, row: int, repeated: Collection[tuple[str, int]]) -> str:
    """Why a formula cannot follow the repeated rows (sheet, row); empty where it can."""
    if not repeated:
        return ""
    if not is_movable(formula):
        return "fixed_formula"
    return "single_cell" if (single_rows(formula, here) - {(here, row)}) & set(repeated) else ""
