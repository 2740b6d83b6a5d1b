"""The one catalogue of held facts: layouts are filled from it, and no form asks again for what stands in it."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from lianxin.kernel.errors import Sentence
from lianxin.ledgers.held import meetings, members, organisation, study
from lianxin.ledgers.held.field import Column, Held, Row, Value
from lianxin.ledgers.similar import THRESHOLD, alike, plain

FIELDS: tuple[Held, ...] = (*organisation.FIELDS, *members.FIELDS, *meetings.FIELDS, *study.FIELDS)
BY_KEY = {one.key: one for one in FIELDS}
NEAREST = 3
CLOSE = 0.63
"""Below this a suggestion leads astray: “fund.total” is no “study.rows.total”. Source: our own choice."""

__all__ = [
    "BY_KEY",
    "FIELDS",
    "Column",
    "Held",
    "Match",
    "Row",
    "Value",
    "all_names",
    "field_of",
    "held_already",
    "known_names",
    "nearest_names",
    "why_not_asked",
]


@dataclass(frozen=True, slots=True)
class Match:
    """A question asks for something held: which field, which column of a list, and how alike they are (1: the same)."""

    field: Held
    column: Column | None
    likeness: float

    @property
    def key(self) -> str:
        """What a form keeps: the field, and the column of a list after a colon."""
        return f"{self.field.key}:{self.column.key}" if self.column else self.field.key

    @property
    def is_same(self) -> bool:
        """Whether it is the same question; otherwise it is alike, and a person may say that it is another."""
        return self.likeness == 1

    @property
    def label(self) -> Sentence:
        """What is held, in words."""
        if self.column is None:
            return self.field.label
        return _("%(list)s: %(column)s") % {"list": self.field.label, "column": self.column.label}

    def url(self, held_by: UUID) -> str:
        """Where it stands for an organisation."""
        return self.field.url(held_by)


@cache
def _words() -> tuple[tuple[str, Held, Column | None], ...]:
    """Every word for every field: its synonyms and its own label in Chinese."""
    with override("zh-hans"):
        found: list[tuple[str, Held, Column | None]] = []
        for one in FIELDS:
            own = () if one.key.startswith("meetings.") and not one.is_list else (str(one.label),)
            found += [(word, one, None) for word in (*one.synonyms, *own)]
        for one in FIELDS:
            found += [(word, one, column) for column in one.columns for word in column.synonyms]
    return tuple(found)


def held_already(label: str) -> Match | None:
    """What the records hold of what a question asks for; None where nothing is alike enough (`THRESHOLD`).

    The same words win over the same sound, and that over mere likeness; among equals what stands first wins.
    """
    wanted = plain(label)
    if not wanted:
        return None
    best: Match | None = None
    for word, field, column in _words():
        if plain(word) == wanted:
            return Match(field, column, 1.0)
        likeness = alike(label, word)
        if likeness >= THRESHOLD and (best is None or likeness > best.likeness):
            best = Match(field, column, likeness)
    return best


def why_not_asked(label: str) -> str:
    """Why a notice does not ask this: it is held, and where. Nothing where the records do not hold it."""
    match = held_already(label)
    if match is None:
        return ""
    given = {"label": label, "held": match.label, "place": match.field.place}
    if match.is_same:
        return _("“%(label)s” is held already: %(held)s, at “%(place)s”. Take it from there.") % given
    return (
        _(
            "“%(label)s” seems to be held already: %(held)s, at “%(place)s”. Take it from there; if something else is"
            " meant, ask for it in a form, where you can say what is different."
        )
        % given
    )


def field_of(key: str) -> Match | None:
    """The field (and column) a form keeps by its key; None for one that is no longer in the catalogue."""
    name, _colon, inner = key.partition(":")
    field = BY_KEY.get(name)
    if field is None:
        return None
    column = next((one for one in field.columns if one.key == inner), None)
    return None if inner and column is None else Match(field, column, 1.0)


def known_names() -> dict[str, list[str] | None]:
    """Every name a layout may use: None for a single value, the columns for a list. Guarded data has no name."""
    return {
        one.key: [column.key for column in one.columns] if one.is_list else None
        for one in FIELDS
        if one.is_list or one.read is not None
    }


@cache
def all_names() -> tuple[str, ...]:
    """Every name as it is written in a layout, those of columns with their list before them."""
    found: list[str] = []
    for key, columns in known_names().items():
        found += [key] if columns is None else [f"{key}.{column}" for column in columns]
    return tuple(found)


def nearest_names(written: str) -> list[str]:
    """Known names like one that is not known: by its Chinese words, or by its letters. At most three."""
    match = held_already(written)
    if match is not None:
        key, column = match.field.key, match.column
        found = [f"{key}.{column.key}"] if column else _written(key)
        return [name for name in found if name in all_names()][:NEAREST]
    return get_close_matches(written, all_names(), n=NEAREST, cutoff=CLOSE)


def _written(key: str) -> list[str]:
    columns = known_names().get(key)
    return [key] if not columns else [f"{key}.{column}" for column in columns]


def fields_named(keys: Iterable[str]) -> list[Held]:
    """The fields of these keys, in this order."""
    return [BY_KEY[key] for key in keys]
