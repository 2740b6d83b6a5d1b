"""`doctor`: looks at everything that can be wrong and says how to mend it."""

from __future__ import annotations

from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from lianxin.cli.console import Problem, results, say
from lianxin.cli.findings import Finding, State, examine
from lianxin.cli.project import bring_up_database, start_django

if TYPE_CHECKING:
    from lianxin.cli.security.evidence import Evidence

_MARKS = {State.good: "[green]✓[/]", State.remark: "[yellow]![/]", State.bad: "[bold red]✗[/]"}


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command("doctor")(doctor)


def doctor(
    *,
    security: Annotated[
        bool, typer.Option("--security", help="Look at what the protection scheme (等级保护) asks for instead.")
    ] = False,
    address: Annotated[
        str, typer.Option("--address", help="With --security: where the running installation answers.")
    ] = "http://127.0.0.1:8000",
    as_json: Annotated[bool, typer.Option("--json", help="With --security: print the evidence as JSON.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="With --security: write the sheet, in Chinese, to print and sign.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="With --security: en or zh-hans.")] = "en",
) -> None:
    """Check this installation and say how to mend what is wrong. Leaves with 1 when something is."""
    if security:
        _security(address, html, language, as_json=as_json)
        return
    findings: list[Finding] = []
    for finding in examine():
        findings.append(finding)
        _show(finding)
    _conclude(findings)


def _show(finding: Finding) -> None:
    results.print(f"{_MARKS[finding.state]} {escape(finding.subject)}: {escape(finding.sentence)}")
    if finding.remedy:
        results.print(f"  → {escape(finding.remedy)}")


def _conclude(findings: list[Finding]) -> None:
    bad = sum(1 for finding in findings if finding.state is State.bad)
    if bad:
        results.print(f"\n{bad} of {len(findings)} checks found something to mend.")
        raise typer.Exit(1)
    results.print(f"\n{len(findings)} checks, nothing to mend.")


def _security(address: str, html: Path | None, language: str, *, as_json: bool) -> None:
    if language not in {"en", "zh-hans"}:
        raise Problem(f"There is no language {language} here.", "Give en or zh-hans.")
    if html is not None and html.exists():
        raise Problem(f"{html} exists already.", "Name a new file; evidence is never written over.")
    bring_up_database()
    start_django("owner")  # whom row security hides nothing from
    from django.utils import translation  # noqa: PLC0415 - needs Django

    from lianxin.cli.backing_up import lianxin_version  # noqa: PLC0415 - the same
    from lianxin.cli.security import sheet  # noqa: PLC0415 - the same
    from lianxin.cli.security.inspecting import inspect  # noqa: PLC0415 - the same
    from lianxin.kernel.time import SHANGHAI, now  # noqa: PLC0415 - the same

    told = sheet.facts(system="Lianxin 连心", address=address, version=lianxin_version(), at=now().astimezone(SHANGHAI))
    with translation.override("zh-hans" if html else language):
        found: list[Evidence] = list(inspect(address))
    if html is not None:
        html.write_text(sheet.as_html(found, told), encoding="utf-8")
        say(f"The sheet is in {html}. It speaks of weak places: keep it closed.")
    if as_json:
        typer.echo(sheet.as_json(found, told))
        if any(one.state is State.bad for one in found):
            raise typer.Exit(1)
        return
    for control, group in sheet.by_control(found):
        results.print(f"\n[bold]{control.value}[/]")
        for one in group:
            _show(one)
    _conclude(list(found))
