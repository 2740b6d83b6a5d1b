"""A trial: something that must be done within so many seconds, by those who do it in earnest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Trial:
    """What one thing took, and what it may take. Seconds. `failed` says what went wrong; empty where nothing did."""

    key: str
    label: str
    seconds: float
    aim: float
    remark: str = ""
    failed: str = ""

    @property
    def is_met(self) -> bool:
        """Whether it was done within the aim, with nothing wrong."""
        return self.seconds <= self.aim and not self.failed

    def as_json(self) -> dict[str, Any]:
        """Everything, and whether the aim is met."""
        return {**asdict(self), "is_met": self.is_met}
