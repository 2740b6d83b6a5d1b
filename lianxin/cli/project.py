"""Bringing up the database and Django for a command, as the role the command needs."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from lianxin.cli.console import say
from lianxin.kernel.db.server import addresses, ensure_running, var_directory

if TYPE_CHECKING:
    from lianxin.kernel.db.server import Addresses, Server

PROJECT = Path(__file__).resolve().parents[2]


def bring_up_database() -> tuple[Addresses, Server | None]:
    """Start the embedded server if that is the one meant; return the addresses and the server if it is ours."""
    found = addresses()
    if not found.embedded:
        return found, None
    server = ensure_running(var_directory())
    for directory in server.opened:
        say(f"The account of the database may now pass through {directory} (nothing else, and nobody else).")
    return found, server


def start_django(role: Literal["app", "owner"] = "app", *, sees_everything: bool = True) -> None:
    """Set up Django, connected as `role`. The role is fixed for the life of the process.

    `sees_everything`: the command works for all organisations. A worker does not: each job says for whom it works.
    """
    os.environ["LIANXIN_ROLE"] = role
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    if str(PROJECT) not in sys.path:
        sys.path.insert(0, str(PROJECT))
    # Its remark at every start of a command ("Adding tasks from blueprint") tells the person nothing.
    logging.getLogger("procrastinate").setLevel(logging.WARNING)
    import django  # noqa: PLC0415 - `lianxin --help` should not wait for Django

    django.setup()
    if sees_everything:
        from lianxin.kernel.db.scope import Scope, begin_with  # noqa: PLC0415 - the same

        begin_with(Scope.EVERYTHING)
