"""Types of records: what each module keeps, for how long, and what happens then."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import QuerySet

from lianxin.kernel.errors import Sentence


class Fate(StrEnum):
    """What happens when the period is over."""

    DELETE = "delete"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class RecordType:
    """A kind of record.

    `rows` are all of them; `since` is the field (a day or an instant) from which the period runs, and rows without it
    are still in use. `rule` names the period; nothing where a record is kept without end. `why` is the basis of the
    period, or why it is kept. `delete` takes the instant before which rows fall due and returns how many it deleted;
    without it rows are deleted as they are.
    """

    key: str
    label: Sentence
    why: Sentence
    fate: Fate
    rows: Callable[[], QuerySet[Any]]
    since: str = ""
    since_words: Sentence = ""
    rule: str = ""
    is_day: bool = False
    delete: Callable[[datetime], int] | None = None


_types: dict[str, RecordType] = {}


def declare_records(types: Iterable[RecordType]) -> None:
    """Make record types known; called by each module's apps.py.

    Raises:
        ValueError: a key is declared twice, or a type to delete has no rule or no field to count from.
    """
    for one in types:
        if _types.get(one.key, one) is not one:
            raise ValueError(f"The record type {one.key} is declared twice.")
        if one.fate is Fate.DELETE and not (one.rule and one.since):
            raise ValueError(f"The record type {one.key} is deleted, so it needs a rule and a field to count from.")
        _types[one.key] = one


def record_types() -> list[RecordType]:
    """Every declared type, by key."""
    return [_types[key] for key in sorted(_types)]


def record_type(key: str) -> RecordType | None:
    """The type of that key, if a module declared one."""
    return _types.get(key)
