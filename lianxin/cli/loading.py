"""`demo`, `import`, `export`: data in and out."""

from __future__ import annotations

import os
from enum import StrEnum
from importlib import import_module
from pathlib import Path  # noqa: TC003 - typer reads the annotations
from typing import Annotated, Any

import typer

from lianxin.cli.console import Problem, say, step
from lianxin.cli.database import migrate
from lianxin.cli.project import bring_up_database, start_django
from lianxin.kernel.db.server import connect, grant_app_privileges, var_directory


class Scale(StrEnum):
    """How much demonstration data: about 19,000, 400,000 or 5,000,000 members."""

    county = "county"
    city = "city"
    province = "province"


class Kind(StrEnum):
    """What the rows of a spreadsheet are."""

    members = "members"
    organisations = "organisations"


def register(app: typer.Typer) -> None:
    """Add the commands to the console command."""
    app.command("demo")(demo)
    app.command("import")(import_file)
    app.command("export")(export_file)


def demo(scale: Annotated[Scale, typer.Option(help="How much data to make.")] = Scale.county) -> None:
    """Fill an empty database with demonstration data.

    The county goes through the same spreadsheet import a clerk uses; city and province are loaded directly.
    Running it again does nothing; a database with data of your own is refused.
    """
    marker = var_directory() / "demonstration"
    os.environ["LIANXIN_DEMONSTRATION"] = "1"
    found, _ = bring_up_database()
    migrate()
    if not marker.exists():
        _refuse_real_data(found.owner)
    # Bulk loading and the first accounts are the owner's work; the pages never run as this role.
    start_django("owner")
    loaded = _facade("lianxin.demo.load", "load")(scale=scale.value, say=say)
    with connect(found.owner) as owner:
        grant_app_privileges(owner)
    marker.parent.mkdir(parents=True, exist_ok=True)
    marker.write_text(str(loaded), encoding="utf-8")
    say("`lianxin up` starts it and says who can sign in.")


def import_file(
    file: Annotated[Path, typer.Argument(help="Spreadsheet: .xlsx, .xls or .csv.", exists=True, dir_okay=False)],
    kind: Annotated[Kind, typer.Option(help="What the rows are.")],
    organisation: Annotated[str, typer.Option(help="Code of the organisation the rows belong under.")],
    as_user: Annotated[str, typer.Option("--as", help="User name of the person who answers for the import.")],
    *,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
) -> None:
    """Import members or organisations from a spreadsheet, through the same checks as on screen.

    Changes everything or nothing. Leaves with 1 and names sheet, row and column when something is wrong.
    """
    bring_up_database()
    start_django()
    run = _facade("lianxin.files.facade", "import_from_console")
    with step("Checking" if dry_run else "Importing"):
        said = run(path=file, kind=kind.value, organisation_code=organisation, user_name=as_user, dry_run=dry_run)
    say(str(said))


def export_file(
    file: Annotated[Path, typer.Argument(help="Where to write: .xlsx or .csv.", dir_okay=False)],
    kind: Annotated[Kind, typer.Option(help="What to write.")],
    organisation: Annotated[str, typer.Option(help="Code of the organisation to write with all below it.")],
    as_user: Annotated[str, typer.Option("--as", help="User name of the person who answers for the export.")],
) -> None:
    """Export members or organisations that the named person may see to a spreadsheet."""
    if file.exists():
        raise Problem(f"{file} exists already.", "Name another file, or remove it first.")
    bring_up_database()
    start_django()
    run = _facade("lianxin.files.facade", "export_from_console")
    with step("Exporting"):
        said = run(path=file, kind=kind.value, organisation_code=organisation, user_name=as_user)
    say(str(said))


def _facade(module: str, function: str) -> Any:
    try:
        return getattr(import_module(module), function)
    except (ModuleNotFoundError, AttributeError) as error:
        missing = getattr(error, "name", None)
        if missing not in {module, function}:
            raise
        raise Problem(
            f"This installation of Lianxin lacks {module}.{function}.", "Install the complete release again."
        ) from error


def _refuse_real_data(owner_url: str) -> None:
    with connect(owner_url) as owner:
        table = owner.execute("SELECT to_regclass('public.organisations_organisation')").fetchone()
        if table and table[0] and owner.execute("SELECT 1 FROM public.organisations_organisation LIMIT 1").fetchone():
            raise Problem(
                "This database already holds organisations that are not demonstration data.",
                "Let LIANXIN_VAR name another folder (or LIANXIN_DATABASE_URL another database) for the demonstration.",
            )
