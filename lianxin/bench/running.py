"""One run of the benchmark: pages, then spreadsheets, then the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.bench.asking import ask_all
from lianxin.bench.measure import machine
from lianxin.bench.report import write_report
from lianxin.bench.sheets import measure_sheets
from lianxin.kernel.db.server import ServerProblem
from lianxin.kernel.time import today
from lianxin.members.models import Member
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable

LEAST = {"county": 15_000, "city": 300_000, "province": 4_000_000}


class NotLoaded(ServerProblem):
    """The demonstration of that scale is not in this database."""


def run(*, scale: str, say: Callable[[str], None], everything: bool = False, only: str = "") -> None:
    """Measure at the scale that is loaded and write docs/benchmarks/<scale>.md and .json.

    `everything` adds the import of 400,000 rows; `only` asks the cases whose key begins so and writes no report. The
    database is left as it was: pages read, and what spreadsheets write is rolled back.

    Raises:
        NotLoaded: another scale is loaded, or none.
    """
    members = Member.objects.count()
    if members < LEAST[scale] or members > LEAST[scale] * 5:
        raise NotLoaded(
            f"This database holds {members:,} members, which is not the demonstration of a {scale}.",
            f"Run `lianxin demo --scale {scale}` with LIANXIN_VAR naming another folder.",
        )
    about = {**machine(), "members": f"{members:,}", "organisations": f"{Organisation.objects.count():,}"}
    answered = list(ask_all(say=say, only=only))
    if only:
        return
    write_report(scale, today(), about, answered, [])  # should a spreadsheet fail, the pages are not lost
    sheets = measure_sheets(say=say, everything=everything)
    paths = write_report(scale, today(), about, answered, sheets)
    say(f"Written: {', '.join(str(path) for path in paths)}")
