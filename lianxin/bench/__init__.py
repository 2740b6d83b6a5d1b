"""`lianxin bench`: what people do, measured on this machine beside the best hand-written SQL; see docs/benchmarks."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def run(*, scale: str, say: Callable[[str], None], everything: bool = False, only: str = "") -> None:
    """Measure at the scale that is loaded; see `lianxin.bench.running.run`. Loaded late, as it needs Django set up."""
    import_module("lianxin.bench.running").run(scale=scale, say=say, everything=everything, only=only)
