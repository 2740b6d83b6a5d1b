"""One run of the benchmark: pages, then spreadsheets, then the report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.bench.asking import ask_all
from lianxin.bench.measure import machine
from lianxin.bench.report import Measured, write_report
from lianxin.bench.sheets import measure_sheets
from lianxin.bench.trials import hold_trials
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
    database is left as it was: pages read, what spreadsheets and documents write is rolled back, and what the hall
    needed is removed. Only the log keeps that a thousand people signed in.

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
    trials = hold_trials(say=say, only=only)
    pages = list(ask_all(say=say, only=only))
    if only:
        return
    write_report(scale, today(), about, Measured(pages, trials))  # should a spreadsheet fail, the pages are not lost
    sheets = measure_sheets(say=say, everything=everything)
    paths = write_report(scale, today(), about, Measured(pages, trials, sheets))
    say(f"Written: {', '.join(str(path) for path in paths)}")
