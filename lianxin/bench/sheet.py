"""One step on one spreadsheet, in a process of its own: `python -m lianxin.bench.sheet check 19000 FOLDER`."""

from __future__ import annotations

import json
import logging
import sys
from importlib import import_module
from pathlib import Path

from lianxin.cli.project import bring_up_database, start_django


def main() -> None:
    """Do the step and print what it cost as JSON, on the last line."""
    what, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    bring_up_database()
    start_django()
    logging.disable(logging.WARNING)
    steps = import_module("lianxin.bench.sheet_steps")
    if what == "write":
        steps.write_workbook(folder, rows)
        return
    step = steps.exported if what in {"xlsx", "csv"} else steps.imported
    sys.stdout.write(json.dumps(step(what, rows, folder)) + "\n")


if __name__ == "__main__":
    main()
