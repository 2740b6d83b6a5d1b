"""One step on one spreadsheet, in a process of its own: `python -m lianxin.bench.sheet check 19000 FOLDER`.

The rows are new people of one county. Everything is done in a transaction that is rolled back, deferred constraints
included, so the register is afterwards what it was.
"""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from dataclasses import replace
from itertools import islice
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any

from lianxin.cli.project import bring_up_database, start_django

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from uuid import UUID

    from lianxin.demo.persons import Person

LABELS = {"check": "dry run", "import": "import", "xlsx": "export .xlsx", "csv": "export .csv"}
SEED = 31
LAP = 30_000
"""Serial numbers between two people of the same place in different laps; a county has fewer members."""


class _Undo(Exception):  # noqa: N818 - not an error: the way out of the transaction
    """Roll back."""


def main() -> None:
    """Do the step and print what it cost as JSON, on the last line."""
    what, rows, folder = sys.argv[1], int(sys.argv[2]), Path(sys.argv[3])
    bring_up_database()
    start_django()
    logging.disable(logging.WARNING)
    if what == "write":
        _write_workbook(folder, rows)
        return
    step = _exported if what in {"xlsx", "csv"} else _imported
    sys.stdout.write(json.dumps(step(what, rows, folder)) + "\n")


def _scale() -> Any:
    from lianxin.demo.load import ROOTS  # noqa: PLC0415 - needs Django
    from lianxin.organisations.models import Organisation  # noqa: PLC0415 - the same

    top = Organisation.objects.get(depth=1).code
    return next(scale for scale, code in ROOTS.items() if code == top)


def _new_people(scale: Any) -> tuple[str, Iterator[Person]]:
    """The code of a county and people for its branches who are not in the register, without end."""
    from lianxin.demo.identity import CAPACITY  # noqa: PLC0415 - needs Django's start for the package's loader
    from lianxin.demo.persons import members_of  # noqa: PLC0415 - the same
    from lianxin.demo.scales import DEFAULT_SEED, plans  # noqa: PLC0415 - the same
    from lianxin.kernel.time import today  # noqa: PLC0415 - the same
    from lianxin.organisations.models import Organisation  # noqa: PLC0415 - the same

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


def _write_workbook(folder: Path, rows: int) -> None:
    """A workbook of so many rows and the county's code beside it, written once for dry run and import."""
    from lianxin.demo.workbooks import MEMBER_COLUMNS, member_row, write_sheet  # noqa: PLC0415 - needs Django
    from lianxin.kernel.privacy.lookup import digest_of  # noqa: PLC0415 - the same
    from lianxin.kernel.time import today  # noqa: PLC0415 - the same
    from lianxin.members.models import Member  # noqa: PLC0415 - the same

    code, people = _new_people(_scale())
    chosen: list[Person] = []
    while len(chosen) < rows:
        some = list(islice(people, 10_000))
        digests = [digest_of("id_number", one.id_number) for one in some]
        taken = Member.objects.filter(id_number_digest__in=digests).values_list("id_number_digest", flat=True)
        known = {bytes(one) for one in taken}
        chosen += [one for one, digest in zip(some, digests, strict=True) if digest not in known]
    sheet = (member_row(number, one) for number, one in enumerate(chosen[:rows], 1))
    path = folder / f"{rows}.xlsx"
    write_sheet(path, "党员基本信息汇总表", MEMBER_COLUMNS, sheet, today=today(), sheet="党员信息")
    path.with_suffix(".code").write_text(code, encoding="utf-8")


def _imported(what: str, rows: int, folder: Path) -> dict[str, Any]:
    """Hand in, match and check; for an import write too. The clock of "import" runs for the writing alone."""
    import subprocess  # noqa: PLC0415 - only here

    from django.db import connection, transaction  # noqa: PLC0415 - needs Django

    from lianxin.bench.measure import DatabaseTime, peak_memory  # noqa: PLC0415 - the same
    from lianxin.demo.load_import import check_workbook  # noqa: PLC0415 - the same
    from lianxin.files.facade import Import, run_at_once, write  # noqa: PLC0415 - the same
    from lianxin.files.storage import path_of  # noqa: PLC0415 - the same
    from lianxin.kernel.accounts.models import Account  # noqa: PLC0415 - the same
    from lianxin.kernel.time import now  # noqa: PLC0415 - the same
    from lianxin.kernel.web.actors import actor_of  # noqa: PLC0415 - the same
    from lianxin.organisations.models import Organisation  # noqa: PLC0415 - the same

    path = folder / f"{rows}.xlsx"
    if not path.exists():
        # In another process, so that writing the workbook does not count as memory of reading it.
        subprocess.run([sys.executable, "-m", "lianxin.bench.sheet", "write", str(rows), str(folder)], check=True)
    code = path.with_suffix(".code").read_text(encoding="utf-8")
    clerk = actor_of(Account.objects.get(username="clerk"))
    place = Organisation.objects.get(code=code)
    before, spent, seconds, remark = peak_memory(), DatabaseTime(), 0.0, ""
    file_id, at = None, now()
    try:
        with transaction.atomic():
            begun = time.perf_counter()
            with spent.installed():
                run = check_workbook(clerk, "members", place, path, at=at)
            seconds, file_id = time.perf_counter() - begun, run.file_id
            remark = f"{run.rows:,} rows, {run.to_add:,} to add, {run.errors:,} errors; database {spent.seconds:.1f} s"
            if what == "import":
                spent = DatabaseTime()
                begun = time.perf_counter()
                with spent.installed():
                    run = run_at_once(clerk, write(clerk, import_id=run.pk, at=at), at=at)
                    with connection.cursor() as cursor:
                        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
                seconds = time.perf_counter() - begun
                remark = f"{run.to_add:,} added {run.sentence if run.state != Import.State.APPLIED else ''}; database {spent.seconds:.1f} s"
            memory = peak_memory()
            sql_seconds = _sql_import(run.pk, at) if what == "import" else _sql_look_up(rows)
            raise _Undo
    except _Undo:
        pass
    finally:
        if file_id is not None:
            path_of(file_id).unlink(missing_ok=True)
    return {
        "key": f"{what}_{rows}",
        "label": f"{LABELS[what]}, {rows:,} rows" if rows > 100_000 else f"{LABELS[what]}, about 19,000 rows",  # noqa: PLR2004 - the large one
        "rows": rows,
        "seconds": seconds,
        "sql_seconds": sql_seconds,
        "memory": memory,
        "memory_before": before,
        "queries": len(spent.statements),
        "remark": remark,
    }


def _sql_look_up(rows: int) -> float:
    """Seconds to look so many identity numbers up by their digest: what a dry run must ask at the least."""
    from django.db import connection  # noqa: PLC0415 - needs Django

    begun = time.perf_counter()
    with connection.cursor() as cursor:
        digests = [os.urandom(32) for _row in range(rows)]
        cursor.execute("SELECT id, name FROM members_member WHERE id_number_digest = ANY(%s)", [digests])
        cursor.fetchall()
    return time.perf_counter() - begun


def _sql_import(batch: UUID, at: datetime) -> float:
    """Seconds to write the imported rows once more by plain INSERT … SELECT, with every index, trigger and constraint.

    The copies get other keys, and no digest, which only one row may have.
    """
    from django.db import connection  # noqa: PLC0415 - needs Django

    copied = {"id", "member_id", "event_id", "subject_id"}
    changed = {"id_number_digest": "NULL", "account_id": "NULL", "batch_id": "NULL"}
    events = "SELECT id FROM kernel_event WHERE batch_id = %(batch)s"
    tables = {
        "members_member": "created_at = %(at)s",
        "members_membership": f"event_id IN ({events})",
        "members_record": f"event_id IN ({events})",
        "kernel_event": "batch_id = %(batch)s",
    }
    with connection.cursor() as cursor:
        begun = time.perf_counter()
        for table, where in tables.items():
            cursor.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = %s ORDER BY ordinal_position",
                [table],
            )
            names = [row[0] for row in cursor.fetchall()]
            values = [f"md5({one}::text)::uuid" if one in copied else changed.get(one, one) for one in names]
            cursor.execute(
                f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(values)} FROM {table} WHERE {where}",  # noqa: S608 - the catalogue's own words
                {"batch": batch, "at": at},
            )
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        return time.perf_counter() - begun


def _exported(what: str, rows: int, _folder: Path) -> dict[str, Any]:
    """Write the roster of an organisation with about so many members, as the export does, to a file."""
    from django.db import connection  # noqa: PLC0415 - needs Django
    from django.http import QueryDict  # noqa: PLC0415 - the same

    from lianxin.bench.measure import DatabaseTime, peak_memory  # noqa: PLC0415 - the same
    from lianxin.files.exporting import write_list  # noqa: PLC0415 - the same
    from lianxin.files.models import Export  # noqa: PLC0415 - the same
    from lianxin.kernel.accounts.models import Account  # noqa: PLC0415 - the same
    from lianxin.kernel.web.actors import actor_of  # noqa: PLC0415 - the same

    clerk = actor_of(Account.objects.get(username="clerk"))
    place, path = _place_with(rows)
    params = QueryDict(mutable=True)
    params["organisation"] = str(place)
    source = _member_list()
    export = Export(source=source.key, query=params.urlencode(), format=what, account_id=clerk.account_id)
    before, spent = peak_memory(), DatabaseTime()
    with NamedTemporaryFile(suffix=f".{what}") as file:
        begun = time.perf_counter()
        with spent.installed():
            written = write_list(clerk, source, export, file)
        seconds = time.perf_counter() - begun
        size = Path(file.name).stat().st_size
    memory = peak_memory()
    begun = time.perf_counter()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT m.*, o.short_name FROM members_member m JOIN organisations_organisation o ON o.id = m.organisation_id "
            "WHERE m.organisation_path >= %(path)s AND m.organisation_path < %(path)s || '~' "
            "AND m.membership_status IN ('normal', 'restored', 'suspended') ORDER BY m.organisation_path, m.pinyin, m.id",
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
        "queries": len(spent.statements),
        "remark": f"{size / 1e6:.1f} MB",
    }


def _member_list() -> Any:
    from lianxin.kernel.exports import export_sources  # noqa: PLC0415 - needs Django

    return next(one for one in export_sources() if one.key.startswith("members"))


def _place_with(rows: int) -> tuple[UUID, str]:
    """The organisation whose members with those below come nearest to so many."""
    from django.db import connection  # noqa: PLC0415 - needs Django

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT o.id, o.path FROM organisations_organisation o WHERE o.depth <= 4 AND o.numchild > 0 ORDER BY abs(%s - "
            "(SELECT sum(b.full_members + b.probationary_members) FROM organisations_organisation b "
            "WHERE b.path >= o.path AND b.path < o.path || '~')) LIMIT 1",
            [rows],
        )
        found = cursor.fetchone()
    if found is None:
        raise RuntimeError("There is no organisation to export.")
    return found[0], found[1]


if __name__ == "__main__":
    main()
