"""`appoint`: the first administrators, before anybody can sign in."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from lianxin.cli.console import results, say
from lianxin.cli.project import bring_up_database, start_django


class Duty(StrEnum):
    """The three administrators, who exclude each other."""

    system = "system"
    security = "security"
    auditor = "auditor"


def register(app: typer.Typer) -> None:
    """Add the command to the console command."""
    app.command("appoint")(appoint)


def appoint(
    username: Annotated[str, typer.Argument(help="User name; a new account is made where there is none.")],
    duty: Annotated[Duty, typer.Option("--as", help="Accounts, roles, or the log; nobody is two of them.")],
    name: Annotated[str, typer.Option(help="The person's name, for a new account.")] = "",
    organisation: Annotated[str, typer.Option(help="Code of the topmost organisation, where there are several.")] = "",
    found: Annotated[str, typer.Option(help="On an empty platform: full name of the first organisation.")] = "",
) -> None:
    """Appoint an administrator. The console does so alone; the event log names it.

    Further ones are asked for by a security administrator and confirmed by a second person on the screen.
    """
    bring_up_database()
    start_django()
    from lianxin.kernel.authz import Role  # noqa: PLC0415 - needs Django
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same
    from lianxin.organisations import facade as organisations  # noqa: PLC0415 - the same

    roles = {
        Duty.system: Role.SYSTEM_ADMINISTRATOR,
        Duty.security: Role.SECURITY_ADMINISTRATOR,
        Duty.auditor: Role.AUDITOR,
    }
    done = organisations.appoint(
        username=username, name=name, role=roles[duty], organisation=organisation, founding=found, at=now()
    )
    say(f"{done.username} is now {done.role.label} of {done.organisation}.")
    if done.password:
        say("The temporary password, shown now and never again; it is changed at the first sign-in:")
        results.print(done.password, markup=False)
