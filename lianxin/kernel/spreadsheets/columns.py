"""What a module says about a column it can import and export."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Mapping, Sequence

    from lianxin.kernel.spreadsheets.problems import Sentence

    Value = str | int | bool | dt.date
    """What a cell parses to. Codes, names, identity numbers and phones are text."""


class Kind(StrEnum):
    """How a cell is read and written."""

    TEXT = "text"
    NAME = "name"  # a person's name: blanks between Chinese characters are layout
    CODE = "code"  # one of the column's choices, stored by code
    DATE = "date"
    MONTH = "month"  # stored as the first day
    YES_NO = "yes_no"
    ID_NUMBER = "id_number"
    PHONE = "phone"
    INTEGER = "integer"
    ORGANISATION = "organisation"  # a name or code the owner of the column resolves
    PERSON = "person"  # the same for a person


@dataclass(frozen=True, slots=True)
class Choice:
    """An entry of a code table: its code, its name as shown, and other ways people write it."""

    code: str
    name: str
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Column:
    """A column a module can read and write.

    Attributes:
        key: stable identifier, the key of the parsed record.
        label: header when we write it, and the first header we know it by.
        synonyms: other headers in use, as people write them; blanks, brackets and case do not matter.
        required: an empty cell is an error.
        choices: provider of the code table, called once per file, so that it may read the database.
        aliases: how this column's sources write a choice (spelling → code), e.g. ``{"0": "2"}`` where 0 means women.
        shape: tells whether a cell could be a value of this column; used to find the column by its values
            when the kind alone does not say it.
        check: a further test of a parsed value by the rules of its owner; returns what is wrong, or None.
        width: in characters of the standard font.
        hint: one sentence for whoever fills the template.
        personal: holds personal data, so that exports can leave it out or mask it.
    """

    key: str
    label: Sentence
    kind: Kind = Kind.TEXT
    synonyms: tuple[str, ...] = ()
    required: bool = False
    choices: Callable[[], Sequence[Choice]] | None = None
    aliases: Mapping[str, str] = field(default_factory=dict)
    shape: Callable[[str], bool] | None = None
    check: Callable[[Value], Sentence | None] | None = None
    width: int = 14
    example: str = ""
    hint: Sentence = ""
    personal: bool = False
