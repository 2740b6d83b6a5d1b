"""`duties`: what is due, derived again from the rules; its sums proved and written anew."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import typer

from lianxin.cli.console import Problem, console, duration, say
from lianxin.cli.project import bring_up_database, start_django

if TYPE_CHECKING:
    from lianxin.kernel.authz import Actor

_SHOWN = 20


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    duties = typer.Typer(help="What is due of organisations.", no_args_is_help=True)
    duties.command("derive")(derive)
    duties.command("check")(check)
    duties.command("rebuild")(rebuild)
    app.add_typer(duties, name="duties")


def _start() -> Actor:
    bring_up_database()
    start_django("owner")
    from lianxin.kernel.authz import Actor  # noqa: PLC0415 - needs Django

    return Actor.system("duties by the console")


def derive() -> None:
    """Look at all organisations: open what is due, withdraw what applies no more. The nightly job does the same."""
    actor, begun = _start(), time.monotonic()
    from lianxin.duties.facade import derive as derive_all  # noqa: PLC0415 - needs Django
    from lianxin.kernel.time import today  # noqa: PLC0415 - the same

    done = derive_all(actor, organisations=None, on=today())
    took = duration(time.monotonic() - begun)
    say(f"Opened {done.opened:,}, withdrew {done.withdrawn:,}, changed {done.changed:,} ({took})")


def check() -> None:
    """Count the sums of the picture anew and name those that differ. Leaves with 1 when any does."""
    _start()
    from lianxin.duties.facade import differences  # noqa: PLC0415 - needs Django

    found = differences()
    for one in found[:_SHOWN]:
        console.print(f"{one.organisation_path} {one.key} {one.period_start}: kept {one.kept}, counted {one.counted}")
    if found:
        raise Problem(f"{len(found):,} sums differ from the rows.", "Write them anew with `lianxin duties rebuild`.")
    say("All sums agree with the rows.")


def rebuild() -> None:
    """Write the sums of the picture anew from the rows."""
    actor, begun = _start(), time.monotonic()
    from lianxin.duties.facade import recount  # noqa: PLC0415 - needs Django

    written = recount(actor)
    say(f"Wrote {written:,} sums anew ({duration(time.monotonic() - begun)})")
