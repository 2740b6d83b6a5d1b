"""One step on one spreadsheet, in a process of its own: `python -m lianxin.bench.sheet check 19000 FOLDER`."""

from __future__ import annotations

import json
import logging
import os
import sys
from importlib import import_module
from pathlib import Path

import django

from lianxin.kernel.db.scope import Scope, begin_with
from lianxin.kernel.db.server import addresses, ensure_running, var_directory


def main() -> None:
    """Do the step and print what it cost as JSON, on the last line."""
    what, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    if addresses().embedded:
        ensure_running(var_directory())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    logging.disable(logging.WARNING)
    begin_with(Scope.EVERYTHING)  # a console command's only door is its beginning
    steps = import_module("lianxin.bench.sheet_steps")
    if what == "write":
        steps.write_workbook(folder, rows)
        return
    step = steps.exported if what in {"xlsx", "csv"} else steps.imported
    sys.stdout.write(json.dumps(step(what, rows, folder)) + "\n")


if __name__ == "__main__":
    main()
