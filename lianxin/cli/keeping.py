"""`retention`: what is kept for how long, what is due, and deleting it."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.table import Table

from lianxin.cli.console import console, results, say
from lianxin.cli.project import bring_up_database, start_django


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    retention = typer.Typer(help="How long records are kept: see what is due, delete it.", no_args_is_help=True)
    retention.command("plan")(plan)
    retention.command("run")(run)
    app.add_typer(retention, name="retention")


def _start() -> None:
    bring_up_database()
    start_django()


def plan() -> None:
    """Show for each type of record the period, the oldest record and how many are due. Writes nothing."""
    _start()
    from django.utils.translation import override  # noqa: PLC0415 - needs Django

    from lianxin.kernel.retention.plan import plan as plan_all  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    table = Table("record type", "kept for", "source", "oldest", "due", "then")
    with override("en"):  # as every command speaks
        for one in plan_all(at=now()):
            period = one.period
            table.add_row(
                one.type.key,
                str(period.shown) if period else "without end",
                str(period.source) if period else "",
                one.oldest.isoformat() if one.oldest else "",
                f"{one.count:,}{' or more' if one.is_counted_out else ''}",
                "deleted" if one.is_deleted else "kept; deletion not offered",
            )
    results.print(table)
    say("Nothing was changed. `lianxin retention run` deletes what is due.")


def run(
    *,
    only: Annotated[list[str] | None, typer.Option("--only", help="Only this record type; may be repeated.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete what is due, with one event for each type. What is deleted is in no backup made afterwards."""
    _start()
    from lianxin.kernel.authz import Actor  # noqa: PLC0415 - needs Django
    from lianxin.kernel.retention.run import run as run_all  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    if not yes and not typer.confirm("Delete the records that `lianxin retention plan` shows as due?"):
        say("Nothing was deleted.")
        return
    actor = Actor.system("lianxin retention run")
    with console.status("Deleting …"):
        deleted = run_all(actor, at=now(), only=only or ())
    for key, count in deleted.items():
        if count:
            results.print(f"{key}: {count:,} deleted", markup=False)
    say(f"{sum(deleted.values()):,} records deleted.")
