"""Comparing the scales: does a page stay as quick from the county to the province?"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

SCALES = ("county", "city", "province")
FLAT = 2.0
"""A page is flat when its 95th percentile at a larger scale is at most this many times the county's."""


def write_comparison(place: Path) -> Path:
    """Write README.md from the reports there are; the file."""
    found = {
        scale: json.loads((place / f"{scale}.json").read_text(encoding="utf-8"))
        for scale in SCALES
        if (place / f"{scale}.json").exists()
    }
    path = place / "README.md"
    path.write_text("\n".join([*_lines(found), ""]), encoding="utf-8")
    return path


def _lines(found: dict[str, dict[str, Any]]) -> Iterable[str]:
    yield "# Benchmarks"
    yield ""
    yield "`lianxin bench --scale county` measures this machine; the reports: " + ", ".join(
        f"[{scale}]({scale}.md)" for scale in found
    )
    yield ""
    yield (
        f"Flat: at most {FLAT:.0f} times the county's. Bold: not flat. Load of the machine while measuring: "
        + "; ".join(f"{scale} {report['machine']['load']}" for scale, report in found.items() if "machine" in report)
    )
    yield ""
    yield "## 95th percentile of the whole page, milliseconds"
    yield ""
    yield from _table(found, _milliseconds, ".0f")
    yield ""
    yield "## 95th percentile of the blocks (8 kB) the page's statements touch"
    yield ""
    yield "A busy machine changes the times above, not these."
    yield ""
    yield from _table(found, _blocks, ",.0f")
    yield ""
    yield "## Spreadsheets"
    yield ""
    yield "| spreadsheet | " + " | ".join(f"{scale}, s (peak MB)" for scale in found) + " |"
    yield f"| --- |{' --- |' * len(found)}"
    sheets = {scale: {(one["key"], one["label"]): one for one in report["sheets"]} for scale, report in found.items()}
    for key in dict.fromkeys(name for report in sheets.values() for name in report):
        row = [
            f"{one['seconds']:.1f} ({one['memory'] / 1e6:.0f})" if (one := sheets[scale].get(key)) else ""
            for scale in found
        ]
        yield f"| {key[1]} | {' | '.join(row)} |"


def _table(found: dict[str, dict[str, Any]], figure: Callable[[dict[str, Any]], float], shown: str) -> Iterable[str]:
    yield f"| who | what | {' | '.join(found)} |"
    yield f"| --- | --- |{' --- |' * len(found)}"
    by_scale = {scale: {(one["who"], one["key"]): one for one in report["pages"]} for scale, report in found.items()}
    for key, one in next(iter(by_scale.values()), {}).items():
        base = figure(one)
        cells = []
        for scale in found:
            other = by_scale[scale].get(key)
            text = format(figure(other), shown) if other else ""
            cells.append(f"**{text}**" if other and base and figure(other) > FLAT * base else text)
        yield f"| {one['who']} | {one['label']} | {' | '.join(cells)} |"


def _milliseconds(one: dict[str, Any]) -> float:
    value: float = one["page_p95"] if one["has_page"] else one["reading_p95"] or one["sql_p95"]
    return value


def _blocks(one: dict[str, Any]) -> float:
    value: float = one.get("blocks_p95", 0)
    return value
