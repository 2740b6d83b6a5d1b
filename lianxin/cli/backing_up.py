"""Making a backup: one moment of the database, then the files it speaks of, then the table of contents."""

from __future__ import annotations

import os
import shutil
import subprocess
import tomllib
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg import IsolationLevel, sql

from lianxin.cli.console import Problem, step
from lianxin.cli.manifest import (
    DATABASE_FILE,
    DEMONSTRATION_FILE,
    FILES_FOLDER,
    SECRET_FILES,
    Manifest,
    digest_of,
)
from lianxin.cli.project import PROJECT
from lianxin.kernel.db.server import client_program, connect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from psycopg import Connection

_UNFINISHED = ".part"  # how a file is named while it is written
_RESERVE = 1.2  # share of the database's size that must be free, before compression


def back_up(url: str, app_role: str, var: Path, folder: Path, *, with_keys: bool) -> Manifest:
    """Write a backup of the database at `url` and of the files in `var` into the new `folder`.

    Args:
        url: Address with a role that sees every row.
        app_role: Name of the application role, whose rights are written down.
        var: The directory with files and keys.
        folder: Must not exist or be empty; appears when everything is in it.
        with_keys: Whether the keys (of the encrypted fields, of signatures, of messages to devices) go with it.

    Raises:
        Problem: The folder is not new, the disk is too small, or the database could not be read.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problem(f"{folder} exists and is not empty.", "Name a new folder; a backup never writes over another.")
    making = folder.with_name(f".{folder.name}.part-{os.getpid()}")
    try:
        making.parent.mkdir(parents=True, exist_ok=True)
        making.mkdir(mode=0o700)
        manifest = _fill(url, app_role, var, making, with_keys=with_keys)
        _flush(making)
        if folder.exists():
            folder.rmdir()
        making.rename(folder)
    except OSError as error:
        raise Problem(
            f"The backup could not be written to {folder}: {error.strerror}.", "Free some space or name another folder."
        ) from error
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return manifest


def _fill(url: str, app_role: str, var: Path, making: Path, *, with_keys: bool) -> Manifest:
    with connect(url) as connection:
        connection.isolation_level = IsolationLevel.REPEATABLE_READ
        connection.read_only = True
        # The dump and the counts see the same moment, whatever people save meanwhile.
        snapshot = _value(connection, "SELECT pg_export_snapshot()")
        _require_space(making, _value(connection, "SELECT pg_database_size(current_database())"))
        manifest = _describe(connection, app_role)
        with step("Saving the database"):
            _dump(url, snapshot, connection.info.server_version // 10000, making / DATABASE_FILE)
    # Files come after the database: what a row speaks of was written before it.
    with step("Saving the files"):
        if (var / FILES_FOLDER).is_dir():
            _copy_files(var / FILES_FOLDER, making / FILES_FOLDER)
        for name in (*SECRET_FILES, DEMONSTRATION_FILE):
            if (var / name).exists() and (with_keys or name == DEMONSTRATION_FILE):
                shutil.copy2(var / name, making / name)
        for path in _files(making):
            manifest.files[path.relative_to(making).as_posix()] = (path.stat().st_size, digest_of(path))
    manifest.write(making)
    return manifest


def _copy_files(source: Path, target: Path) -> None:
    """Copy what is kept, while people work: what goes meanwhile, or is not written to its end yet, stays out."""

    def refuse(error: OSError) -> None:
        if not isinstance(error, FileNotFoundError):
            raise error

    for folder, _folders, names in os.walk(source, onerror=refuse, followlinks=True):
        here, there = Path(folder), target / Path(folder).relative_to(source)
        there.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name in names:
            if not name.endswith(_UNFINISHED):
                with suppress(FileNotFoundError):
                    shutil.copy2(here / name, there / name)


def _describe(connection: Connection[Any], app_role: str) -> Manifest:
    tables = connection.execute(
        """
        SELECT c.relname, pg_get_userbyid(c.relowner),
               ARRAY(SELECT a.privilege_type FROM aclexplode(c.relacl) a
                     WHERE a.grantee = (SELECT oid FROM pg_roles WHERE rolname = %s) ORDER BY 1)
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
        ORDER BY c.relname
        """,
        [app_role],
    ).fetchall()
    owners = sorted({owner for _, owner, _ in tables})
    manifest = Manifest(
        made_at=datetime.now(UTC),
        lianxin=lianxin_version(),
        postgresql=connection.info.server_version,
        owner_role=owners[0] if len(owners) == 1 else connection.info.user,
        app_role=app_role,
    )
    manifest.rows = count_rows(connection)
    manifest.rights = {table: list(rights) for table, _, rights in tables}
    if "django_migrations" in manifest.rows:
        manifest.migrations = dict(
            connection.execute("SELECT app, max(name) FROM public.django_migrations GROUP BY app").fetchall()
        )
    return manifest


def count_rows(connection: Connection[Any]) -> dict[str, int]:
    """Return the exact number of rows of every table in the schema `public` (partitions with their parent)."""
    tables = connection.execute(
        "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace "
        "AND c.relkind IN ('r', 'p') AND NOT c.relispartition ORDER BY 1"
    ).fetchall()
    return {
        table: int(_value(connection, sql.SQL("SELECT count(*) FROM public.{}").format(sql.Identifier(table))))
        for (table,) in tables
    }


def _dump(url: str, snapshot: str, server_major: int, target: Path) -> None:
    command = [
        str(client_program("pg_dump", server_major)),
        "--format=custom",
        "--compress=6",
        "--no-password",
        f"--snapshot={snapshot}",
        f"--file={target}",
        f"--dbname={url}",
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        reason = (done.stderr.strip().splitlines() or ["no reason given"])[-1]
        raise Problem(
            f"The database could not be saved: {reason.removesuffix('.')}.",
            "See that the disk is not full and that LIANXIN_OWNER_DATABASE_URL names a role that may read every table.",
        )


def _require_space(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < needed * _RESERVE:
        raise Problem(
            f"The disk of {folder.parent} has {free // 1_000_000} MB free, too little for a database of "
            f"{needed // 1_000_000} MB.",
            "Free some space or name a folder on another disk.",
        )


def _flush(folder: Path) -> None:
    """Have the disk confirm every file, so that a backup that is there survives a power cut."""
    for path in _files(folder):
        with path.open("rb") as handle:
            os.fsync(handle.fileno())


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file())


def _value(connection: Connection[Any], query: Any) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def lianxin_version() -> str:
    """The version of Lianxin that is installed, or that of the checkout."""
    try:
        return version("lianxin")
    except PackageNotFoundError:
        project = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])
