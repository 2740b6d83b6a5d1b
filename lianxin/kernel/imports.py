"""What a module says of its spreadsheets, so that one import wizard serves them all.

The wizard (module `files`) reads and matches columns, parses cells, keeps corrections and shows what will happen.
A target knows its columns, compares rows with what is there and, in one transaction, writes them through its own bulk
action.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Sentence
from lianxin.kernel.spreadsheets.columns import Column
from lianxin.kernel.spreadsheets.problems import Problem


class Deed(StrEnum):
    """What an import will do with a row."""

    ADD = "add"
    CHANGE = "change"
    SAME = "same"
    REFUSED = "refused"


@dataclass(slots=True)
class SheetRow:
    """A row of a table as parsed: values by column key; `problems` of its cells so far."""

    sheet: str
    number: int
    values: dict[str, Any]
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class PlannedRow:
    """What will happen with a row. `changes` maps a field to (old, new) as shown, personal data masked.

    `target_id` is the record it changes. A row with a problem of level error is REFUSED.
    """

    row: SheetRow
    deed: Deed
    label: str
    changes: Mapping[str, tuple[Any, Any]] = field(default_factory=dict)
    target_id: UUID | None = None
    duplicate_of: Sentence = ""


class Planning(Protocol):
    """A dry run in progress: fed row by row in the file's order, so that it can see duplicates within the file."""

    def plan(self, rows: Sequence[SheetRow]) -> list[PlannedRow]:
        """What will happen with each of these rows; a constant number of queries however many rows."""
        ...


class ImportTarget(Protocol):
    """One kind of record that can be imported.

    `rows_at_once` is how many rows a dry run looks at together: enough for constant queries a row, few enough for flat
    memory, and the whole file where rows may refer to later ones (a tree).
    """

    kind: str
    label: Sentence
    permission: str
    rows_at_once: int

    def columns(self) -> Sequence[Column]:
        """The columns it knows, in the order of its blank template."""
        ...

    def planning(self, actor: Actor, *, place: UUID, at: datetime) -> Planning:
        """Begin a dry run for rows that belong at or below the organisation `place`."""
        ...

    def apply(
        self, actor: Actor, rows: Iterator[PlannedRow], *, place: UUID, at: datetime, batch: UUID
    ) -> dict[Deed, int]:
        """Write the planned rows (ADD and CHANGE) in the caller's transaction, with one event a row carrying `batch`.

        Raises:
            Refusal: something changed since the plan; nothing is written.
        """
        ...

    def undo(self, actor: Actor, *, batch: UUID, at: datetime) -> int:
        """Take back everything the batch wrote; how many records.

        Raises:
            Conflict: something was built on it since; the sentence says what.
        """
        ...


_targets: dict[str, ImportTarget] = {}


def register_target(target: ImportTarget) -> None:
    """Make a kind of record importable; called in a module's apps.py."""
    _targets[target.kind] = target


def import_target(kind: str) -> ImportTarget | None:
    """The target of that kind, if a module has one."""
    return _targets.get(kind)


def import_targets() -> list[ImportTarget]:
    """Every target, by kind."""
    return [_targets[kind] for kind in sorted(_targets)]
