"""The values of held facts for one organisation and period: on a screen, in a layout, in a form."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from lianxin.kernel.errors import Sentence
from lianxin.ledgers.books import Ledger
from lianxin.ledgers.catalogue import BY_KEY, Column, Held, Row, Value, fields_named
from lianxin.ledgers.queries.material import Material

MOST_ROWS = 20_000
NUMBERS = ("integer", "hours")
MOST_WORDS = 2
DAY = "$day"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a list: its column's label and kind, and the value as a text."""

    label: Sentence
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Part:
    """A list of a ledger: its heading, columns and rows, cells in the order of the columns."""

    field: Held
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    url: str

    @property
    def is_narrow(self) -> bool:
        """Whether it is a table of figures, which a phone shows as a table: a name, numbers, perhaps a note."""
        return sum(one.kind not in NUMBERS for one in self.columns) <= MOST_WORDS < len(self.columns)


@dataclass(frozen=True, slots=True)
class Fact:
    """A single fact of a ledger, and where it stands."""

    label: Sentence
    value: str
    url: str


@dataclass(frozen=True, slots=True)
class Book:
    """A ledger of one organisation and period, filled."""

    ledger: Ledger
    facts: Sequence[Fact]
    parts: Sequence[Part]


def rows_of(field: Held, material: Material) -> Sequence[Row]:
    """The rows of a list, at most 20,000."""
    return [] if field.rows is None else list(field.rows(material))[:MOST_ROWS]


def value_of(field: Held, material: Material) -> Value:
    """The value of a single fact."""
    return None if field.read is None else field.read(material)


def long_day(day: date) -> str:
    """A day as official papers write it."""
    chinese = (get_language() or "zh").startswith("zh")
    return f"{day.year}年{day.month}月{day.day}日" if chinese else day.isoformat()


def in_words(value: Value) -> str:
    """A value as a text for people."""
    if value is None:
        return ""
    if isinstance(value, date):
        return long_day(value)
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def book_of(ledger: Ledger, material: Material) -> Book:
    """A ledger filled. The number of queries does not depend on how much was held."""
    place = material.organisation.pk
    return Book(
        ledger,
        [
            Fact(fact_label(field), in_words(value_of(field, material)), field.url(place))
            for field in fields_named(ledger.facts)
        ],
        [_part(BY_KEY[key], names, material) for key, names in ledger.shown],
    )


def _part(field: Held, names: Sequence[str], material: Material) -> Part:
    columns = [one for one in field.columns if not names or one.key in names]
    rows = [[_cell(column, row) for column in columns] for row in rows_of(field, material)]
    return Part(field, columns, rows, field.url(material.organisation.pk))


def _cell(column: Column, row: Row) -> Cell:
    value = row.get(column.key)
    text = value.isoformat() if isinstance(value, date) else in_words(value)
    return Cell(column.label, column.kind, text)


def fact_label(field: Held) -> Sentence:
    """How a single fact is called on a page."""
    name, _dot, end = field.key.removeprefix("meetings.").rpartition(".")
    if not (field.key.startswith("meetings.") and name):
        return field.label
    words = {
        "count": _("%(kind)s: times held"),
        "last_on": _("%(kind)s: last held on"),
        "present_count": _("%(kind)s: persons present"),
    }
    return words[end] % {"kind": field.label}


def layout_values(names: Iterable[str], material: Material, *, kind: str) -> dict[str, Any]:
    """What a layout needs, nested by the dots of its names: texts for Word; texts, numbers and days for Excel."""
    given = _for_word if kind == "docx" else _for_excel
    keys = dict.fromkeys(name if name in BY_KEY else name.rpartition(".")[0] for name in names)
    found: dict[str, Any] = {}
    for key in keys:
        field = BY_KEY[key]
        value: Any = (
            [{name: given(one) for name, one in row.items()} for row in rows_of(field, material)]
            if field.is_list
            else given(value_of(field, material))
        )
        _nest(found, key, value)
    return found


def _nest(values: dict[str, Any], key: str, value: Any) -> None:
    *above, last = key.split(".")
    for part in above:
        values = values.setdefault(part, {})
    values[last] = value


def _for_word(value: Value) -> Any:
    return in_words(value)


def _for_excel(value: Value) -> Any:
    if isinstance(value, date):
        return {DAY: value.isoformat()}
    if isinstance(value, Decimal):
        return float(value)
    return "" if value is None else value


def plain_answer(value: Value) -> str | int:
    """A value as a form keeps it."""
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else in_words(value)


Answers = Mapping[str, str | int]
