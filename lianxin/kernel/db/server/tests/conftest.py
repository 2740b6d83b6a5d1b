"""Folders for servers of their own.

Not pytest's: it closes the folder above them whenever another test run begins, and the database's account, where it is
another one, could not pass any more.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lianxin.kernel.db.server import stop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that is gone after the test, with the server that ran in its `var`."""
    yield from folder()


@pytest.fixture(scope="module")
def lasting_place() -> Iterator[Path]:
    """The same for all tests of a file."""
    yield from folder()


def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="lianxin-test-"))
    yield made
    for var in [made, *made.glob("*/")]:
        stop(var)
    shutil.rmtree(made)
