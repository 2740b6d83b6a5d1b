"""How commands speak: sentences on standard error, results on standard output, progress where somebody watches."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.markup import escape

from lianxin.kernel.db.server import ServerProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

console = Console(stderr=True, highlight=False, soft_wrap=True)
results = Console(highlight=False, soft_wrap=True)


class Problem(ServerProblem):
    """A command cannot do what was asked; carries one sentence and what to do about it."""


def say(sentence: str) -> None:
    """Tell the person one sentence on standard error."""
    console.print(escape(sentence))


def debugging() -> bool:
    """Return whether tracebacks are wanted: `--debug` or LIANXIN_DEBUG."""
    return os.environ.get("LIANXIN_DEBUG", "").lower() in {"1", "true", "yes", "on"}


@contextmanager
def step(doing: str) -> Iterator[None]:
    """Say what is being done, and when it is done, how long it took."""
    begun = time.monotonic()
    if console.is_terminal:
        with console.status(escape(doing) + " …"):
            yield
    else:
        say(doing + " …")
        yield
    say(f"{doing}: {duration(time.monotonic() - begun)}")


def duration(seconds: float) -> str:
    """Return `seconds` for people: 0.4 s, 12 s, 3 min 5 s."""
    if seconds < 10:  # noqa: PLR2004 - below ten a tenth matters
        return f"{seconds:.1f} s"
    if seconds < 120:  # noqa: PLR2004 - two minutes are easily read as seconds
        return f"{seconds:.0f} s"
    return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"


def size(number: int) -> str:
    """Return a number of bytes for people: 3.2 MB."""
    value = float(number)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:  # noqa: PLR2004 - decimal units
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
