"""Folders for servers of their own.

Not pytest's: it closes the folder above them whenever another test run begins, and the database's account, where it is
another one, could not pass any more.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lianxin.kernel.db.server import ensure_running, stop

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder that is gone after the test, with the server that ran in its `var`."""
    yield from folder()


@pytest.fixture(scope="session")
def pristine() -> Iterator[Path]:
    """A data directory with roles and database, stopped: copying it is quicker than making another."""
    for made in folder():
        ensure_running(made / "var")
        stop(made / "var")
        yield made / "var" / "postgres"


@pytest.fixture
def var(place: Path, pristine: Path) -> Path:
    """A folder with a database that is stopped."""
    (place / "var").mkdir()
    subprocess.run(["/bin/cp", "--archive", "--reflink=auto", str(pristine), str(place / "var")], check=True)
    return place / "var"


@pytest.fixture
def new_var(place: Path) -> Path:
    """A folder that does not exist yet."""
    return place / "var"


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
