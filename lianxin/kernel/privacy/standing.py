"""How the keys stand, for the security administrator: numbers, algorithms, progress. Never a key."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.dateparse import parse_datetime

from lianxin.kernel.privacy.keys import key_ring
from lianxin.kernel.privacy.models import Rotation, RotationStep
from lianxin.kernel.privacy.places import every_row
from lianxin.kernel.privacy.ring import Keys


@dataclass(frozen=True, slots=True)
class KeyState:
    """One key of the ring; `is_current` is the one new values get."""

    number: int
    algorithm: str
    made_at: datetime | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class RotationState:
    """A rotation and how far it is, in rows and files."""

    rotation: Rotation
    steps: Sequence[RotationStep]

    @property
    def done(self) -> int:
        """Rows and files looked at; never more than `total`, for a second round counts once."""
        return sum(one.total if one.finished_at else min(one.rows, one.total) for one in self.steps)

    @property
    def total(self) -> int:
        """Rows and files there were at the beginning."""
        return sum(one.total for one in self.steps)

    @property
    def values(self) -> int:
        """Values brought under the new keys."""
        return sum(one.values for one in self.steps)


@dataclass(frozen=True, slots=True)
class Standing:
    """The ring and its rotations, the newest first."""

    seal: Sequence[KeyState]
    lookup: Sequence[KeyState]
    rotations: Sequence[RotationState]


def _states(keys: Keys) -> list[KeyState]:
    return [
        KeyState(number, key.algorithm, parse_datetime(key.made_at) if key.made_at else None, number == keys.current)
        for number, key in sorted(keys.by_number.items())
    ]


def standing(*, size: int = 10) -> Standing:
    """The present state. Two queries."""
    ring = key_ring()
    with every_row():
        rotations = list(Rotation.objects.prefetch_related("steps")[:size])
    return Standing(
        _states(ring.seal), _states(ring.lookup), [RotationState(one, list(one.steps.all())) for one in rotations]
    )
