"""Restoring a backup beside the present data and changing over at the end, so that a failure loses nothing."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from lianxin.cli.backing_up import count_rows
from lianxin.cli.console import Problem, step
from lianxin.cli.manifest import DATABASE_FILE, DEMONSTRATION_FILE, FILES_FOLDER, SECRET_FILES, Manifest
from lianxin.kernel.db.server import client_program, close_database, connect, grant_app_privileges

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from psycopg import Connection


@dataclass(frozen=True, slots=True)
class Target:
    """Where to restore to.

    Attributes:
        superior_url: Role that may make and rename databases: the superuser of our own server, else the owner.
        owner_url: Role that will own the tables.
        app_url: Role of the application.
    """

    superior_url: str
    owner_url: str
    app_url: str

    @property
    def database(self) -> str:
        """Name of the database the application uses."""
        return str(conninfo_to_dict(self.owner_url)["dbname"])

    @property
    def owner_role(self) -> str:
        """Name of the owning role."""
        return str(conninfo_to_dict(self.owner_url).get("user") or "")

    @property
    def application_role(self) -> str:
        """Name of the application role."""
        return str(conninfo_to_dict(self.app_url).get("user") or "")


def restore_from(
    folder: Path, manifest: Manifest, target: Target, var: Path, *, replace: bool, at: datetime
) -> list[str]:
    """Restore the verified backup in `folder`.

    1. Refuse when there is data and `replace` is not set.
    2. Restore the dump into a new database and compare the number of rows of every table.
    3. Copy the files beside the present ones.
    4. Rename the databases in one transaction, then the files.

    Returns:
        Sentences about what was kept under which name.

    Raises:
        Problem: Anything failed; up to step 4 nothing has been touched.
    """
    stamp = f"{at:%Y%m%d_%H%M%S}"
    new, old = f"{target.database}_restoring_{stamp}", f"{target.database}_before_{stamp}"
    occupied = _occupied(target, var)
    if occupied and not replace:
        raise Problem(
            f"There is data already: {occupied}.",
            "Restore with --replace, which keeps it under another name, or let LIANXIN_VAR name another folder.",
        )
    _check_server(target, manifest)
    staged = var / f"restoring-{stamp}"
    try:
        with step("Restoring the database"):
            _create(target, new)
            _load(folder, manifest, target, new)
            _compare(manifest, target, new)
        with step("Restoring the files"):
            _stage_files(folder, manifest, staged)
        _change_over(target, new, old)
    except BaseException:
        _drop(target, new)
        shutil.rmtree(staged, ignore_errors=True)
        raise
    kept = _move_files(staged, var, stamp)
    if occupied:
        kept.insert(0, f"The database that was there before is kept as {old}.")
    else:
        _drop(target, old)
    return kept


def _occupied(target: Target, var: Path) -> str:
    with connect(target.superior_url) as connection:
        rows = count_rows(connection)
    people = {table: number for table, number in rows.items() if number and not _made_by_migrations(table)}
    if people:
        return f"{sum(people.values())} rows in {len(people)} tables"
    if (var / FILES_FOLDER).is_dir() and any((var / FILES_FOLDER).iterdir()):
        return f"files in {var / FILES_FOLDER}"
    return ""


def _made_by_migrations(table: str) -> bool:
    return table in {"django_migrations", "django_content_type", "auth_permission", "procrastinate_version"}


def _check_server(target: Target, manifest: Manifest) -> None:
    with connect(target.superior_url) as connection:
        here = connection.info.server_version // 10000
    if here < manifest.postgresql // 10000:
        raise Problem(
            f"The backup comes from PostgreSQL {manifest.postgresql // 10000}, but this server is PostgreSQL {here}.",
            "Restore it on a server of that version or later.",
        )


def _create(target: Target, name: str) -> None:
    try:
        with _elsewhere(target) as connection:
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0").format(
                    sql.Identifier(name), sql.Identifier(target.owner_role)
                )
            )
    except psycopg.errors.InsufficientPrivilege as error:
        raise Problem(
            "The owner's role may not make databases, which restoring needs.",
            f"Ask the administrator for ALTER ROLE {target.owner_role} CREATEDB.",
        ) from error


def _load(folder: Path, manifest: Manifest, target: Target, name: str) -> None:
    same_roles = (manifest.owner_role, manifest.app_role) == (target.owner_role, target.application_role)
    with connect(target.superior_url) as connection:
        major = connection.info.server_version // 10000
    command = [
        str(client_program("pg_restore", major)),
        f"--dbname={make_conninfo(target.superior_url, dbname=name)}",
        f"--jobs={min(4, os.cpu_count() or 1)}",
        "--exit-on-error",
        "--no-password",
        # Rights are carried over as they are, or written again for roles of other names.
        *([] if same_roles else ["--no-owner", "--no-privileges", f"--role={target.owner_role}"]),
        str(folder / DATABASE_FILE),
    ]
    done = subprocess.run(command, check=False, capture_output=True, text=True)
    if done.returncode != 0:
        lines = [line for line in done.stderr.splitlines() if "error:" in line] or done.stderr.splitlines()
        raise Problem(
            f"The database could not be restored: {(lines or ['no reason given'])[0].removesuffix('.')}.",
            "The present data has not been touched.",
        )
    with connect(make_conninfo(target.superior_url, dbname=name)) as connection:
        connection.autocommit = True
        if not same_roles:
            _grant_as_written(connection, manifest, target)
        close_database(connection, name, target.application_role)
        connection.execute("ANALYZE")


def _grant_as_written(connection: Connection[Any], manifest: Manifest, target: Target) -> None:
    """Give the application role on every table what it had, then the usual rights on the rest."""
    app = sql.Identifier(target.application_role)
    for table, rights in manifest.rights.items():
        for right in rights:
            if right in {"SELECT", "INSERT", "UPDATE", "DELETE"}:
                connection.execute(
                    sql.SQL("GRANT {} ON public.{} TO {}").format(sql.SQL(right), sql.Identifier(table), app)
                )
    connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(target.owner_role)))
    grant_app_privileges(connection)
    connection.execute("RESET ROLE")


def _compare(manifest: Manifest, target: Target, name: str) -> None:
    with connect(make_conninfo(target.superior_url, dbname=name)) as connection:
        rows = count_rows(connection)
    for table in sorted(rows.keys() | manifest.rows.keys()):
        if rows.get(table) != manifest.rows.get(table):
            raise Problem(
                f"The table {table} has {rows.get(table, 'no')} rows after restoring, "
                f"but had {manifest.rows.get(table, 'none')} when it was saved.",
                "The present data has not been touched; use another backup.",
            )


def _stage_files(folder: Path, manifest: Manifest, staged: Path) -> None:
    staged.mkdir(parents=True, mode=0o700)
    for name in manifest.files:
        if name != DATABASE_FILE:
            (staged / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(folder / name, staged / name)
        if name in SECRET_FILES:
            (staged / name).chmod(0o600)  # whatever the disk did to it on which the backup lay


def _change_over(target: Target, new: str, old: str) -> None:
    with _elsewhere(target) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid() "
            "AND pg_has_role(usesysid, 'USAGE')",
            [target.database],
        )
        present, future = sql.Identifier(target.database), sql.Identifier(new)
        try:
            with connection.transaction():
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(present, sql.Identifier(old)))
                connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(future, present))
        except psycopg.errors.ObjectInUse as error:
            raise Problem(
                "Somebody is still connected to the database, so it cannot be exchanged.",
                "Stop Lianxin (`lianxin stop`) and restore again; nothing has been changed.",
            ) from error


def _move_files(staged: Path, var: Path, stamp: str) -> list[str]:
    kept: list[str] = []
    for name in (FILES_FOLDER, *SECRET_FILES, DEMONSTRATION_FILE):
        present = var / name
        replaced = (staged / name).exists() or name in {FILES_FOLDER, DEMONSTRATION_FILE}
        if present.exists() and replaced:
            aside = var / f"{name}.before-{stamp}"
            present.rename(aside)
            kept.append(f"{present} is kept as {aside.name}.")
        if (staged / name).exists():
            (staged / name).rename(present)
    shutil.rmtree(staged)
    return kept


def _drop(target: Target, name: str) -> None:
    with _elsewhere(target) as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def _elsewhere(target: Target) -> Connection[Any]:
    """Connect to another database than the one that is renamed."""
    for database in ("postgres", "template1"):
        try:
            return psycopg.connect(make_conninfo(target.superior_url, dbname=database), autocommit=True)
        except psycopg.OperationalError:
            continue
    raise Problem(
        "Restoring needs a second database on the server to connect to, such as `postgres`.",
        f"Ask the administrator to let {target.owner_role} connect to the database postgres.",
    )
