"""`backup` and `restore`: the database and the files together, in one folder that can be checked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated

import typer

from lianxin.cli.backing_up import back_up
from lianxin.cli.console import say, size, step
from lianxin.cli.manifest import LAST_BACKUP, Manifest
from lianxin.cli.project import bring_up_database
from lianxin.cli.restoring import Target, restore_from
from lianxin.kernel.db.server import embedded_url, var_directory


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the backup.")],
    *,
    keys: Annotated[
        bool, typer.Option("--keys/--no-keys", help="Put the keys of the encrypted fields into the backup.")
    ] = True,
) -> None:
    """Save the database and all files into a new folder, while the platform runs.

    The folder appears when the backup is complete. With the keys it is as sensitive as the register itself;
    without them it cannot be read unless the keys are kept elsewhere.
    """
    target = _target()
    made = back_up(target.superior_url, target.application_role, var_directory(), folder, with_keys=keys)
    told = {"made_at": made.made_at.isoformat(), "folder": str(folder.resolve()), "with_keys": made.with_keys}
    (var_directory() / LAST_BACKUP).write_text(json.dumps(told), encoding="utf-8")
    rows = sum(made.rows.values())
    say(f"Saved {rows} rows and {made.number_of_files} files in {folder} ({size(made.total_size)}).")
    if made.with_keys:
        say("It contains the keys of the encrypted fields: keep it as safe as the register itself.")


def restore(
    folder: Annotated[Path, typer.Argument(help="The folder `lianxin backup` made.", exists=True, file_okay=False)],
    *,
    replace: Annotated[
        bool, typer.Option("--replace", help="Put the backup in the place of the data that is there now.")
    ] = False,
    check_only: Annotated[bool, typer.Option("--check", help="Only check the backup against its checksums.")] = False,
) -> None:
    """Bring back the database and the files of a backup.

    Checks every file first, restores beside the present data, compares the number of rows, and changes over at the
    end. Until then nothing is touched. What was there before is kept under another name.
    """
    manifest = Manifest.read(folder)
    with step("Checking the backup"):
        manifest.verify(folder)
    if check_only:
        say(f"The backup of {manifest.made_at:%Y-%m-%d %H:%M} UTC is complete and unchanged.")
        return
    kept = restore_from(folder, manifest, _target(), var_directory(), replace=replace, at=datetime.now(UTC))
    say(f"The data of {manifest.made_at:%Y-%m-%d %H:%M} UTC is back: {sum(manifest.rows.values())} rows.")
    for sentence in kept:
        say(sentence)
    say("Now run `lianxin migrate` (or `lianxin up`), which brings it up to this version.")


def _target() -> Target:
    found, server = bring_up_database()
    # On our own server the superuser does it, whom no row security hides anything from.
    superior = embedded_url(server.var, "superuser") if server else found.owner
    return Target(superior_url=superior, owner_url=found.owner, app_url=found.app)
