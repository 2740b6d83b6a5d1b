"""`doctor`: looks at everything that can be wrong and says how to mend it."""

from __future__ import annotations

import typer
from rich.markup import escape

from lianxin.cli.console import results
from lianxin.cli.findings import Finding, State, examine

_MARKS = {State.good: "[green]✓[/]", State.remark: "[yellow]![/]", State.bad: "[bold red]✗[/]"}


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command("doctor")(doctor)


def doctor() -> None:
    """Check this installation and say how to mend what is wrong. Leaves with 1 when something is."""
    findings: list[Finding] = []
    for finding in examine():
        findings.append(finding)
        results.print(f"{_MARKS[finding.state]} {escape(finding.subject)}: {escape(finding.sentence)}")
        if finding.remedy:
            results.print(f"  → {escape(finding.remedy)}")
    bad = sum(1 for finding in findings if finding.state is State.bad)
    if bad:
        results.print(f"\n{bad} of {len(findings)} checks found something to mend.")
        raise typer.Exit(1)
    results.print(f"\n{len(findings)} checks, nothing to mend.")
