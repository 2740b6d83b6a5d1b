"""`audit` and `events`: sealing and checking the event log, taking copies of it, and its readers."""

from __future__ import annotations

import json
import time
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import TYPE_CHECKING, Annotated

import typer
from rich.markup import escape

from lianxin.cli.console import Problem, console, duration, results, say
from lianxin.cli.project import bring_up_database, start_django

if TYPE_CHECKING:
    from lianxin.kernel.events.projectors import Projector
    from lianxin.kernel.events.verification import Head

_SHOWN = 50


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    audit = typer.Typer(help="Seal and check the event log, and take proof of it elsewhere.", no_args_is_help=True)
    audit.command("verify")(verify)
    audit.command("seal")(seal)
    audit.command("head")(head)
    audit.command("export")(export)
    app.add_typer(audit, name="audit")
    events = typer.Typer(help="The readers of the event log.", no_args_is_help=True)
    events.command("projectors")(projectors)
    events.command("run")(run)
    events.command("rebuild")(rebuild)
    events.command("retry")(retry)
    app.add_typer(events, name="events")


def _start() -> None:
    # The owner sees every row; what row security hides from the application would look removed.
    bring_up_database()
    start_django("owner")


def verify(
    *,
    head: Annotated[
        Path | None, typer.Option("--head", help="A head kept elsewhere, to be found again.", exists=True)
    ] = None,
) -> None:
    """Check the whole event log against its seals. Leaves with 1 when something was changed.

    Names every row that was changed, removed, inserted or put in another order. The result is recorded in the log.
    """
    _start()
    from lianxin.kernel.authz.actor import Actor  # noqa: PLC0415 - needs Django
    from lianxin.kernel.events.audit import verify_and_record  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    kept = _read_head(head) if head else None
    with console.status("Checking the event log …") as status:
        report = verify_and_record(
            Actor.system("lianxin audit verify"),
            at=now(),
            kept=kept,
            heard=lambda events: status.update(f"{events:,} events checked …"),
        )
    speed = f", {report.events / report.seconds:,.0f} a second" if report.events and report.seconds else ""
    say(f"{report.events:,} events under {report.seals:,} seals checked in {duration(report.seconds)}{speed}.")
    if report.waiting:
        say(f"{report.waiting:,} events wait for their seal; `lianxin audit seal` seals them now.")
    if report.is_sound:
        say("The event log is as it was sealed." + (" The kept head fits." if kept else ""))
        return
    for problem in report.problems[:_SHOWN]:
        results.print(f"[bold red]✗[/] {escape(problem.sentence)}")
    more = len(report.problems) - _SHOWN + report.more
    if more > 0:
        results.print(f"… and {more:,} more.")
    say("Keep the database as it is, keep a backup of it, and compare with earlier backups who wrote what.")
    raise typer.Exit(1)


def seal() -> None:
    """Seal now what was written since the last seal; otherwise the worker does it each minute."""
    _start()
    from lianxin.kernel.events.sealing import seal_waiting  # noqa: PLC0415 - needs Django
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    begun = time.monotonic()
    done = seal_waiting(at=now(), wait=True)
    say(f"{done.events:,} events sealed in {done.seals:,} seals: {duration(time.monotonic() - begun)}.")


def head(
    *, out: Annotated[Path | None, typer.Option("--out", help="Write it into this new file instead.")] = None
) -> None:
    """Print the end of the chain, to keep where nobody of this server can write: on paper, on another machine.

    `lianxin audit verify --head FILE` shows later that nothing up to there was rewritten.
    """
    _start()
    from lianxin.kernel.events.verification import current_head  # noqa: PLC0415 - needs Django

    found = current_head()
    if found is None:
        raise Problem("Nothing is sealed yet.", "`lianxin audit seal` seals what was written.")
    text = json.dumps(found.as_data(), indent=2)
    if out is None:
        results.print(text, markup=False)
        return
    _new(out)
    out.write_text(text + "\n", encoding="utf-8")
    say(f"The head of seal {found.seal} is in {out}.")


def export(
    file: Annotated[Path, typer.Argument(help="A new file: one line of JSON for each seal and each event.")],
    *,
    since: Annotated[int, typer.Option("--since", help="First seal.", min=1)] = 1,
    until: Annotated[int | None, typer.Option("--until", help="Last seal.", min=1)] = None,
) -> None:
    """Copy whole seals with their events into a file, in the form the digests are made of.

    Anybody can check the copy without Lianxin: an event's digest is over its line, a seal's over its facts and those.
    """
    _start()
    from lianxin.kernel.authz.actor import Actor  # noqa: PLC0415 - needs Django
    from lianxin.kernel.events.copying import copy_log  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    _new(file)
    with file.open("xb") as target:
        copied = copy_log(Actor.system("lianxin audit export"), target, since=since, until=until, at=now())
    say(f"{copied.events:,} events under {copied.seals:,} seals copied into {file}. It holds personal data, masked.")


def projectors() -> None:
    """Show how far each reader of the log has come, and what it could not apply."""
    _start()
    from lianxin.kernel.events.projectors import standing  # noqa: PLC0415 - needs Django
    from lianxin.kernel.models import ParkedEvent  # noqa: PLC0415 - the same

    for one in standing():
        results.print(f"{one.name}: at {one.position:,}, {one.behind:,} behind, {one.parked:,} parked", markup=False)
        for held in ParkedEvent.objects.filter(projection=one.name).order_by("position")[:_SHOWN]:
            results.print(f"  {held.position}, event {held.event_id}: {held.reason}", markup=False)


def run() -> None:
    """Let every reader apply what is sealed; otherwise the worker does it each minute."""
    _start()
    from lianxin.kernel.events.projectors import all_projectors  # noqa: PLC0415 - needs Django
    from lianxin.kernel.events.projectors import run as run_one  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    for one in all_projectors():
        done = run_one(one, at=now())
        say(f"{one.name}: {done.applied:,} applied, {done.parked:,} parked{', a worker is at it' * done.busy}.")


def rebuild(
    name: Annotated[str, typer.Argument(help="Name of the reader; `lianxin events projectors` lists them.")],
) -> None:
    """Empty a reader's tables and let it read the log from the start. Until it is done the old tables are shown."""
    one = _projector(name)
    from lianxin.kernel.events.projectors import rebuild as rebuild_one  # noqa: PLC0415 - needs Django
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    begun = time.monotonic()
    done = rebuild_one(one, at=now())
    say(f"{name}: {done.applied:,} applied, {done.parked:,} parked: {duration(time.monotonic() - begun)}.")


def retry(name: Annotated[str, typer.Argument(help="Name of the reader.")]) -> None:
    """Hand a reader the events again that it could not apply. Leaves with 1 when some fail again."""
    one = _projector(name)
    from lianxin.kernel.events.projectors import retry as retry_parked  # noqa: PLC0415 - needs Django
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    done = retry_parked(one, at=now())
    say(f"{name}: {done.applied:,} applied, {done.parked:,} parked again{', a worker is at it' * done.busy}.")
    if done.parked:
        raise typer.Exit(1)


def _projector(name: str) -> Projector:
    _start()
    from lianxin.kernel.events.projectors import all_projectors, projector_named  # noqa: PLC0415 - needs Django

    try:
        return projector_named(name)
    except KeyError:
        known = ", ".join(one.name for one in all_projectors())
        raise Problem(f"There is no reader {name}.", f"Known are: {known}.") from None


def _read_head(file: Path) -> Head:
    from lianxin.kernel.events.verification import Head  # noqa: PLC0415 - needs Django

    try:
        return Head.from_data(json.loads(file.read_text(encoding="utf-8")))
    except (ValueError, UnicodeDecodeError) as error:
        raise Problem(f"{file} is no head of the chain.", "Give the file `lianxin audit head --out` wrote.") from error


def _new(file: Path) -> None:
    if file.exists():
        raise Problem(f"{file} exists already.", "Name a new file; proof is never written over.")
