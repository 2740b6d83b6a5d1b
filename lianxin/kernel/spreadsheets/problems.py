"""What is wrong with a file or a cell, as sentences a clerk can act on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.functional import Promise

if TYPE_CHECKING:
    import datetime as dt

Sentence = str | Promise
"""A sentence for people; lazy ones are translated when they are shown, so that a job and a screen agree."""


class Level(StrEnum):
    """How much a problem weighs: an error keeps its row out, a warning lets it in."""

    ERROR = "error"
    WARNING = "warning"


class CannotRead(Exception):  # noqa: N818  a refusal in the words of the module, as in "cannot read this file"
    """The file as a whole is refused; nothing was changed.

    Attributes:
        code: a stable name for the reason, for tests and statistics.
        sentence: what is wrong and what to do, for the person who chose the file.
    """

    def __init__(self, code: str, sentence: Sentence) -> None:
        super().__init__(code)
        self.code = code
        self.sentence = sentence

    def __str__(self) -> str:
        return str(self.sentence)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing to mend, with its place in the file as the person sees it.

    Attributes:
        sheet: name of the sheet.
        row: row number as Excel shows it, from 1; 0 when the sheet as a whole is meant.
        column: the header as written in the file; empty when the row as a whole is meant.
        suggestion: a value that would do, in the form the column parses to; None when only a person can know.
        code: a stable name for the reason.
    """

    sheet: str
    row: int
    column: str
    level: Level
    message: Sentence
    code: str
    suggestion: str | int | bool | dt.date | None = None
