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
    from collections.abc import Callable

    from lianxin.cli.evidence import Inspection

_MARKS = {State.good: "[green]✓[/]", State.remark: "[yellow]![/]", State.bad: "[bold red]✗[/]"}


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command("doctor")(doctor)


def doctor(
    *,
    security: Annotated[
        bool, typer.Option("--security", help="Look at what the protection scheme (等级保护) asks for instead.")
    ] = False,
    burden: Annotated[
        bool, typer.Option("--burden", help="Look at what burdens branches and members (为基层减负) instead.")
    ] = False,
    address: Annotated[
        str, typer.Option("--address", help="With --security: where the running installation answers.")
    ] = "http://127.0.0.1:8000",
    as_json: Annotated[bool, typer.Option("--json", help="With an inspection: print the evidence as JSON.")] = False,
    html: Annotated[
        Path | None, typer.Option("--html", help="With an inspection: write the sheet, in Chinese, to print and sign.")
    ] = None,
    language: Annotated[str, typer.Option("--language", help="With an inspection: en or zh-hans.")] = "en",
) -> None:
    """Check this installation and say how to mend what is wrong. Leaves with 1 when something is."""
    if security and burden:
        raise Problem("One inspection at a time.", "Give --security or --burden.")
    if security:
        _inspect(lambda: _security(address), html, language, address=address, as_json=as_json)
        return
    if burden:
        _inspect(_burden, html, language, address="", as_json=as_json)
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


def _inspect(make: Callable[[], Inspection], html: Path | None, language: str, *, address: str, as_json: bool) -> None:
    """Print the evidence of an inspection, or write its sheet."""
    if language not in {"en", "zh-hans"}:
        raise Problem(f"There is no language {language} here.", "Give en or zh-hans.")
    if html is not None and html.exists():
        raise Problem(f"{html} exists already.", "Name a new file; evidence is never written over.")
    bring_up_database()
    start_django("owner")  # whom row security hides nothing from
    from django.utils import translation  # noqa: PLC0415 - needs Django

    from lianxin.cli import sheet  # noqa: PLC0415 - the same
    from lianxin.cli.backing_up import lianxin_version  # noqa: PLC0415 - the same
    from lianxin.kernel.time import SHANGHAI, now  # noqa: PLC0415 - the same

    at = now().astimezone(SHANGHAI)
    told = sheet.facts(system="Lianxin 连心", address=address, version=lianxin_version(), at=at)
    with translation.override("zh-hans" if html else language):
        inspection = make()
        found = list(inspection.evidence())
    if html is not None:
        html.write_text(sheet.as_html(found, told, inspection), encoding="utf-8")
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


def _security(address: str) -> Inspection:
    from lianxin.cli.security.inspecting import inspection  # noqa: PLC0415 - needs Django

    return inspection(address)


def _burden() -> Inspection:
    from lianxin.cli.burden.inspecting import inspection  # noqa: PLC0415 - needs Django

    return inspection()
