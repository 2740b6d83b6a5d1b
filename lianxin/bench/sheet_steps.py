"""The steps on a spreadsheet that are measured: dry run and import of new people, export of a roster.

The rows are new people of one county. Everything is done in a transaction that is rolled back, deferred constraints
included, so the register is afterwards what it was.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from django.db import connection, transaction
from django.http import QueryDict

from lianxin.bench.measure import DatabaseTime, peak_memory
from lianxin.demo.identity import CAPACITY
from lianxin.demo.load import ROOTS
from lianxin.demo.load_import import check_workbook
from lianxin.demo.persons import members_of
from lianxin.demo.scales import DEFAULT_SEED, plans
from lianxin.demo.workbooks import MEMBER_COLUMNS, member_row, write_sheet
from lianxin.files.exporting import write_list
from lianxin.files.facade import Import, run_at_once, write
from lianxin.files.models import Export
from lianxin.files.storage import path_of
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.exports import export_sources
from lianxin.kernel.privacy.lookup import digest_of
from lianxin.kernel.time import now, today
from lianxin.kernel.web.actors import actor_of
from lianxin.members.models import Member
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from lianxin.demo.persons import Person

LABELS = {"check": "dry run", "import": "import", "xlsx": "export .xlsx", "csv": "export .csv"}
SEED = 31
LAP = 30_000
"""Serial numbers between two people of the same place in different laps; a county has fewer members."""
LARGE = 100_000


def _scale() -> Any:
    top = Organisation.objects.get(depth=1).code
    return next(scale for scale, code in ROOTS.items() if code == top)


def _new_people(scale: Any) -> tuple[str, Iterator[Person]]:
    """The code of a county and people for its branches who are not in the register, without end."""
    plan = next(plans(scale, DEFAULT_SEED, today()))
    living = set(Organisation.objects.filter(dissolved_on=None).values_list("code", flat=True))
    branches = [one for one in plan.organisations if one.is_leaf and one.code in living]

    def people() -> Iterator[Person]:
        lap = 0
        while True:
            lap += 1
            for one in branches:
                first = (one.first_serial + lap * LAP) % (CAPACITY - LAP)
                yield from members_of(replace(one, seed=one.seed * SEED + lap, first_serial=first), today())

    return plan.organisations[0].code, people()


def write_workbook(folder: Path, rows: int) -> None:
    """A workbook of so many rows and the county's code beside it, written once for dry run and import."""
    code, people = _new_people(_scale())
    chosen: list[Person] = []
    while len(chosen) < rows:
        some = list(islice(people, 10_000))
        digests = [digest_of("id_number", one.id_number) for one in some]
        taken = Member.objects.filter(id_number_digest__in=digests).values_list("id_number_digest", flat=True)
        known = {bytes(one) for one in taken if one is not None}
        chosen += [one for one, digest in zip(some, digests, strict=True) if digest not in known]
    sheet = (member_row(number, one) for number, one in enumerate(chosen[:rows], 1))
    path = folder / f"{rows}.xlsx"
    write_sheet(path, "党员基本信息汇总表", MEMBER_COLUMNS, sheet, today=today(), sheet="党员信息")
    path.with_suffix(".code").write_text(code, encoding="utf-8")


def imported(what: str, rows: int, folder: Path) -> dict[str, Any]:
    """Hand in, match and check; for an import write too. The clock of "import" runs for the writing alone."""
    path = folder / f"{rows}.xlsx"
    if not path.exists():
        # In another process, so that writing the workbook does not count as memory of reading it.
        subprocess.run([sys.executable, "-m", "lianxin.bench.sheet", "write", str(rows), str(folder)], check=True)
    code = path.with_suffix(".code").read_text(encoding="utf-8")
    clerk = actor_of(Account.objects.get(username="clerk"))
    place = Organisation.objects.get(code=code)
    before, spent, seconds, remark = peak_memory(), DatabaseTime(keeps=False), 0.0, ""
    file_id, at = None, now()
    try:
        with transaction.atomic():
            begun = time.perf_counter()
            with spent.installed():
                run = check_workbook(clerk, "members", place, path, at=at)
            seconds, file_id = time.perf_counter() - begun, run.file_id
            remark = f"{run.rows:,} rows, {run.to_add:,} to add, {run.errors:,} errors; database {spent.seconds:.1f} s"
            if what == "import":
                spent = DatabaseTime(keeps=False)
                begun = time.perf_counter()
                with spent.installed():
                    run = run_at_once(clerk, write(clerk, import_id=run.pk, at=at), at=at)
                    with connection.cursor() as cursor:
                        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                seconds = time.perf_counter() - begun
                said = "" if run.state == Import.State.APPLIED else run.sentence
                remark = f"{run.to_add:,} added {said}; database {spent.seconds:.1f} s"
            memory = peak_memory()
            sql_seconds = _sql_import(run.pk, at) if what == "import" else _sql_look_up(rows)
            transaction.set_rollback(True)
    finally:
        if file_id is not None:
            path_of(file_id).unlink(missing_ok=True)
    return {
        "key": f"{what}_{rows}",
        "label": f"{LABELS[what]}, {rows:,} rows" if rows > LARGE else f"{LABELS[what]}, about 19,000 rows",
        "rows": rows,
        "seconds": seconds,
        "sql_seconds": sql_seconds,
        "memory": memory,
        "memory_before": before,
        "queries": spent.count,
        "remark": remark,
    }


def _sql_look_up(rows: int) -> float:
    """Seconds to look so many identity numbers up by their digest: what a dry run must ask at the least."""
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        digests = [os.urandom(32) for _row in range(rows)]
        cursor.execute("SELECT id, name FROM members_member WHERE id_number_digest = ANY(%s)", [digests])
        cursor.fetchall()
    return time.perf_counter() - begun


def _sql_import(batch: UUID, at: datetime) -> float:
    """Seconds to write the imported rows once more by plain INSERT … SELECT, with every index, trigger and constraint.

    The copies get other keys, and no digest, which only one row may have. Finding the rows is not counted.
    """
    copied = {"id", "member_id", "event_id", "subject_id"}
    changed = {"id_number_digest": "NULL", "account_id": "NULL", "batch_id": "NULL"}
    events = "SELECT id FROM kernel_event WHERE batch_id = %(batch)s"
    tables = {
        "members_member": "created_at = %(at)s",
        "members_membership": f"event_id IN ({events})",
        "members_record": f"event_id IN ({events})",
        "kernel_event": "batch_id = %(batch)s",
    }
    seconds = 0.0
    with connection.cursor() as cursor:
        # The new rows are in no statistics yet: each membership of a province would be compared with all new events.
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table, where in tables.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s AND is_generated = 'NEVER'"
                " ORDER BY ordinal_position",
                [table],
            )
            names = [row[0] for row in cursor.fetchall()]
            values = [f"md5({one}::text)::uuid" if one in copied else changed.get(one, one) for one in names]
            cursor.execute(
                "EXPLAIN (ANALYZE, FORMAT JSON) "  # noqa: S608 - the catalogue's own words
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} WHERE {where}",
                {"batch": batch, "at": at},
            )
            ((told,),) = cursor.fetchone()
            (finding,) = [one for one in told["Plan"]["Plans"] if one["Parent Relationship"] == "Outer"]
            seconds += (told["Execution Time"] - finding["Actual Total Time"]) / 1000
        cursor.execute("SET LOCAL enable_nestloop = on")
        begun = time.perf_counter()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return seconds + time.perf_counter() - begun


def exported(what: str, rows: int, _folder: Path) -> dict[str, Any]:
    """Write the roster of an organisation with about so many members, as the export does, to a file."""
    clerk = actor_of(Account.objects.get(username="clerk"))
    place, path = _place_with(rows)
    params = QueryDict(mutable=True)
    params["organisation"] = str(place)
    source = _member_list()
    export = Export(source=source.key, query=params.urlencode(), format=what)
    before, spent = peak_memory(), DatabaseTime(keeps=False)
    with NamedTemporaryFile(suffix=f".{what}") as file:
        begun = time.perf_counter()
        with spent.installed(), transaction.atomic():
            written = write_list(clerk, source, export, file, lambda _row: None)
        seconds = time.perf_counter() - begun
        size = Path(file.name).stat().st_size
    memory = peak_memory()
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.*, o.short_name FROM members_member m "
            "JOIN organisations_organisation o ON o.id = m.organisation_id "
            "WHERE m.organisation_path >= %(path)s AND m.organisation_path < %(path)s || '~' "
            "AND m.membership_status IN ('normal', 'restored', 'suspended') "
            "ORDER BY m.organisation_path, m.pinyin, m.id",
            {"path": path},
        )
        wanted = len(cursor.fetchall())
    if wanted != written:
        raise RuntimeError(f"The export wrote {written} rows, the SQL found {wanted}.")
    return {
        "key": f"{what}_{rows}",
        "label": f"{LABELS[what]}, about 19,000 rows",
        "rows": written,
        "seconds": seconds,
        "sql_seconds": time.perf_counter() - begun,
        "memory": memory,
        "memory_before": before,
        "queries": spent.count,
        "remark": f"{size / 1e6:.1f} MB",
    }


def _member_list() -> Any:
    return next(one for one in export_sources() if one.key.startswith("members"))


def _place_with(rows: int) -> tuple[UUID, str]:
    """The organisation whose members with those below come nearest to so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, o.path FROM organisations_organisation o WHERE o.depth <= 4 AND o.numchild > 0 "
            "ORDER BY abs(%s - "
            "(SELECT sum(b.full_members + b.probationary_members) FROM organisations_organisation b "
            "WHERE b.path >= o.path AND b.path < o.path || '~')) LIMIT 1",
            [rows],
        )
        found = cursor.fetchone()
    if found is None:
        raise RuntimeError("There is no organisation to export.")
    return found[0], found[1]
