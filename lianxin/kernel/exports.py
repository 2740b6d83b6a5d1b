"""What a module says of its lists, so that one export serves them all: exactly the rows shown, as a spreadsheet."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Sentence
from lianxin.kernel.web.listing import ListColumn, Listing

ROW_NUMBER = "row_number"
"""The key of a column that numbers the rows as they are written."""


@dataclass(frozen=True, slots=True)
class ExportSource:
    """A list that can be exported.

    `rows` gives the rows the actor may export. `personal` are further columns with personal data in clear, written only
    when asked for with a reason and only for rows where the actor holds `personal_permission`; `place` is the field of
    a row with its path on the tree. `layout` is a fixed set of columns (a national form, named by `layout_label`) that
    can be written instead of those on the screen; it counts as personal.
    """

    key: str
    label: Sentence
    permission: str
    listing: Listing[Any]
    rows: Callable[[Actor], QuerySet[Any]]
    personal: tuple[ListColumn, ...] = ()
    personal_permission: str = ""
    place: str = "path"
    layout: tuple[ListColumn, ...] = ()
    layout_label: Sentence = ""


_sources: dict[str, ExportSource] = {}


def register_export(source: ExportSource) -> None:
    """Make a list exportable; called in a module's apps.py."""
    _sources[source.key] = source


def export_source(key: str) -> ExportSource | None:
    """The list of that key, if a module has one."""
    return _sources.get(key)


def export_sources() -> list[ExportSource]:
    """Every exportable list, by key."""
    return [_sources[key] for key in sorted(_sources)]
