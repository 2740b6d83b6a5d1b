"""`backup` and `restore`: the database and the files together, in one folder that can be checked."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from lianxin.cli.backing_up import back_up
from lianxin.cli.console import say, size, step
from lianxin.cli.manifest import KEYS_FILE, LAST_BACKUP, SECRET_FILES, Manifest
from lianxin.cli.project import bring_up_database, start_django
from lianxin.cli.restoring import Target, restore_from
from lianxin.kernel.db.server import embedded_url, var_directory

if TYPE_CHECKING:
    from collections.abc import Iterator


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command("backup")(backup)
    app.command("restore")(restore)


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder for the backup.")],
    *,
    keys: Annotated[
        bool, typer.Option("--keys/--no-keys", help="Put the keys into the backup (keys.json, secret_key, vapid.pem).")
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
    if any(name in made.files for name in SECRET_FILES):
        say("It contains keys: keep it as safe as the register itself.")


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
    start_django("owner")
    for sentence in about_keys():
        say(sentence)
    say("Now run `lianxin migrate` (or `lianxin up`), which brings it up to this version.")


def about_keys() -> Iterator[str]:
    """What is to be done where the key ring that is in force now does not fit the restored data; nothing where it does.

    Django has to be set up.
    """
    from django.conf import settings  # noqa: PLC0415 - needs Django

    from lianxin.kernel.privacy import fit, keys  # noqa: PLC0415 - the same

    where = "LIANXIN_KEY_RING" if settings.KEY_RING else str(settings.KEY_RING_FILE)
    if keys.is_lost():
        yield f"Its personal data is sealed: put the {KEYS_FILE} it was made with to {where} before anything else."
    elif (settings.KEY_RING or Path(where).exists()) and (shut := fit.shut_columns()):
        yield (
            f"The key ring in {where} does NOT open what was restored ({', '.join(shut)}). Put the one it was made "
            "with in its place before anybody works with it: what is sealed until then is lost."
        )


def _target() -> Target:
    found, server = bring_up_database()
    # On our own server the superuser does it, whom no row security hides anything from.
    superior = embedded_url(server.var, "superuser") if server else found.owner
    return Target(superior_url=superior, owner_url=found.owner, app_url=found.app)
