"""Spreadsheets of 19,000 and 400,000 rows: each step in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict, dataclass
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

USUAL_ROWS = 19_000
LARGE_ROWS = 400_000


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one step on a spreadsheet cost. Seconds; peak resident memory of its process in bytes."""

    key: str
    label: str
    rows: int
    seconds: float
    sql_seconds: float
    memory: int
    memory_before: int
    queries: int
    remark: str = ""

    def as_json(self) -> dict[str, Any]:
        """Everything."""
        return asdict(self)


def measure_sheets(*, say: Callable[[str], None], everything: bool) -> list[Sheet]:
    """Dry run, import and export of 19,000 rows, and with `everything` the import of 400,000."""
    done: list[Sheet] = []
    with TemporaryDirectory() as folder:
        wanted = [("check", USUAL_ROWS), ("import", USUAL_ROWS), ("xlsx", USUAL_ROWS), ("csv", USUAL_ROWS)]
        if everything:
            wanted += [("check", LARGE_ROWS), ("import", LARGE_ROWS)]
        for what, rows in wanted:
            done.append(_in_its_own_process(what, rows, folder))
            one = done[-1]
            cost = f"{one.seconds:.1f} s (SQL {one.sql_seconds:.1f} s), peak {one.memory / 1e6:.0f} MB"
            say(f"{one.label}: {cost} {one.remark}")
    return done


def _in_its_own_process(what: str, rows: int, folder: str) -> Sheet:
    command = [sys.executable, "-m", "lianxin.bench.sheet", what, str(rows), folder]
    answer = subprocess.run(command, check=False, capture_output=True, text=True)
    if answer.returncode != 0:
        raise RuntimeError(f"{what} of {rows:,} rows: {answer.stderr.strip().splitlines()[-1:]}")
    return Sheet(**json.loads(answer.stdout.strip().splitlines()[-1]))
