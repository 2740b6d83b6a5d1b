"""What one held fact is: its name, the words a form would use for it, where it stands, and how it is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from lianxin.kernel.errors import Sentence
    from lianxin.ledgers.queries.material import Material

Value = str | int | Decimal | date | None
Row = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a list. `kind` is that of a spreadsheet: text, date, integer, hours."""

    key: str
    label: Sentence
    synonyms: tuple[str, ...] = ()
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class Held:
    """A fact the records hold.

    `key` is the name in layouts and forms ("members.full_count"). `synonyms` are the words forms use for it. `place`
    and `url` say where it stands. `minutes` is what writing it by hand takes once, our own estimate. `read` gives its
    value, `rows` those of a list; with neither it is looked up at its place only (guarded personal data).
    """

    key: str
    label: Sentence
    synonyms: tuple[str, ...]
    place: Sentence
    url: Callable[[UUID], str]
    minutes: int
    read: Callable[[Material], Value] | None = None
    rows: Callable[[Material], Sequence[Row]] | None = None
    columns: tuple[Column, ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether it has rows."""
        return self.rows is not None
