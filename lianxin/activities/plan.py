"""What a planned activity says, as it goes from a form or a program to the act."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Point:
    """A point of the agenda. `kind` is a key of `AgendaItem.Kind`."""

    title: str
    kind: str = "other"
    minutes: int = 0
    speaker: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """An activity as somebody wants it. Instants carry their zone; `parties` are others that it counts for."""

    kinds: Sequence[str]
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""
    room: UUID | None = None
    online_link: str = ""
    chair: UUID | None = None
    recorder: UUID | None = None
    late_after: int = 10
    audience: str = "members"
    group: UUID | None = None
    alliance: UUID | None = None
    parties: Sequence[UUID] = ()
    agenda: Sequence[Point] = field(default_factory=tuple)


@dataclass(frozen=True, slots=True)
class Timed:
    """A point with the instant at which it begins by the plan; None where an earlier point has no minutes."""

    point: Point
    begins_at: datetime | None


def timed(agenda: Sequence[Point], starts_at: datetime) -> list[Timed]:
    """The agenda with the times that follow from the minutes of its points."""
    shown, begins = [], starts_at
    known = True
    for one in agenda:
        shown.append(Timed(one, begins if known else None))
        known = known and one.minutes > 0
        begins += timedelta(minutes=one.minutes)
    return shown
