"""Checking and applying an import: the long work a job does.

Checking reads the file once and writes only findings. Applying reads it again, plans anew against the register as it is
now and writes everything in one transaction; a row that has an error by then stops it and nothing is written.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.files.events import IMPORTED
from lianxin.files.models import Import, ImportFinding
from lianxin.files.progress import Progress
from lianxin.files.reading import read_rows, workbook_of
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, Refusal
from lianxin.kernel.events.record import record
from lianxin.kernel.imports import Deed, ImportTarget, PlannedRow, SheetRow, import_target
from lianxin.kernel.spreadsheets.problems import CannotRead, Level, Problem

CHUNK = 1000
KEPT_PROBLEM_ROWS = 5000
KEPT_CHANGES = 2000
KEPT_SAMPLES = 50
Item = TypeVar("Item")


def target_of(run: Import) -> ImportTarget:
    """The module's word on this kind of record.

    Raises:
        Conflict: the module that knew it is gone.
    """
    target = import_target(run.kind)
    if target is None:
        raise Conflict(_("This kind of list cannot be imported any more."))
    return target


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, CHUNK)):
        yield chunk


def _is_error(problem: Problem) -> bool:
    return problem.level is Level.ERROR


def planned_rows(actor: Actor, run: Import, rows: Iterable[SheetRow], at: datetime) -> Iterator[list[PlannedRow]]:
    """Rows with what will happen to each, in chunks and in the file's order. Sheet remarks (row 0) pass unplanned."""
    planning = target_of(run).planning(actor, place=run.organisation_id, at=at)
    for chunk in _chunks(rows):
        remarks = [PlannedRow(row, Deed.REFUSED, row.sheet) for row in chunk if row.number == 0]
        yield planning.plan([row for row in chunk if row.number > 0]) + remarks


def check(actor: Actor, run: Import, *, at: datetime) -> None:
    """The dry run: count what would be added, changed and left, and keep what is worth looking at. Writes no record."""
    counts: Counter[str] = Counter()
    kept: Counter[str] = Counter()
    run.findings.all().delete()
    try:
        with workbook_of(run) as book, Progress(run, run.rows) as progress:
            for chunk in planned_rows(actor, run, read_rows(run, book, target_of(run)), at):
                findings = [finding for row in chunk if (finding := _finding(run, row, counts, kept)) is not None]
                ImportFinding.objects.bulk_create(findings)
                progress.advance(len(chunk))
    except (CannotRead, Refusal) as refusal:
        _fall_back(run, Import.State.UPLOADED, str(refusal))
        return
    Import.objects.filter(pk=run.pk).update(
        state=Import.State.CHECKED,
        sentence="",
        rows=counts["rows"],
        to_add=counts[Deed.ADD],
        to_change=counts[Deed.CHANGE],
        unchanged=counts[Deed.SAME],
        refused=counts[Deed.REFUSED],
        errors=counts["errors"],
        warnings=counts["warnings"],
    )


def _fall_back(run: Import, state: str, sentence: str) -> None:
    Import.objects.filter(pk=run.pk).update(state=state, sentence=sentence)


def _finding(run: Import, planned: PlannedRow, counts: Counter[str], kept: Counter[str]) -> ImportFinding | None:
    problems = planned.row.problems
    errors = sum(map(_is_error, problems))
    counts["rows"] += planned.row.number > 0
    counts[planned.deed] += planned.row.number > 0
    counts["errors"] += errors
    counts["warnings"] += len(problems) - errors
    if problems:
        place, limit = "problems", KEPT_PROBLEM_ROWS
    elif planned.deed is Deed.CHANGE:
        place, limit = "changes", KEPT_CHANGES
    elif planned.deed is Deed.ADD:
        place, limit = "samples", KEPT_SAMPLES
    else:
        return None
    kept[place] += 1
    if kept[place] > limit:
        return None
    return ImportFinding(
        run=run,
        sheet=planned.row.sheet,
        row=planned.row.number,
        label=planned.label,
        deed=planned.deed,
        duplicate_of=str(planned.duplicate_of),
        changes={key: [_shown(old), _shown(new)] for key, (old, new) in planned.changes.items()},
        problems=[_as_json(problem, run) for problem in problems],
        has_errors=errors > 0,
    )


def _shown(value: Any) -> str:
    return "" if value is None else str(value)


def _as_json(problem: Problem, run: Import) -> dict[str, Any]:
    key = next(
        (
            header["column"]
            for table in run.tables
            if table["sheet"] == problem.sheet
            for header in table["headers"]
            if header["text"] == problem.column
        ),
        "",
    )
    return {
        "column": problem.column,
        "key": key,
        "level": problem.level,
        "message": str(problem.message),
        "suggestion": None if problem.suggestion is None else str(problem.suggestion),
        "code": problem.code,
    }


def apply(actor: Actor, run: Import, *, at: datetime) -> None:
    """Write the import in one transaction, with one event for it beside those of its rows; or nothing at all."""
    target = target_of(run)
    try:
        with workbook_of(run) as book, Progress(run, run.rows) as progress, transaction.atomic():
            locked = Import.objects.select_for_update().get(pk=run.pk)
            if locked.state != Import.State.APPLYING:
                raise Conflict(_("This import is not waiting to be written."))

            def writable() -> Iterator[PlannedRow]:
                for chunk in planned_rows(actor, run, read_rows(run, book, target), at):
                    for planned in chunk:
                        if planned.deed in {Deed.ADD, Deed.CHANGE}:
                            yield planned
                    progress.advance(len(chunk))

            done = target.apply(actor, writable(), place=run.organisation_id, at=at, batch=run.pk)
            record(
                actor,
                IMPORTED,
                at=at,
                subject=run.pk,
                organisation=run.organisation_id,
                organisation_path=run.organisation.path,
                data={"file": run.file.name, "kind": run.kind, "added": done.get(Deed.ADD, 0), "changed": done.get(Deed.CHANGE, 0)},
            )
            Import.objects.filter(pk=run.pk).update(
                state=Import.State.APPLIED,
                sentence="",
                finished_at=at,
                to_add=done.get(Deed.ADD, 0),
                to_change=done.get(Deed.CHANGE, 0),
            )
    except (CannotRead, Refusal) as refusal:
        _fall_back(run, Import.State.CHECKED, str(refusal))
