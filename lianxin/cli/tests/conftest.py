from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lianxin.kernel.db.server import stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Folders for installations of their own, whose servers are stopped at the end."""
    made: list[Path] = []

    def make(name: str) -> Path:
        made.append(tmp_path / name)
        return made[-1]

    yield make
    for var in made:
        stop(var)
