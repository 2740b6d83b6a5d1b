"""Lists: what a list can show, filter, sort and search, and one page of it by keyset.

A module declares a `Listing` once; the screen, the export and the REST endpoint read it. A page is a range of an index:
no OFFSET, no COUNT of the whole.

The address holds all of it: `q` (search), `sort` (a sort's key, `-` before it for descending), `columns`, one parameter
per filter (repeatable), `after`/`before` (cursor).
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Model, Q, QuerySet
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan
from django.http import QueryDict
from django.utils.translation import gettext as _

from lianxin.kernel.errors import InvalidInput, Sentence

Row = TypeVar("Row", bound=Model)
MAX_PAGE = 200


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its heading, the text or value of a row for screens and exports, and the sort it clicks to.

    `template` renders the cell where text is not enough. `shown` columns are there before anybody chooses.
    `kind` is the spreadsheet kind of the exported value (text, date, integer, yes_no).
    """

    key: str
    label: Sentence
    value: Callable[[Any], Any]
    sort: str = ""
    template: str = ""
    shown: bool = True
    kind: str = "text"


@dataclass(frozen=True, slots=True)
class ListFilter:
    """A filter: choices people can tick and the condition for those ticked. Free-value filters have no choices.

    One of kind `kept` comes from links alone (an identifier nobody types): its chip takes it off, the form keeps it.
    `written_as` is the form of a value (YYYY-MM) where the choices that are shown move with time.
    """

    key: str
    label: Sentence
    condition: Callable[[Sequence[str]], Q]
    choices: Callable[[], Sequence[tuple[str, Sentence]]] | None = None
    kind: str = "choice"
    written_as: str = ""


@dataclass(frozen=True, slots=True)
class Sort:
    """An order an index can give: non-null fields, ending in a unique one, all in one direction."""

    key: str
    label: Sentence
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, with the address that takes it off."""

    label: Sentence
    value: Sentence
    query: str


@dataclass(slots=True)
class Page(Generic[Row]):
    """One page of a list and what a template needs to draw it."""

    rows: list[Row]
    listing: "Listing[Row]"
    params: QueryDict
    sort: Sort
    descending: bool
    columns: list[ListColumn]
    chips: list[Chip]
    next_query: str = ""
    previous_query: str = ""
    search: str = ""
    after: str = ""
    export_query: str = ""
    chosen: dict[str, list[str]] = field(default_factory=dict)

    @property
    def table(self) -> list[tuple[Row, list[tuple[ListColumn, Any]]]]:
        """Rows with their cells."""
        return [(row, [(column, column.value(row)) for column in self.columns]) for row in self.rows]

    @property
    def is_narrowed(self) -> bool:
        """Whether a search or filter is in force (an empty list then says so)."""
        return bool(self.search or self.chips)


def encode_cursor(values: Iterable[Any]) -> str:
    """Order values as an opaque text for an address."""
    return base64.urlsafe_b64encode(json.dumps(list(values), cls=DjangoJSONEncoder).encode()).decode().rstrip("=")


def decode_cursor(text: str, size: int) -> list[Any]:
    """The order values in a cursor.

    Raises:
        InvalidInput: the cursor was not made by us for this order.
    """
    try:
        values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError) as error:
        raise _damaged() from error
    if not isinstance(values, list) or len(values) != size:
        raise _damaged()
    return values


def _damaged() -> InvalidInput:
    return InvalidInput({"after": _("This page address is damaged. Open the list again from its first page.")})


def _typed(model: type[Model], names: Sequence[str], values: Sequence[Any]) -> tuple[Any, ...]:
    """The values as the fields of the order hold them.

    Raises:
        InvalidInput: one of them is no value of its field, so the cursor was not made by us.
    """
    typed = []
    for name, value in zip(names, values, strict=True):
        found: Any = None
        owner: Any = model
        for part in name.split("__"):
            found = owner._meta.get_field(part)  # noqa: SLF001 - Django's documented model API
            owner = found.related_model
        try:
            if isinstance(value, list | dict | None) or "\x00" in str(value).encode().decode():
                raise _damaged()
            typed.append(found.to_python(value))
        except (ValidationError, ValueError, TypeError) as error:
            raise _damaged() from error
    return tuple(typed)


@dataclass(frozen=True, slots=True)
class Listing(Generic[Row]):
    """What a list offers. The first sort is the one used when nobody chose."""

    name: str
    columns: tuple[ListColumn, ...]
    sorts: tuple[Sort, ...]
    filters: tuple[ListFilter, ...] = ()
    search: Callable[[str], Q] | None = None
    page_size: int = 50

    def narrowed(self, rows: QuerySet[Row], params: QueryDict) -> QuerySet[Row]:
        """The rows that the search and filters in the address leave; the same for screen, export and REST."""
        text = params.get("q", "").strip()
        if text and self.search is not None:
            rows = rows.filter(self.search(text))
        for one in self.filters:
            values = [value for value in params.getlist(one.key) if value]
            if values:
                rows = rows.filter(one.condition(values))
        return rows

    def order(self, params: Mapping[str, Any]) -> tuple[Sort, bool]:
        """The order asked for and whether it descends; an unknown one falls back to the first."""
        text = str(params.get("sort", ""))
        key = text.removeprefix("-")
        for one in self.sorts:
            if one.key == key:
                return one, text.startswith("-")
        return self.sorts[0], False

    def ordered(self, rows: QuerySet[Row], params: QueryDict) -> QuerySet[Row]:
        """Narrowed rows in the order asked for: what an export writes."""
        sort, descending = self.order(params)
        return self.narrowed(rows, params).order_by(*(f"-{name}" if descending else name for name in sort.fields))

    def chosen_columns(self, params: QueryDict) -> list[ListColumn]:
        """The columns asked for, or those shown before anybody chooses."""
        wanted = params.getlist("columns")
        known = [column for column in self.columns if column.key in wanted]
        return known or [column for column in self.columns if column.shown]

    def page(self, rows: QuerySet[Row], params: QueryDict, *, size: int | None = None) -> Page[Row]:
        """One page: a single query that reads `size` + 1 rows of an index.

        Raises:
            InvalidInput: the cursor in the address is damaged.
        """
        size = min(size or self.page_size, MAX_PAGE)
        sort, descending = self.order(params)
        after, before = params.get("after", ""), params.get("before", "")
        narrowed = self.narrowed(rows, params)
        backwards = bool(before) and not after
        upwards = descending != backwards  # reading backwards turns the order round
        if after or before:
            values = _typed(rows.model, sort.fields, decode_cursor(after or before, len(sort.fields)))
            lookup = TupleLessThan if upwards else TupleGreaterThan
            narrowed = narrowed.filter(lookup(Tuple(*sort.fields), values))
        found = list(narrowed.order_by(*(f"-{name}" if upwards else name for name in sort.fields))[: size + 1])
        more = len(found) > size
        found = found[:size]
        if backwards:
            found.reverse()
        page = Page(
            rows=found,
            listing=self,
            params=params,
            sort=sort,
            descending=descending,
            columns=self.chosen_columns(params),
            chips=list(self._chips(params)),
            search=params.get("q", ""),
            export_query=self._query(params),
            chosen={one.key: params.getlist(one.key) for one in self.filters},
        )
        if found and (more or backwards):
            page.after = encode_cursor(_values(found[-1], sort))
            page.next_query = self._query(params, after=page.after)
        if found and (after or (backwards and more)):
            page.previous_query = self._query(params, before=encode_cursor(_values(found[0], sort)))
        return page

    def _query(self, params: QueryDict, **changes: str) -> str:
        copy = params.copy()
        for key in ("after", "before"):
            copy.pop(key, None)
        for key, value in changes.items():
            copy[key] = value
        return copy.urlencode()

    def _chips(self, params: QueryDict) -> Iterator[Chip]:
        for one in self.filters:
            values = [value for value in params.getlist(one.key) if value]
            names = dict(one.choices()) if one.choices and values else {}
            for value in values:
                rest = params.copy()
                rest.setlist(one.key, [other for other in values if other != value])
                yield Chip(one.label, names.get(value, value), self._query(rest))


def _values(row: Model, sort: Sort) -> list[Any]:
    values = []
    for name in sort.fields:
        value: Any = row
        for part in name.split("__"):
            value = getattr(value, part)
        values.append(value)
    return values
