from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from lianxin.kernel.db.server.tests.conftest import folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder for installations, each in a folder of its own; their servers are stopped at the end."""
    yield from folder()


@pytest.fixture(scope="module")
def lasting_place() -> Iterator[Path]:
    """The same for all tests of a file."""
    yield from folder()
