"""The trials of organisation life: the documents of a meeting, and a hall of a thousand people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.bench.documents import measure_documents
from lianxin.bench.hall import measure_hall

if TYPE_CHECKING:
    from collections.abc import Callable

    from lianxin.bench.trial import Trial


def hold_trials(*, say: Callable[[str], None], only: str = "") -> list[Trial]:
    """Every trial whose key begins with `only`."""
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
