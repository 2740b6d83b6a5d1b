"""The figures of a run, for people (faults.md) and programs (faults.json), from the ledger."""

import json
import statistics
from collections import Counter
from pathlib import Path
from typing import Any

OUTCOMES = {
    "whole": "wholly there, with its event",
    "absent": "wholly absent (a rotation: none was under way at that instant)",
    "given back": "given back to the clerk with a sentence; nothing written",
    "resumed": "gone on with after the restart",
}
VICTIMS = ("web", "worker", "postgresql")


def entries(ledger: Path) -> list[dict[str, Any]]:
    """The kills so far; a last line cut short by an abort is left out."""
    found = []
    for line in ledger.read_text(encoding="utf-8").splitlines() if ledger.exists() else ():
        try:
            found.append(json.loads(line))
        except ValueError:
            continue
    return found


def kills(ledger: Path) -> list[dict[str, Any]]:
    """The kills so far, without what was found at the end of a run."""
    return [one for one in entries(ledger) if "focus" in one]


def write(ledger: Path, folder: Path) -> dict[str, Any]:
    """Write both files; what they say in short."""
    killed = kills(ledger)
    ends = [one for one in entries(ledger) if "end" in one]
    figures: Counter[str] = Counter()
    for one in ends:
        figures.update(one["end"])
    outcomes: dict[str, Counter[str]] = {}
    for one in killed:
        outcomes.setdefault(one["focus"], Counter()).update(one["outcomes"])
    violations = [sentence for one in killed for sentence in one["violations"]]
    violations += [sentence for one in ends for sentence in one["violations"]]
    seconds = sorted(one["seconds"] for one in killed)
    found: dict[str, Any] = {
        "from": killed[0]["at"],
        "to": killed[-1]["at"],
        "commits": sorted({one["commit"] for one in killed}),
        "kills": len(killed),
        "by_victim": dict(Counter(one["victim"] for one in killed)),
        "by_act": dict(Counter(one["focus"] for one in killed)),
        "by_victim_and_act": {
            f"{victim} in {focus}": count
            for (victim, focus), count in sorted(Counter((one["victim"], one["focus"]) for one in killed).items())
        },
        "by_way": {f"{one[0]}: {one[1]}": n for one, n in Counter((k["victim"], k["way"]) for k in killed).items()},
        "outcomes": {focus: dict(counts) for focus, counts in outcomes.items()},
        "violations": len(violations),
        "violations_said": violations[:50],
        "at_the_end": dict(figures),
        "seconds": round(sum(seconds), 1),
        "seconds_median": round(statistics.median(seconds), 2),
        "seconds_worst": seconds[-1],
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "faults.json").write_text(json.dumps(found, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (folder / "faults.md").write_text(page(found), encoding="utf-8")
    return found


def page(found: dict[str, Any]) -> str:
    """The figures as a page."""
    acts = list(found["by_act"])
    table = [
        "| killed | " + " | ".join(f"in {one}" for one in acts) + " | together |",
        "| --- |" + " --- |" * (len(acts) + 1),
    ]
    for victim in VICTIMS:
        cells = [found["by_victim_and_act"].get(f"{victim} in {one}", 0) for one in acts]
        table.append(f"| {victim} | " + " | ".join(map(str, cells)) + f" | {sum(cells)} |")
    results = ["| act | " + " | ".join(OUTCOMES) + " |", "| --- |" + " --- |" * len(OUTCOMES)]
    for act, counts in found["outcomes"].items():
        results.append(f"| {act} | " + " | ".join(str(counts.get(one, 0)) for one in OUTCOMES) + " |")
    said = [f"- {one}" for one in found["violations_said"]]
    return "\n".join(
        [
            "# Faults: killed in the middle of work",
            "",
            f"Written by `python -m tests.faults`, commit {', '.join(found['commits'])}.",
            "",
            f"From {found['from']} to {found['to']}.",
            "",
            f"**{found['kills']} kills, {found['violations']} violations.**",
            "",
            (
                f"A turn of act, kill, recovery and judgement: median {found['seconds_median']} s, "
                f"longest {found['seconds_worst']} s, several turns at a time."
            ),
            "",
            "SIGKILL at a random instant; started again, PostgreSQL recovers from its log. Killed: "
            + ", ".join(f"{way} {count}" for way, count in sorted(found["by_way"].items()))
            + ".",
            "",
            *table,
            "",
            "What became of the acts that were under way:",
            "",
            *results,
            "",
            *(f"- *{name}*: {meaning}." for name, meaning in OUTCOMES.items()),
            "",
            *(["Violations:", "", *said, ""] if said else []),
            "At the end, all installations together (acts and imports since the command was last started): "
            + ", ".join(f"{count:,} {name}" for name, count in found["at_the_end"].items())
            + ".",
            "",
            "What is compared after every kill, and how to run it: `tests/faults/README.md`.",
            "",
        ]
    )
