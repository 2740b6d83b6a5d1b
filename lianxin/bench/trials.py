"""Trials: things of organisation life that must be done within so many seconds, by those who do them in earnest."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable


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


def hold_trials(*, say: Callable[[str], None], only: str = "") -> list[Trial]:
    """Every trial whose key begins with `only`: the documents of a meeting, and a hall of a thousand people."""
    from lianxin.bench.documents import measure_documents  # noqa: PLC0415 - they give trials
    from lianxin.bench.hall import measure_hall  # noqa: PLC0415 - the same

    done = []
    for key, measure in (("life_minutes", measure_documents), ("life_hall", measure_hall)):
        if key.startswith(only) or only.startswith(key):
            for one in measure():
                say(
                    f"{one.label}: {one.seconds:.2f} s (aim {one.aim:.0f} s) {one.remark}"
                    + (f"   FAILED {one.failed}" if one.failed else "")
                )
                done.append(one)
    return done
