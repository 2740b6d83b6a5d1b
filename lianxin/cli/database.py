"""`migrate`, `database`: the schema, the roles and the embedded server."""

from __future__ import annotations

from typing import Annotated

import typer

from lianxin.cli.console import Problem, results, say, step
from lianxin.cli.manifest import KEYS_FILE
from lianxin.cli.project import bring_up_database, start_django
from lianxin.kernel.db.server import connect, grant_app_privileges, prepare, status, var_directory
from lianxin.kernel.db.server import stop as stop_database


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command("migrate")(migrate)
    group = typer.Typer(help="Start, stop and look at the PostgreSQL that comes with Lianxin.", no_args_is_help=True)
    group.command("start")(start)
    group.command("stop")(stop)
    group.command("status")(show_status)
    group.command("url")(url)
    app.add_typer(group, name="database")


def migrate(
    *, check: Annotated[bool, typer.Option("--check", help="Only say whether something is to be done.")] = False
) -> None:
    """Bring the database up to date: roles, tables, and the rights of the application role.

    Runs as the owner of the tables; the web server never does. Running it twice does no harm.
    """
    found, _ = bring_up_database()
    if not check:
        for remark in prepare(found.owner):
            say(f"Note: {remark}")
    start_django("owner")
    from django.core.management import call_command  # noqa: PLC0415 - needs Django

    if check:
        call_command("migrate", check_unapplied=True, verbosity=0)
        return
    with step("Bringing the database up to date"):
        call_command("migrate", interactive=False, verbosity=0)
        with connect(found.owner) as owner:
            grant_app_privileges(owner)
    from lianxin.kernel.privacy.keys import is_lost  # noqa: PLC0415 - needs Django

    if is_lost():
        raise Problem(
            "The database is up to date, but the key ring is missing that its personal data is sealed with.",
            f"Put the right {KEYS_FILE} into {var_directory()}: from a backup made with its keys, or from where it is "
            "kept apart. Nothing new is sealed without it.",
        )


def start() -> None:
    """Start the embedded database and leave it running."""
    found, server = bring_up_database()
    if server is None:
        say("LIANXIN_DATABASE_URL names a server of your own; there is nothing to start.")
    else:
        say("The database was started." if server.started else "The database was already running.")
    results.print(found.app, markup=False)


def stop() -> None:
    """Stop the embedded database; unfinished work is rolled back, saved work is kept."""
    say("The database is stopped." if stop_database(var_directory()) else "The database was not running.")


def show_status() -> None:
    """Say whether the embedded database runs. Leaves with 1 when it does not."""
    now = status(var_directory())
    if now.answering:
        results.print(f"running: PostgreSQL {now.version}, process {now.pid}, data in {var_directory() / 'postgres'}")
        return
    results.print("running, but it does not answer" if now.running else "stopped" if now.created else "not yet created")
    raise typer.Exit(1)


def url(*, owner: Annotated[bool, typer.Option("--owner", help="For the role that owns the tables.")] = False) -> None:
    """Print the address of the database, for psql and other programs."""
    found, _ = bring_up_database()
    results.print(found.owner if owner else found.app, markup=False)
