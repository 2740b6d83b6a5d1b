"""Writes what the long run found: docs/security/probing.md and .json, from what its processes kept."""

from __future__ import annotations

import json
import platform
import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[2]
FOLDER = PROJECT / "docs" / "security"


def write(*, processes: int, seconds: float) -> int:
    """Write the summary; answers how many leaks there were."""
    from config import environment  # noqa: PLC0415 - it reads the environment

    states = [json.loads((Path(environment.VAR) / f"probing-{number}.json").read_text()) for number in range(processes)]
    counts: dict[str, Counter[str]] = {}
    for state in states:
        for group, found in state["counts"].items():
            counts[group] = counts.get(group, Counter()) + Counter(found)
    leaks = [leak for state in states for leak in state["leaks"]]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],  # noqa: S607 - whichever git is there
        cwd=PROJECT, capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    summary: dict[str, Any] = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "commit": commit,
        "machine": f"{platform.machine()}, {processes} processes, Python {platform.python_version()}",
        "seconds": round(seconds),
        "by request": sum(state["requests"] for state in states),
        "of these with a twin about what does not exist": counts.get("sums", Counter())["pairs"],
        "of these with writing statements, followed by a look at every guarded row": counts.get("sums", Counter())[
            "written"
        ],
        "at the database": sum(state["database"] for state in states),
        "persons with invented roles at the database": sum(state.get("people", 0) for state in states),
        "leaks": len(leaks),
        "seconds of work": {
            part: round(sum(state["seconds"].get(part, 0) for state in states)) for part in ("requests", "database")
        },
        "counts": {group: dict(sorted(found.items())) for group, found in sorted(counts.items()) if group != "sums"},
        "leaks found": leaks,
    }
    FOLDER.mkdir(parents=True, exist_ok=True)
    text = json.dumps(summary, ensure_ascii=False, indent=1)
    (FOLDER / "probing.json").write_text(text + "\n", encoding="utf-8")
    (FOLDER / "probing.md").write_text(_page(summary), encoding="utf-8")
    return len(leaks)


def _page(found: dict[str, Any]) -> str:
    counts = found["counts"]
    asked, known = found["by request"], found["at the database"]
    lines = [
        "# Proof by probing",
        "",
        "Written by `python -m tests.probing` (or `make probe`); the figures are those of the run named here.",
        "",
        f"{found['date']}, commit `{found['commit']}`, {found['machine']}, {found['seconds']} s.",
        "",
        "| | probes |",
        "|---|---|",
        f"| by request, through the whole product | {asked:,} |",
        f"| … answered twice: about foreign rows and about rows that do not exist | {found['of these with a twin about what does not exist']:,} |",  # noqa: E501 - a row of a table
        f"| … whose statements wrote, each followed by a look at every guarded row | {found['of these with writing statements, followed by a look at every guarded row']:,} |",  # noqa: E501 - the same
        f"| at the database, by key and as whole tables | {known:,} |",
        f"| **together** | **{asked + known:,}** |",
        f"| **leaks** | **{found['leaks']}** |",
        "",
        *EXPLANATION,
        *_table("By request: role", counts.get("by_persona", {})),
        *_table("By request: where the rows lie for the role", counts.get("by_relation", {})),
        *_table("By request: method", counts.get("by_method", {})),
        *_table("By request: answer", counts.get("by_status", {})),
        *_table("At the database: how it held", counts.get("held", {})),
        *_table("At the database: table and deed", counts.get("database", {})),
        *_table("By request: door", counts.get("probes", {})),
    ]
    return "\n".join(lines) + "\n"


def _table(title: str, rows: dict[str, int]) -> list[str]:
    return [
        "",
        f"## {title}",
        "",
        "| | probes |",
        "|---|---|",
        *(f"| `{name}` | {count:,} |" for name, count in rows.items()),
    ]


EXPLANATION = """\
**What is asked.** Every address of the resolver with GET, HEAD, POST, PUT, PATCH and DELETE and every operation of the
OpenAPI document, by every role of the cast (also expired, revoked, without a role, not signed in, and programs with
narrowed tokens), with rows inside, above, beside and below their place in addresses, filters, searches, cursors and
bodies. At the database: each guarded row selected, updated, deleted and added once more by its key as the application
role in somebody's scope, for the cast and for invented persons with one to three roles at random places.

There are about 46,900 questions of role, door, method and place, in an order shuffled by a seed: fewer requests are
a sample of them, and more ask them again with other rows and values.

**What is a leak.** An answer about a foreign row whose status, headers, body or statements asked of the database
(number and kind: that stands for time) differ from the answer about a row that does not exist; a mark or key of a
foreign row anywhere in an answer, a spreadsheet or a cursor; a foreign row changed, removed or added; a fault.
Who may see what is said once more by hand in `tests/probing/sight.py`, from the cast alone.

**What probing found, and is mended.** An administrator with two roles could read members' events at the second place
past the application (a reach without brackets in a policy). For a term of an organisation above one statement more was
asked than for none. The page of a check whose number stood in its title never answered.

**Without the application's filters** (`tests/probing/test_without_filters.py`): every permission reaches everywhere and
queries ask no more whose a row is; the same doors, reading and writing, show and change no foreign row. Accounts alone
rest on the screens: a table open to the database, for it is read before anybody is known.

**How it counts.** A probe by request is one question; its twin is not counted. At the database a probe is one row and
one deed in one person's scope; rows of a table are selected, updated and removed in one statement, and tried one by one
where that does not settle it. Adding a row again is tried for one in five. Anybody signed in may add a stored file
(its import comes after), and nobody signed in may add an event without a person (a failed sign-in): that is meant so.

**What it does not cover.** Time by the clock; uploads (`multipart`) beyond their refusal; jobs, but for what a request
does at once; pages in a browser with scripts; sessions and second factors of other accounts; that a code or identity
number is taken, which a register must say. Names of organisations outside, where a row in reach tells of them.
""".splitlines()
