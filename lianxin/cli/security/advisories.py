"""`make audit`: asks the advisory services of Python and Node about every locked package, where there is a network.

A tool that could reach nobody must not look like one that found nothing: pip-audit says “no known vulnerabilities” and
leaves the packages it could not ask about in a list of skipped ones. So skipped is counted as not checked here.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from lianxin.cli.project import PROJECT
from lianxin.cli.security.supply import DEVELOPMENT, RUNTIME

_SECONDS = 600


class Outcome(Enum):
    """What an audit came to; the value is what the command leaves with."""

    clean = 0
    weak = 1
    unknown = 2


@dataclass(frozen=True, slots=True)
class Audit:
    """What was asked, what came of it, and the lines to show."""

    what: str
    outcome: Outcome
    lines: tuple[str, ...]


def judge_python(what: str, text: str) -> Audit:
    """The audit in what pip-audit printed as JSON; anything else says that it could not ask."""
    told = _parsed(text)
    if not isinstance(told, dict) or "dependencies" not in told:
        return Audit(what, Outcome.unknown, ("The advisory service could not be asked.",))
    packages = told["dependencies"]
    weak = [
        f"{one['name']} {one['version']}: {found['id']}, mended in {', '.join(found['fix_versions']) or 'no version'}"
        for one in packages
        for found in one.get("vulns", [])
    ]
    skipped = [one["name"] for one in packages if "skip_reason" in one]
    if weak:
        return Audit(what, Outcome.weak, tuple(weak))
    if skipped or not packages:
        line = f"{len(skipped)} of {len(packages)} packages could not be asked about."
        return Audit(what, Outcome.unknown, (line,))
    return Audit(what, Outcome.clean, (f"{len(packages)} packages, none with a known weakness.",))


def judge_node(what: str, text: str) -> Audit:
    """The audit in what npm printed as JSON."""
    told = _parsed(text)
    if not isinstance(told, dict) or "vulnerabilities" not in told or "metadata" not in told:
        return Audit(what, Outcome.unknown, ("The advisory service could not be asked.",))
    weak = tuple(f"{name}: {one.get('severity', '')}" for name, one in told["vulnerabilities"].items())
    if weak:
        return Audit(what, Outcome.weak, weak)
    count = told["metadata"].get("dependencies", {}).get("total", 0)
    return Audit(what, Outcome.clean, (f"{count} packages, none with a known weakness.",))


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _output(*words: str, folder: Path = PROJECT) -> str:
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=_SECONDS, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout


def audits() -> list[Audit]:
    """Ask about everything that is locked."""
    pip_audit = str(Path(sys.executable).with_name("pip-audit"))
    found = [
        judge_python(file.name, _output(pip_audit, "-r", str(file), "--require-hashes", "--disable-pip", "-f", "json"))
        for file in (RUNTIME, DEVELOPMENT)
    ]
    return [*found, judge_node("frontend", _output("npm", "audit", "--json", folder=PROJECT / "frontend"))]


def main() -> None:
    """Print what came of it; leaves with 1 for a known weakness, 2 when something could not be asked about."""
    found = audits()
    for one in found:
        print(f"{one.what}: {one.outcome.name}")  # noqa: T201 - the output of a check
        for line in one.lines:
            print(f"  {line}")  # noqa: T201 - the same
    if any(one.outcome is Outcome.unknown for one in found):
        print("NOT CHECKED: run this on a machine that reaches the advisory services.")  # noqa: T201 - the same
    raise SystemExit(
        1 if any(one.outcome is Outcome.weak for one in found) else max(one.outcome.value for one in found)
    )


if __name__ == "__main__":
    main()
