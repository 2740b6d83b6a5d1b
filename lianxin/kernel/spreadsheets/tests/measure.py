"""Seconds and peak memory of writing and importing a list, each in a process of its own."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
import time
from pathlib import Path

from lianxin.kernel.spreadsheets.matching import match_columns
from lianxin.kernel.spreadsheets.parsing import CellParser
from lianxin.kernel.spreadsheets.reading import open_workbook
from lianxin.kernel.spreadsheets.tables import find_table
from lianxin.kernel.spreadsheets.tests.member_columns import MEMBER_COLUMNS, NATIONAL_HEADERS
from lianxin.kernel.spreadsheets.writing import write_xlsx

ROOT = Path(__file__).resolve().parents[4]
BORN, NATIONAL = dt.date(1950, 1, 1), {column.label: column for column in MEMBER_COLUMNS}


def people(count):
    for number in range(count):
        born = BORN + dt.timedelta(days=number % 19_000)
        joined = born + dt.timedelta(days=7_000)
        yield [
            f"张{number:06d}",
            f"利津县北宋镇第{number % 500}村党支部", f"990000{born:%Y%m%d}{number % 1000:03d}X",
            "女" if number % 2 else "男", "汉族", born, "初中毕业", "正式党员", joined,
            joined + dt.timedelta(days=365),
            "农牧渔民", f"128{number:08d}", f"0546-{number:07d}",
            f"山东省利津县北宋镇第{number % 500}村{number}号", "正常",
            "否", None, "否", None,
        ]  # fmt: skip


def write(path, count):
    write_xlsx(path, "党员", [NATIONAL[header] for header in NATIONAL_HEADERS[1:]], people(count))


def read(path, count):
    """The whole way of a dry run but for the database: find the table, match its columns, parse every cell."""
    with open_workbook(path) as book:
        table = find_table(book.sheets[0], MEMBER_COLUMNS)
        keys = {one.header.index: one.key for one in match_columns(table.headers, table.samples, MEMBER_COLUMNS)}
        columns = {column.key: column for column in MEMBER_COLUMNS}
        parsers = [(index, CellParser(columns[key])) for index, key in keys.items() if key]
        assert len(parsers) == 19
        seen = problems = 0
        for row in table.rows():
            seen += 1
            for index, parser in parsers:
                problems += (
                    parser.parse(row.cells[index] if index < len(row.cells) else None, row.number)[1] is not None
                )
        assert (seen, problems) == (count, 0)


def measured(act, path, count):
    """Return (seconds, peak megabytes of the whole process) of ``write`` or ``read`` run alone."""
    command = [sys.executable, "-m", __name__, act, str(path), str(count)]
    seconds, megabytes = subprocess.run(command, check=True, capture_output=True, text=True, cwd=ROOT).stdout.split()
    return float(seconds), float(megabytes)


if __name__ == "__main__":
    act, path, count = sys.argv[1:]
    started = time.perf_counter()
    {"write": write, "read": read}[act](path, int(count))
    # Not getrusage: that one remembers the memory of the process we were started from.
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.split("VmHWM:")[1].split()[0]) / 1024
    sys.stdout.write(f"{time.perf_counter() - started:.1f} {peak:.0f}\n")
