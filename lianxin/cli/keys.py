"""`keys`: the key ring of personal data, and moving everything from an old key to a new one."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from lianxin.cli.console import Problem, console, duration, results, say
from lianxin.cli.project import bring_up_database, start_django

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Sequence
    from datetime import datetime

    from lianxin.kernel.authz.actor import Actor
    from lianxin.kernel.privacy.models import Rotation
    from lianxin.kernel.privacy.ring import KeyRing
    from lianxin.kernel.privacy.standing import KeyState

Out = Annotated[
    Path | None, typer.Option("--out", help="Write the new ring into this new file; for a ring from LIANXIN_KEY_RING.")
]
BACK_UP = (
    "Now keep a copy of the key ring in a safe place, apart from the backups of the database. Keep the old copies as "
    "long as the backups that were made with them."
)


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    keys = typer.Typer(help="The keys of personal data: see, add, rotate, retire.", no_args_is_help=True)
    keys.command("status")(status)
    keys.command("add")(add)
    keys.command("rotate")(rotate)
    keys.command("retire")(retire)
    app.add_typer(keys, name="keys")


def _start() -> None:
    # The owner may lock the tables against writing, which proves that a key is not used any more.
    bring_up_database()
    start_django("owner")


def status() -> None:
    """Show the keys, how many values lie under each, and how far a rotation is. Keys themselves are never shown."""
    _start()
    from django.conf import settings  # noqa: PLC0415 - needs Django

    from lianxin.kernel.privacy.places import count_use, every_row  # noqa: PLC0415 - the same
    from lianxin.kernel.privacy.standing import standing  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    found = standing(size=1)
    with every_row():
        use = count_use(at=now())
    _print_keys("Sealing", found.seal, use.seal)
    _print_keys("Look-up", found.lookup, use.lookup)
    current = next(one for one in found.seal if one.is_current)
    if current.algorithm != settings.SEAL_WITH:
        say(
            f"LIANXIN_SEAL_WITH asks for {settings.SEAL_WITH}, but new values are sealed with {current.algorithm}. "
            "`lianxin keys rotate` changes over."
        )
    for one in found.rotations:
        rotation = one.rotation
        done = f"{one.done:,} of {one.total:,} rows and files, {one.values:,} values exchanged"
        if rotation.finished_at is None:
            begun = f"{rotation.begun_at:%Y-%m-%d %H:%M} UTC"
            say(f"A rotation to key {rotation.seal_key} is under way since {begun}: {done}.")
        else:
            left = f"; {rotation.left:,} could not be" if rotation.left else ""
            ended = f"{rotation.finished_at:%Y-%m-%d %H:%M} UTC"
            say(f"The last rotation, to key {rotation.seal_key}, ended {ended}: {done}{left}.")


def _print_keys(purpose: str, keys: Sequence[KeyState], use: Counter[int]) -> None:
    for one in keys:
        made = f", made {one.made_at:%Y-%m-%d}" if one.made_at else ""
        current = ", for new values" if one.is_current else ""
        results.print(f"{purpose} key {one.number}: {one.algorithm}{made}{current}; {use[one.number]:,} values")
    missing = {number: count for number, count in use.items() if number not in {one.number for one in keys}}
    for number, count in sorted(missing.items()):
        results.print(f"[bold red]✗[/] {purpose} key {number} is not in the ring, and {count:,} values lie under it")


def add(
    *,
    cipher: Annotated[
        str | None, typer.Option("--cipher", help="aes-256-gcm or sm4-gcm; else what LIANXIN_SEAL_WITH says.")
    ] = None,
    lookup: Annotated[bool, typer.Option("--lookup/--no-lookup", help="Add a look-up key as well.")] = True,
    out: Out = None,
) -> None:
    """Put new keys into the ring without using them yet.

    With several machines: add, bring the ring to every machine, then rotate. With one machine `rotate` does it all.
    """
    _start()
    ring = _added(cipher, lookup=lookup, out=out)
    say(f"Key {max(ring.seal.by_number)} is in the ring{f' written to {out}' if out else ''}; nothing uses it yet.")
    say(BACK_UP)


def _added(cipher: str | None, *, lookup: bool, out: Path | None = None) -> KeyRing:
    from django.conf import settings  # noqa: PLC0415 - needs Django

    from lianxin.kernel.authz.actor import Actor  # noqa: PLC0415 - the same
    from lianxin.kernel.privacy.ciphers import LOOKUP_BESIDE  # noqa: PLC0415 - the same
    from lianxin.kernel.privacy.rotation import add_keys  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    chosen = cipher or settings.SEAL_WITH
    if chosen not in LOOKUP_BESIDE:
        raise Problem(f"There is no cipher {chosen}.", f"Known are: {', '.join(LOOKUP_BESIDE)}.")
    return add_keys(Actor.system("lianxin keys add"), cipher=chosen, lookup=lookup, at=now(), out=out)


def rotate(
    *,
    lookup: Annotated[
        bool, typer.Option("--lookup/--no-lookup", help="Exchange the look-up key as well as the sealing key.")
    ] = True,
    out: Annotated[
        Path | None,
        typer.Option("--out", help="Write a ring with the newest key in use into this file, for LIANXIN_KEY_RING."),
    ] = None,
    worker: Annotated[bool, typer.Option("--worker", help="Leave the work to the worker and return at once.")] = False,
) -> None:
    """Seal everything anew with the newest key, while the platform runs; a rotation under way is gone on with.

    Adds a new key first where the newest is in use already. May be interrupted, even killed, at any time: the worker
    goes on within a minute, and so does this command.
    """
    _start()
    from lianxin.kernel.authz.actor import Actor  # noqa: PLC0415 - needs Django
    from lianxin.kernel.privacy.rotation import present_rotation  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    actor = Actor.system("lianxin keys rotate")
    rotation = present_rotation()
    if rotation is None or rotation.finished_at is not None:
        found = _begun(actor, lookup=lookup, out=out, at=now())
        if found is None:
            say(f"The ring is in {out}. Put it into LIANXIN_KEY_RING, start web and worker again, and rotate again.")
            return
        rotation = found
        say(f"New values are sealed with key {rotation.seal_key} from now on.")
    else:
        say(f"Going on with the rotation to key {rotation.seal_key}.")
    if worker:
        say("The worker exchanges the old values; `lianxin keys status` shows how far it is.")
        return
    _follow(actor, rotation)


def _begun(actor: Actor, *, lookup: bool, out: Path | None, at: datetime) -> Rotation | None:
    """The rotation begun; None where the operator has to put the ring in its place first."""
    from django.conf import settings  # noqa: PLC0415 - needs Django

    from lianxin.kernel.privacy.keys import key_ring  # noqa: PLC0415 - the same
    from lianxin.kernel.privacy.rotation import begin, newest_in_use  # noqa: PLC0415 - the same

    if out is not None:
        newest_in_use(out=out, lookup=lookup)
        return None
    ring = key_ring(afresh=True)
    if settings.KEY_RING:
        return begin(actor, seal_key=ring.seal.current, lookup_key=ring.lookup.current, at=at)
    wants_lookup = lookup and ring.lookup.newest == ring.lookup.current
    if ring.seal.newest == ring.seal.current:
        ring = _added(None, lookup=wants_lookup)
        say(BACK_UP)
    lookup_key = ring.lookup.newest if lookup else ring.lookup.current
    return begin(actor, seal_key=ring.seal.newest, lookup_key=lookup_key, at=at)


def _follow(actor: Actor, rotation: Rotation) -> None:
    from lianxin.kernel.privacy.rotation import present_rotation, proceed  # noqa: PLC0415 - needs Django
    from lianxin.kernel.privacy.standing import RotationState  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    def state(one: Rotation) -> RotationState:
        return RotationState(one, list(one.steps.all()))

    begun = time.monotonic()
    before = state(rotation)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("Exchanging", total=before.total, completed=before.done)
        proceed(actor, at=now, heard=lambda one: bar.update(task, completed=state(one).done))
    latest = present_rotation()
    if latest is None:
        return
    after = state(latest)
    seconds = time.monotonic() - begun
    moved = after.values - before.values
    say(f"{moved:,} values exchanged in {duration(seconds)}, {moved / max(seconds, 0.001):,.0f} a second.")
    if latest.left:
        say(f"{latest.left:,} rows or files could not be: they do not open, or have no source. They keep their key.")
        raise typer.Exit(1)
    say("Everything lies under the new keys. `lianxin keys retire NUMBER` takes the old one out of the ring.")


def retire(
    number: Annotated[int, typer.Argument(help="The key to take out; `lianxin keys status` lists them.")],
    *,
    lookup: Annotated[bool, typer.Option("--lookup", help="It is a look-up key.")] = False,
    out: Out = None,
) -> None:
    """Take a key out of the ring, once nothing lies under it any more: it is counted first.

    Backups made before hold values under the old key: keep the copy of the ring that goes with them.
    """
    _start()
    from lianxin.kernel.authz.actor import Actor  # noqa: PLC0415 - needs Django
    from lianxin.kernel.privacy.rotation import retire as retire_key  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same

    retire_key(Actor.system("lianxin keys retire"), key=number, lookup=lookup, at=now(), out=out)
    say(f"{'Look-up key' if lookup else 'Key'} {number} is out of the ring{f' written to {out}' if out else ''}.")
    say(BACK_UP)
