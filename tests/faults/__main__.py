"""`python -m tests.faults --kills 300`: kill the product in the middle of its work, hundreds of times, and judge.

The installation lies in LIANXIN_VAR (else var/faults) and is used again by the next run; every kill is a line of its
ledger, so an interrupted run goes on where it was. Figures go to docs/security/faults.md and faults.json.
"""

import argparse
import logging
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from itertools import product
from pathlib import Path

from tests.faults.installation import PROJECT, Installation


def main() -> int:
    """Run; 1 when something is not as it has to be."""
    told = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    told.add_argument("--kills", type=int, default=300, help="how many lines the ledger shall have")
    told.add_argument("--rows", type=int, default=150, help="new persons in each import; as many rows are changed")
    told.add_argument("--seed", type=int, default=0, help="0: another one each time")
    told.add_argument("--ledger", type=Path, help="where each kill is written down; else in LIANXIN_VAR")
    told.add_argument("--lanes", type=int, default=1, help="so many installations beside each other, one ledger")
    told.add_argument("--report", type=Path, default=PROJECT / "docs" / "security", help="folder of the figures")
    given = told.parse_args()
    var = Path(os.environ.get("LIANXIN_VAR", PROJECT / "var" / "faults")).resolve()
    ledger = given.ledger or var / "faults.jsonl"
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is stopped
    if given.lanes > 1:
        return lanes(var, ledger, given.lanes)
    installation = Installation(var)
    installation.adopt_environment()
    print(f"Preparing the installation in {var} …", flush=True)  # noqa: T201 - a command speaks
    begun = time.monotonic()
    installation.prepare()
    try:
        installation.start()
        from django.conf import settings  # noqa: PLC0415 - the same

        from lianxin.cli.project import start_django  # noqa: PLC0415 - once the environment is the installation's

        start_django("owner")
        logging.getLogger("httpx").setLevel(logging.WARNING)
        settings.DATABASES["default"]["OPTIONS"].pop("pool", None)  # a pool would keep what crashes have cut
        from tests.faults.campaign import Campaign, Focus  # noqa: PLC0415 - needs Django
        from tests.faults.killing import Victim  # noqa: PLC0415 - the same
        from tests.faults.report import kills, write  # noqa: PLC0415 - the same

        campaign = Campaign(installation, ledger=ledger, seed=given.seed or time.time_ns(), rows=given.rows)
        print(f"Ready after {time.monotonic() - begun:.0f} s.", flush=True)  # noqa: T201 - the same
        while (number := len(killed := kills(ledger))) < given.kills:
            # Each victim as often as the others, in the middle of each kind of act, whatever an earlier run left.
            had = Counter((one["focus"], one["victim"]) for one in killed)
            every = list(product(Focus, Victim))
            campaign.chance.shuffle(every)
            focus, victim = min(every, key=lambda one: had[one[0].value, one[1].value] / one[0].weight)
            entry = campaign.cycle(focus, victim)
            wrong = f"  ✗ {'; '.join(entry['violations'])}" if entry["violations"] else ""
            print(  # noqa: T201 - the same
                f"{number + 1:4d} {focus:8} {victim:10} {entry['way']:26} at {entry['instant']:.2f} s "
                f"{entry['outcomes']} {entry['seconds']:.1f} s{wrong}",
                flush=True,
            )
        for one in campaign.close()["violations"]:
            print(f"✗ {one}")  # noqa: T201 - the same
        found = write(ledger, given.report)
    finally:
        installation.stop()
    print(f"{found['kills']} kills, {found['violations']} violations.")  # noqa: T201 - the same
    return 1 if found["violations"] else 0


def lanes(var: Path, ledger: Path, count: int) -> int:
    """Run this command once for each lane, each with an installation of its own."""
    var.mkdir(parents=True, exist_ok=True)
    words = [sys.executable, "-m", "tests.faults", *sys.argv[1:], "--lanes", "1", "--ledger", str(ledger)]
    running = [
        subprocess.Popen(words, cwd=PROJECT, env=os.environ | {"LIANXIN_VAR": str(var / f"lane-{number}")})
        for number in range(1, count + 1)
    ]
    try:
        return max([one.wait() for one in running])
    finally:
        for one in running:
            one.terminate()
        for one in running:
            one.wait()


if __name__ == "__main__":
    sys.exit(main())
