"""`python -m tests.probing --probes 1000000 --processes 2`: the long run, which can be stopped and taken up again."""

from __future__ import annotations

import argparse
import json
import logging
import os
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
STEP = 400
DATABASE_STEP = 20
SIZE = 6
HTTP_SHARE = 0.12


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.probing", description=__doc__)
    parser.add_argument("--probes", type=int, default=1_000_000, help="by request and at the database together")
    parser.add_argument("--requests", type=int, help="of these by request (else 12 in 100)")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--minutes", type=float, default=600, help="stop by then, and say how far it came")
    parser.add_argument("--again", action="store_true", help="forget how far an earlier run came")
    parser.add_argument("--worker", type=int, help=argparse.SUPPRESS)
    return parser.parse_args()


def prepare() -> None:
    """A test database of this process, made by the owner; from then on the application role, as in the tests."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    sys.path.insert(0, str(PROJECT))
    import django  # noqa: PLC0415 - after the environment

    django.setup()
    logging.disable(logging.ERROR)
    import psycopg  # noqa: PLC0415 - the same
    from django.conf import settings  # noqa: PLC0415 - the same
    from django.db import connection  # noqa: PLC0415 - the same
    from django.test.utils import setup_test_environment  # noqa: PLC0415 - the same
    from psycopg.conninfo import make_conninfo  # noqa: PLC0415 - the same

    import conftest  # noqa: PLC0415 - the same
    from lianxin.kernel.db.server import addresses, django_settings, grant_app_privileges  # noqa: PLC0415 - the same

    conftest.pytest_configure()
    setup_test_environment()
    settings.MEDIA_ROOT = Path(settings.VAR_DIR) / f"probing-files-{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    connection.close()
    found = addresses()
    app = django_settings(found.app)
    with psycopg.connect(make_conninfo(found.owner, dbname=connection.settings_dict["NAME"]), autocommit=True) as owner:
        grant_app_privileges(owner)
    connection.settings_dict.update({key: app[key] for key in ("USER", "PASSWORD")})


def work(given: argparse.Namespace) -> None:
    """One process: its share of the requests, then its share at the database; how far it came is kept."""
    prepare()
    from django.conf import settings  # noqa: PLC0415 - after the settings

    from lianxin.kernel.time import now, today  # noqa: PLC0415 - the same
    from tests.cast import cast as cast_fixture  # noqa: PLC0415 - the same
    from tests.probing.world import build  # noqa: PLC0415 - the same

    at = now()
    world = build(cast_fixture._get_wrapped_function()(None, today(), at), at=at, size=2)
    kept = Path(settings.VAR_DIR) / f"probing-{given.worker}.json"
    state: dict[str, Any] = {"requests": 0, "database": 0, "seconds": {}, "counts": {}, "leaks": []}
    if kept.exists() and not given.again:
        state = json.loads(kept.read_text())
    requests = given.requests if given.requests is not None else int(given.probes * HTTP_SHARE)
    until = time.monotonic() + given.minutes * 60

    def note() -> None:
        kept.write_text(json.dumps(state, ensure_ascii=False))
        print(  # noqa: T201 - progress of a command
            f"process {given.worker}: {state['requests']} by request, {state['database']} at the database, "
            f"{len(state['leaks'])} leaks", flush=True,
        )  # fmt: skip

    by_request(world, given, state, requests // given.processes, until, note)
    at_the_database(world, given, state, (given.probes - requests) // given.processes, until, note)


def add(state: dict[str, Any], group: str, counts: Counter[str]) -> None:
    held = Counter(state["counts"].get(group, {}))
    state["counts"][group] = dict(held + counts)


def by_request(
    world: Any, given: argparse.Namespace, state: dict[str, Any], wanted: int, until: float, note: Any
) -> None:
    from tests.probing.running import Figures, Runner  # noqa: PLC0415 - after the settings

    runner = Runner(world)
    cells = runner.cells()[given.worker :: given.processes]
    begun = signed_in = 0.0
    while state["requests"] < wanted and time.monotonic() < until:
        if time.monotonic() - signed_in > 240:
            runner.asking.sign_in()
            signed_in = time.monotonic()
        begun = time.monotonic()
        runner.figures, runner.asking.written = Figures(), 0
        numbers = range(state["requests"], min(wanted, state["requests"] + STEP))
        done = runner.run((cells[n % len(cells)], n * given.processes + given.worker) for n in numbers)
        state["requests"] += len(numbers)
        state["seconds"]["requests"] = state["seconds"].get("requests", 0) + time.monotonic() - begun
        for group in ("probes", "by_persona", "by_relation", "by_method", "by_status"):
            add(state, group, getattr(done, group))
        add(state, "sums", Counter({"pairs": done.pairs, "written": done.written}))
        state["leaks"] += done.leaks[:50]
        note()


def at_the_database(
    world: Any, given: argparse.Namespace, state: dict[str, Any], wanted: int, until: float, note: Any
) -> None:
    from tests.probing import database  # noqa: PLC0415 - after the settings
    from tests.probing.world import build  # noqa: F401, PLC0415 - the same

    texts = database.contents(world)
    cast = [one for one in world.personas.values() if one.name != "anonymous"] + [world.personas["anonymous"]]
    number = state.get("people", 0)
    while state["database"] < wanted and time.monotonic() < until:
        begun = time.monotonic()
        tally = database.Tally()
        for _ in range(DATABASE_STEP):
            mine = number * given.processes + given.worker
            one = cast[mine] if mine < len(cast) else database.invented(mine)
            number += 1
            database.look_round(world, one, tally)
            database.probe(world, one, list(database.targets(world, one)), texts, tally)
        state["people"] = number
        state["database"] += sum(tally.probes.values())
        state["seconds"]["database"] = state["seconds"].get("database", 0) + time.monotonic() - begun
        add(state, "database", tally.probes)
        add(state, "held", tally.held)
        state["leaks"] += tally.leaks[:50]
        note()


def main() -> None:
    given = options()
    if given.worker is not None:
        work(given)
        return
    begun = time.monotonic()
    command = [sys.executable, "-m", "tests.probing", *sys.argv[1:]]
    running = [subprocess.Popen([*command, f"--worker={number}"], cwd=PROJECT) for number in range(given.processes)]
    worst = max(one.wait() for one in running)
    if worst:
        sys.exit(worst)
    from tests.probing.report import write  # noqa: PLC0415 - only once all went well

    leaks = write(processes=given.processes, seconds=time.monotonic() - begun)
    sys.exit(1 if leaks else 0)


if __name__ == "__main__":
    main()
