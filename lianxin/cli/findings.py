"""What `lianxin doctor` looks at. Each check is a generator of findings and may assume nothing about the others."""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from lianxin.cli.console import size
from lianxin.cli.manifest import SECRET_FILES
from lianxin.cli.project import PROJECT, start_django
from lianxin.kernel.db.server import (
    MAJOR_VERSION,
    OLDEST_MAJOR_VERSION,
    ServerProblem,
    addresses,
    connect,
    status,
    var_directory,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_OLDEST_PYTHON = (3, 11)
_LITTLE_SPACE = 2_000_000_000
_NO_SPACE = 200_000_000
_CLOCK_SECONDS = 5
_SHORTEST_SECRET = 32


class State(Enum):
    """How a thing stands: in order, worth a remark, or to be mended."""

    good = auto()
    remark = auto()
    bad = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    subject: str
    state: State
    sentence: str
    remedy: str = ""


def examine() -> Iterator[Finding]:
    """Look at everything, one after the other; a check that fails itself becomes a finding."""
    checks: tuple[tuple[str, Callable[[], Iterator[Finding]]], ...] = (
        ("Python", _python),
        ("Disk", _disk),
        ("Database", _database),
        ("Roles", _roles),
        ("Clock", _clock),
        ("Migrations", _migrations),
        ("Worker", _worker),
        ("Pages", _assets),
        ("Translations", _translations),
        ("Secrets", _secrets),
    )
    database_answers = True
    for subject, check in checks:
        if not database_answers and subject in {"Roles", "Clock", "Migrations", "Worker"}:
            yield Finding(subject, State.remark, "not checked, because the database does not answer.")
            continue
        try:
            for finding in check():
                if subject == "Database" and finding.state is State.bad:
                    database_answers = False
                yield finding
        except ServerProblem as problem:
            database_answers = database_answers and subject != "Database"
            yield Finding(subject, State.bad, problem.sentence, problem.what_to_do)
        except Exception as error:  # noqa: BLE001 - the doctor examines on when one check breaks
            first_line = (str(error).strip().splitlines() or [""])[0]
            yield Finding(subject, State.bad, f"could not be checked ({type(error).__name__}: {first_line}).")


def _python() -> Iterator[Finding]:
    here = ".".join(str(part) for part in sys.version_info[:3])
    if sys.version_info < _OLDEST_PYTHON:
        yield Finding("Python", State.bad, f"{here} is too old.", "Install Python 3.11 or later.")
    else:
        yield Finding("Python", State.good, f"{here}.")


def _disk() -> Iterator[Finding]:
    var = var_directory()
    place = var
    while not place.exists():
        place = place.parent
    usage = shutil.disk_usage(place)
    said = f"{size(usage.free)} free for {var}."
    if usage.free < _NO_SPACE:
        yield Finding("Disk", State.bad, said, "Free some space now: the database stops when the disk is full.")
    elif usage.free < _LITTLE_SPACE:
        yield Finding("Disk", State.remark, said, "Free some space soon; a backup needs room as well.")
    else:
        yield Finding("Disk", State.good, said)
    if not os.access(place, os.W_OK):
        yield Finding("Disk", State.bad, f"{place} cannot be written to.", "Run as the user it belongs to.")


def _database() -> Iterator[Finding]:
    found = addresses()
    if found.embedded:
        now = status(var_directory())
        if not now.created:
            yield Finding("Database", State.bad, "there is none yet.", "Run `lianxin migrate` or `lianxin up`.")
        elif not now.answering:
            word = "runs but does not answer" if now.running else "is stopped"
            yield Finding("Database", State.bad, f"it {word}.", "Run `lianxin database start`.")
        else:
            yield Finding("Database", State.good, f"PostgreSQL {now.version}, embedded, process {now.pid}.")
        return
    with connect(found.app) as connection:
        major = connection.info.server_version // 10000
    if major < OLDEST_MAJOR_VERSION:
        remedy = f"Upgrade it to {OLDEST_MAJOR_VERSION} or later."
        yield Finding("Database", State.bad, f"your server is PostgreSQL {major}, which is too old.", remedy)
    elif major > MAJOR_VERSION:
        remedy = f"For backups, name a pg_dump of version {major} in LIANXIN_POSTGRES_BIN."
        yield Finding("Database", State.remark, f"your server is PostgreSQL {major}.", remedy)
    else:
        yield Finding("Database", State.good, f"PostgreSQL {major}, your own server.")


def _roles() -> Iterator[Finding]:
    found = addresses()
    if found.one_role:
        yield Finding(
            "Roles",
            State.remark,
            "the application connects as the role that owns the tables, so the database cannot hold it back.",
            "Make a second role and name the owner in LIANXIN_OWNER_DATABASE_URL (docs/operations.md).",
        )
        return
    with connect(found.app) as connection:
        owned = _value(
            connection,
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace "
            "AND relowner = current_user::regrole",
        )
        mighty = _value(
            connection, "SELECT rolsuper OR rolbypassrls OR rolcreaterole FROM pg_roles WHERE rolname = current_user"
        )
        may_truncate = _names(
            connection,
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
            "AND has_table_privilege(oid, 'TRUNCATE') ORDER BY 1",
        )
        unreadable = _names(
            connection,
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
            "AND NOT has_table_privilege(oid, 'SELECT') ORDER BY 1",
        )
        may_create = _value(connection, "SELECT has_schema_privilege('public', 'CREATE')")
    faults = []
    if owned:
        faults.append(f"it owns {owned} tables")
    if mighty:
        faults.append("it may pass by row security or make roles")
    if may_create:
        faults.append("it may create tables")
    if may_truncate:
        faults.append(f"it may truncate {', '.join(may_truncate[:3])}")
    if unreadable:
        faults.append(f"it may not read {', '.join(unreadable[:3])}")
    if faults:
        remedy = "Run `lianxin migrate`; on a server of your own see docs/operations.md, section on roles."
        yield Finding(
            "Roles", State.bad, f"the application's role is not as it should be: {'; '.join(faults)}.", remedy
        )
    else:
        yield Finding("Roles", State.good, "the application's role owns nothing and may do what it needs.")


def _clock() -> Iterator[Finding]:
    with connect(addresses().app) as connection:
        difference = abs(float(_value(connection, "SELECT extract(epoch FROM clock_timestamp())")) - time.time())
        zone = _value(connection, "SHOW timezone")
    if difference > _CLOCK_SECONDS:
        remedy = "Have both machines keep time with NTP (timedatectl set-ntp true)."
        yield Finding("Clock", State.bad, f"this machine and the database differ by {difference:.0f} s.", remedy)
    elif time.time() < (PROJECT / "pyproject.toml").stat().st_mtime - 86400:
        yield Finding("Clock", State.bad, "this machine's clock is before the day Lianxin was installed.", "Set it.")
    else:
        yield Finding("Clock", State.good, f"agrees with the database (which speaks {zone}).")


def _migrations() -> Iterator[Finding]:
    start_django()
    from django.db import connection  # noqa: PLC0415 - needs Django
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 - needs Django

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        names = ", ".join(f"{step.app_label}.{step.name}" for step, _ in plan[:3])
        remedy = "Run `lianxin migrate`."
        yield Finding("Migrations", State.bad, f"{len(plan)} are pending ({names} …).", remedy)
    else:
        yield Finding("Migrations", State.good, "all applied.")


def _worker() -> Iterator[Finding]:
    with connect(addresses().app) as connection:
        if not _value(connection, "SELECT to_regclass('public.procrastinate_workers')"):
            yield Finding("Worker", State.remark, "there is no table of jobs yet.", "Run `lianxin migrate`.")
            return
        alive = _value(
            connection,
            "SELECT count(*) FROM procrastinate_workers WHERE last_heartbeat > now() - interval '1 minute'",
        )
        waiting, oldest = connection.execute(
            "SELECT count(*), coalesce(extract(epoch FROM now() - min(e.at)), 0) FROM procrastinate_jobs j "
            "JOIN procrastinate_events e ON e.job_id = j.id AND e.type = 'deferred' "
            "WHERE j.status = 'todo' AND (j.scheduled_at IS NULL OR j.scheduled_at < now())"
        ).fetchone() or (0, 0)
        failed = _value(connection, "SELECT count(*) FROM procrastinate_jobs WHERE status = 'failed'")
    if not alive:
        said = f"none is running; {waiting} jobs wait." if waiting else "none is running."
        remedy = "Run `lianxin up`, or `lianxin worker` beside your own server."
        yield Finding("Worker", State.bad if waiting else State.remark, said, remedy)
    else:
        yield Finding(
            "Worker", State.good, f"{alive} running, {waiting} jobs waiting for {float(oldest):.0f} s at most."
        )
    if failed:
        remedy = "`lianxin manage procrastinate shell` lists and retries them."
        yield Finding("Worker", State.remark, f"{failed} jobs have failed.", remedy)


def _assets() -> Iterator[Finding]:
    manifest = PROJECT / "frontend" / "dist" / "manifest.json"
    remedy = "Run `make assets` (needs Node 20), or install a release, which brings them."
    if not manifest.exists():
        yield Finding("Pages", State.bad, "the scripts and styles of the pages have not been built.", remedy)
        return
    listed = json.loads(manifest.read_text(encoding="utf-8"))
    missing = [entry["file"] for entry in listed.values() if not (manifest.parent / entry["file"]).exists()]
    if missing:
        yield Finding("Pages", State.bad, f"{len(missing)} built files are missing, first {missing[0]}.", remedy)
    else:
        yield Finding("Pages", State.good, f"{len(listed)} built files are there.")


def _translations() -> Iterator[Finding]:
    sources = sorted(PROJECT.glob("lianxin/**/locale/*/LC_MESSAGES/*.po"))
    stale = [
        source
        for source in sources
        if not source.with_suffix(".mo").exists() or source.with_suffix(".mo").stat().st_mtime < source.stat().st_mtime
    ]
    if stale:
        said = f"{len(stale)} of {len(sources)} files are not compiled."
        yield Finding("Translations", State.bad, said, "Run `lianxin messages`.")
    else:
        yield Finding("Translations", State.good, f"{len(sources)} files, all compiled.")


def _secrets() -> Iterator[Finding]:
    start_django()
    from django.conf import settings  # noqa: PLC0415 - needs Django

    production = bool(settings.PRODUCTION)
    if len(settings.SECRET_KEY) < _SHORTEST_SECRET:
        remedy = "Set LIANXIN_SECRET_KEY to fifty random characters."
        yield Finding("Secrets", State.bad if production else State.remark, "the signing key is too short.", remedy)
    if production and not os.environ.get("LIANXIN_SECRET_KEY"):
        remedy = "Set LIANXIN_SECRET_KEY, the same on every machine that serves pages."
        yield Finding("Secrets", State.bad, "LIANXIN_SECRET_KEY is not set in production.", remedy)
    if production and settings.DEBUG:
        yield Finding("Secrets", State.bad, "LIANXIN_DEBUG is on in production.", "Unset it: it shows data in errors.")
    for name in (*SECRET_FILES, "postgres-passwords"):
        path = var_directory() / name
        if path.exists() and path.stat().st_mode & 0o077:
            yield Finding("Secrets", State.bad, f"others may read {path}.", f"Run chmod 600 {path}.")
    if not production:
        yield Finding("Secrets", State.good, "not in production (LIANXIN_PRODUCTION is not set).")
    elif os.environ.get("LIANXIN_SECRET_KEY"):
        yield Finding("Secrets", State.good, "the signing key is set.")


def _value(connection: Any, query: str) -> Any:
    row = connection.execute(query).fetchone()
    return row[0] if row else None


def _names(connection: Any, query: str) -> list[str]:
    return [str(row[0]) for row in connection.execute(query).fetchall()]
