"""Mending an import on the screen: cells corrected, suggestions taken over, rows left out. The file stays as it was."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.files.actions.imports import begin_check, busy_sentence, locked_import
from lianxin.files.finding import suggestion_of
from lianxin.files.models import Import, ImportCorrection, ImportFinding
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict

LONGEST_CELL = 2000
CHECKED = {Import.State.CHECKED}


@transaction.atomic
def mend(
    actor: Actor, *, import_id: UUID, cells: Mapping[tuple[int, int], str], left_out: set[int], at: datetime
) -> tuple[int, int]:
    """Lay texts over cells, leave rows out, and check again; how many cells and rows.

    `cells` names a cell by its finding and the position of the problem in it, `left_out` a row by its finding.

    Raises:
        Conflict: the findings are no longer there: the import was checked again meanwhile.
    """
    run, _target = locked_import(actor, import_id, CHECKED, busy_sentence())
    wanted = {finding for finding, _position in cells} | left_out
    findings = {finding.pk: finding for finding in run.findings.filter(pk__in=wanted)}
    if len(findings) != len(wanted):
        raise Conflict(_("The import was checked again meanwhile. Look at the problems as they stand now."))
    corrections = [_left_out(run, findings[pk]) for pk in left_out]
    for (pk, position), text in cells.items():
        finding = findings[pk]
        key = finding.problems[position]["key"] if position < len(finding.problems) else ""
        if pk not in left_out and key and finding.row:
            corrections.append(_mended(run, finding, key, text.strip()[:LONGEST_CELL]))
    _keep(corrections)
    begin_check(actor, run, at=at)
    return len(corrections) - len(left_out), len(left_out)


@transaction.atomic
def accept_suggestions(actor: Actor, *, import_id: UUID, code: str = "", column: str = "", at: datetime) -> int:
    """Take over every suggestion (of one kind of problem in one column, if given) and check again; how many cells."""
    run, _target = locked_import(actor, import_id, CHECKED, busy_sentence())
    corrections = [
        _mended(run, finding, problem["key"], suggestion)
        for finding in run.findings.exclude(problems=[]).filter(row__gt=0).iterator()
        for problem in finding.problems
        if problem["key"]
        and (not code or (problem["code"], problem["column"]) == (code, column))
        and (suggestion := suggestion_of(problem)) is not None
    ]
    _keep(corrections)
    begin_check(actor, run, at=at)
    return len(corrections)


@transaction.atomic
def leave_out_refused(actor: Actor, *, import_id: UUID, at: datetime) -> int:
    """Leave out every row that has an error and check again; how many rows."""
    run, _target = locked_import(actor, import_id, CHECKED, busy_sentence())
    corrections = [_left_out(run, finding) for finding in run.findings.filter(has_errors=True, row__gt=0)]
    _keep(corrections)
    begin_check(actor, run, at=at)
    return len(corrections)


def _mended(run: Import, finding: ImportFinding, column: str, text: str) -> ImportCorrection:
    return ImportCorrection(run=run, sheet=finding.sheet, row=finding.row, column=column, value=text)


def _left_out(run: Import, finding: ImportFinding) -> ImportCorrection:
    return ImportCorrection(run=run, sheet=finding.sheet, row=finding.row, column="", leaves_row_out=True)


def _keep(corrections: list[ImportCorrection]) -> None:
    """Lay corrections over earlier ones of the same cells; one statement a thousand."""
    by_cell = {(one.sheet, one.row, one.column): one for one in corrections}
    ImportCorrection.objects.bulk_create(
        by_cell.values(),
        batch_size=1000,
        update_conflicts=True,
        unique_fields=["run", "sheet", "row", "column"],
        update_fields=["value", "leaves_row_out"],
    )
