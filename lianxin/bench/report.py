"""The report: figures as JSON for comparing, and as a page for people."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings

from lianxin.bench.comparing import write_comparison

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from lianxin.bench.asking import Answered
    from lianxin.bench.sheets import Sheet
    from lianxin.bench.trial import Trial

LIMIT = 3.0
SECURITY = 1.3
PLAN_LINES = 40


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything one run found."""

    pages: Sequence[Answered]
    trials: Sequence[Trial]
    sheets: Sequence[Sheet] = ()


def folder() -> Path:
    """Where reports are kept and committed."""
    found: Path = settings.BASE_DIR / "docs" / "benchmarks"
    return found


def write_report(scale: str, day: date, about: Mapping[str, str], measured: Measured) -> list[Path]:
    """Write the scale's report and compare it with those of the other scales; the files written."""
    place = folder()
    place.mkdir(parents=True, exist_ok=True)
    figures: dict[str, Any] = {
        "scale": scale,
        "day": day.isoformat(),
        "machine": dict(about),
        "pages": [one.as_json() for one in measured.pages],
        "sheets": [one.as_json() for one in measured.sheets],
        "trials": [one.as_json() for one in measured.trials],
    }
    data, page = place / f"{scale}.json", place / f"{scale}.md"
    data.write_text(json.dumps(figures, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    page.write_text("\n".join([*_page(scale, day, about, measured), ""]), encoding="utf-8")
    return [data, page, write_comparison(place)]


def _page(scale: str, day: date, about: Mapping[str, str], measured: Measured) -> Iterable[str]:
    yield f"# Measured: {scale}"
    yield ""
    yield f"{about['organisations']} organisations, {about['members']} members. Written by `lianxin bench` on {day}."
    yield ""
    yield from (f"- {name}: {value}" for name, value in about.items() if name not in {"members", "organisations"})
    yield ""
    yield "Milliseconds, median / 95th percentile over random places. SQL: our best statement for the same rows."
    yield "Reading: the product's own query. Page: the whole request through every middleware, with its rendering."
    yield "Processor: time of the web process, median; blocks: of 8 kB that the page's statements touch, which a busy"
    yield "machine does not change, as it does the times: look at the load above before trusting those."
    yield "Exchanges: ways to the database and back, statements and what begins, ends and scopes transactions."
    yield "Database: time in all exchanges, and in those the page asks for itself. The others are the shell's, the same"
    yield "around every page: session, account, grants, scope, figures of header and menu."
    yield "The SQL goes over the page's own connection, as its role, in the actor's scope."
    yield f"Ratio: the page's own time in the database over the SQL's, aim {LIMIT:.0f} at most; whole: with the shell."
    yield f"Row security: the SQL as the pages ask it over the same as the owner, aim {SECURITY} at most."
    yield ""
    yield (
        "| who | what | SQL | reading | page | processor | blocks | exchanges | database, own | ratio | whole | "
        "row security | rendering |"
    )
    yield "| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |"
    for one in measured.pages:
        reading = f"{one.reading_p50:.1f} / {one.reading_p95:.1f}" if one.reading_p50 else ""
        page = f"{one.page_p50:.1f} / {one.page_p95:.1f}" if one.has_page else "no page"
        rest = (
            f"{one.processor_p50:.0f} | {one.blocks_p50:,} / {one.blocks_p95:,} | {one.exchanges} | "
            f"{one.database_p50:.1f}, {one.own_p50:.1f} | {one.ratio:.1f} | {one.whole_ratio:.1f} | "
            f"{one.security:.2f} | {one.rendering:.0%}"
        )
        yield f"| {one.who} | {one.label} | {one.sql_p50:.1f} / {one.sql_p95:.1f} | {reading} | {page} | {rest} |"
    yield ""
    differing = [one.label for one in measured.pages if one.differs]
    yield (
        f"Reading and SQL named different rows in: {', '.join(differing)}."
        if differing
        else ("Reading and SQL named the same rows in the same order wherever they were compared.")
    )
    yield ""
    yield from _trials(measured.trials)
    yield from _sheets(measured.sheets)
    yield from _plans(measured.pages)


def _trials(trials: Sequence[Trial]) -> Iterable[str]:
    yield "## Organisation life"
    yield ""
    yield "| what | seconds | aim | remark |"
    yield "| --- | --- | --- | --- |"
    for one in trials:
        missed = "" if one.is_met else f" **missed** {one.failed}"
        yield f"| {one.label} | {one.seconds:.2f} | {one.aim:.0f}{missed} | {one.remark} |"
    yield ""


def _sheets(sheets: Sequence[Sheet]) -> Iterable[str]:
    yield "## Spreadsheets"
    yield ""
    yield "| what | rows | seconds | SQL alone, seconds | peak memory | before it began | queries | remark |"
    yield "| --- | --- | --- | --- | --- | --- | --- | --- |"
    for one in sheets:
        yield (
            f"| {one.label} | {one.rows:,} | {one.seconds:.1f} | {one.sql_seconds:.1f} | {one.memory / 1e6:.0f} MB | "
            f"{one.memory_before / 1e6:.0f} MB | {one.queries:,} | {one.remark} |"
        )
    yield ""


def _plans(answered: Sequence[Answered]) -> Iterable[str]:
    slow = [one for one in answered if one.plan]
    if not slow:
        return
    yield "## Plans of the slowest statements"
    for one in slow:
        yield ""
        yield f"{one.label} ({one.who}), page {one.page_p95:.0f} ms at the 95th percentile:"
        yield ""
        yield "```"
        yield from one.plan[:PLAN_LINES]
        yield "```"
