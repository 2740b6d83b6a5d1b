"""Where the database answers: computed from the environment alone, without starting or touching anything."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from lianxin.kernel.db.server.problem import ServerProblem

Role = Literal["owner", "app", "superuser"]

DATABASE = "lianxin"
OWNER_ROLE = "lianxin_owner"
APP_ROLE = "lianxin_app"
SUPERUSER_ROLE = "postgres"
ROLE_NAMES: dict[Role, str] = {"owner": OWNER_ROLE, "app": APP_ROLE, "superuser": SUPERUSER_ROLE}
_PORT = 5432  # names the socket file

# The kernel's sun_path holds 108 bytes including the closing NUL.
_LONGEST_SOCKET_PATH = 107
_PROJECT = Path(__file__).resolve().parents[4]


@dataclass(frozen=True, slots=True)
class Addresses:
    """Addresses of the database for the two roles.

    Attributes:
        app: URL for the application role, which owns nothing.
        owner: URL for the role that owns the schema and migrates.
        embedded: Whether the PostgreSQL that comes with Lianxin is meant.
        one_role: Whether both URLs are the same, so that the application may change its own tables.
    """

    app: str
    owner: str
    embedded: bool
    one_role: bool


def var_directory() -> Path:
    """Return the directory for everything Lianxin writes: `LIANXIN_VAR`, else `var` in the project."""
    given = os.environ.get("LIANXIN_VAR", "")
    return Path(given).expanduser().resolve() if given else _PROJECT / "var"


def socket_directory(var: Path) -> Path:
    """Return the directory of the server's Unix socket for `var`.

    It lies in `var` when the path of the socket fits into the operating system's limit, else in the system's
    directory for temporary files under a name derived from `var`. Everybody computes the same answer.
    """
    near = var / "postgres-socket"
    if len(os.fsencode(near / ".s.PGSQL.65535")) <= _LONGEST_SOCKET_PATH:
        return near
    short_name = hashlib.sha256(os.fsencode(var)).hexdigest()[:16]
    return Path("/tmp" if os.name == "posix" else tempfile.gettempdir()) / f"lianxin-{short_name}"  # noqa: S108 - the server checks who owns it before use


def embedded_url(var: Path, role: Role, database: str = DATABASE) -> str:
    """Return the URL of the embedded server for `role`."""
    port = tcp_port() or _PORT  # PostgreSQL names its socket after its port even where it listens to nothing else
    return f"postgresql://{ROLE_NAMES[role]}@:{port}/{database}?host={quote(str(socket_directory(var)), safe='')}"


def addresses() -> Addresses:
    """Return the addresses the settings should use; starts nothing.

    `LIANXIN_DATABASE_URL` names a server of your own, `LIANXIN_OWNER_DATABASE_URL` the same one for the owner; without
    the first the embedded server in `var` is meant.

    Raises:
        ServerProblem: The variable is set but is not a PostgreSQL address.
    """
    app = os.environ.get("LIANXIN_DATABASE_URL", "")
    owner = os.environ.get("LIANXIN_OWNER_DATABASE_URL", "")
    if not app:
        if owner:
            raise ServerProblem(
                "LIANXIN_OWNER_DATABASE_URL is set but LIANXIN_DATABASE_URL is not.",
                "Set both to use your own PostgreSQL, or neither to use the one that comes with Lianxin.",
            )
        var = var_directory()
        return Addresses(embedded_url(var, "app"), embedded_url(var, "owner"), embedded=True, one_role=False)
    for name, url in (("LIANXIN_DATABASE_URL", app), ("LIANXIN_OWNER_DATABASE_URL", owner)):
        if url:
            _check(name, url)
    owner = owner or app
    same_user = conninfo_to_dict(owner).get("user") == conninfo_to_dict(app).get("user")
    return Addresses(app, owner, embedded=False, one_role=same_user)


def django_settings(url: str) -> dict[str, Any]:
    """Return `url` as the name, user, password, host, port and OPTIONS of Django's `DATABASES`."""
    parts = dict(conninfo_to_dict(url))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", DATABASE),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", ""),
        "HOST": parts.pop("host", ""),
        "PORT": str(parts.pop("port", "") or ""),
        "OPTIONS": parts,
    }


def tcp_port() -> int | None:
    """Return the port of `LIANXIN_POSTGRES_PORT` the embedded server also answers on at 127.0.0.1, or None.

    Raises:
        ServerProblem: The variable is not a port.
    """
    given = os.environ.get("LIANXIN_POSTGRES_PORT", "")
    if not given:
        return None
    if not given.isdecimal() or not 0 < int(given) < 65536:  # noqa: PLR2004 - ports are 16 bits
        raise ServerProblem(
            f"LIANXIN_POSTGRES_PORT is {given}, which is no port.", "Set it to a number from 1 to 65535, or unset it."
        )
    return int(given)


def _check(name: str, url: str) -> None:
    try:
        parts = conninfo_to_dict(url)
    except ProgrammingError:
        parts = {}
    if not url.startswith(("postgresql://", "postgres://")) or not parts.get("dbname"):
        raise ServerProblem(
            f"{name} is not the address of a PostgreSQL database.",
            "Write it as postgresql://user:password@host:5432/database.",
        )
