"""Checking and applying an import: the long work a job does.

Checking reads the file once and writes only findings. Applying reads it again, plans anew against the register as it is
now and writes everything in one transaction; a row that has an error by then stops it and nothing is written. Whatever
ends the work early leaves the import where the person can go on, with a sentence that says why.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import wraps
from itertools import islice
from typing import TypeVar

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.files.events import IMPORTED
from lianxin.files.finding import Tally
from lianxin.files.models import Import, ImportFinding
from lianxin.files.permissions import IMPORT
from lianxin.files.progress import Busy, Progress
from lianxin.files.reading import read_rows, workbook_of
from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Conflict, Refusal
from lianxin.kernel.events.record import record
from lianxin.kernel.imports import Deed, ImportTarget, PlannedRow, SheetRow, import_target
from lianxin.kernel.spreadsheets.problems import CannotRead, Level
from lianxin.organisations.facade import VIEW as SEE_ORGANISATION

Item = TypeVar("Item")
Work = Callable[..., None]
log = logging.getLogger(__name__)

BACK_TO = {Import.State.CHECKING: Import.State.UPLOADED, Import.State.APPLYING: Import.State.CHECKED}
"""Where an import goes back to when work on it ends early."""


def target_of(run: Import) -> ImportTarget:
    """The module's word on this kind of record.

    Raises:
        Conflict: the module that knew it is gone.
    """
    target = import_target(run.kind)
    if target is None:
        raise Conflict(_("This kind of list cannot be imported any more."))
    return target


def fall_back(run: Import, sentence: str) -> None:
    """Return an import on which work ended early to where the person can go on; nothing was written."""
    state = Import.State(run.state)
    if state in BACK_TO:
        with acting(Actor.system("giving an import back")):  # who asked for it may have lost the role
            Import.objects.filter(pk=run.pk, state=state).update(state=BACK_TO[state], sentence=sentence)


def _ends_somewhere(work: Work) -> Work:
    """Whatever goes wrong in the work, the import does not stay busy for ever."""

    @wraps(work)
    def guarded(actor: Actor, run: Import, *, at: datetime) -> None:
        try:
            _authorise(actor, run, target_of(run))
            work(actor, run, at=at)
        except Busy:
            log.info("Import %s is worked on already.", run.pk)
        except (CannotRead, Refusal) as refusal:
            fall_back(run, str(refusal))
        except FileNotFoundError:
            fall_back(run, _("The file of this import was removed. Hand it in again."))
        except Exception:
            fall_back(
                run,
                _(
                    "A fault of this system stopped the work; nothing was written. "
                    "Try again, and tell the operator if it stays so."
                ),
            )
            raise

    return guarded


def _chunks(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    iterator = iter(items)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _authorise(actor: Actor, run: Import, target: ImportTarget) -> None:
    """Ask again when the work begins: a role can end between the click and the work."""
    require(actor, IMPORT, run.organisation.path, seen_by=SEE_ORGANISATION)
    require(actor, target.permission, run.organisation.path, seen_by=SEE_ORGANISATION)


def planned_rows(actor: Actor, run: Import, rows: Iterable[SheetRow], at: datetime) -> Iterator[list[PlannedRow]]:
    """Rows with what will happen to each, in chunks and in the file's order. Sheet remarks (row 0) pass unplanned."""
    target = target_of(run)
    planning = target.planning(actor, place=run.organisation_id, at=at)
    for chunk in _chunks(rows, target.rows_at_once):
        remarks = [PlannedRow(row, Deed.REFUSED, row.sheet) for row in chunk if row.number == 0]
        rest = [row for row in chunk if row.number > 0]
        yield (planning.plan(rest) if rest else []) + remarks


@_ends_somewhere
def check(actor: Actor, run: Import, *, at: datetime) -> None:
    """The dry run: count what would be added, changed and left, and keep what is worth looking at. Writes no record."""
    target = target_of(run)
    _authorise(actor, run, target)
    tally = Tally(run, {column.key: column for column in target.columns()})
    with workbook_of(run) as book, Progress(run, run.rows) as progress:
        run.findings.all().delete()
        for chunk in planned_rows(actor, run, read_rows(run, book, target), at):
            findings = [finding for row in chunk if (finding := tally.take(row)) is not None]
            ImportFinding.objects.bulk_create(findings)
            progress.advance(len(chunk))
        counts = tally.counts
        Import.objects.filter(pk=run.pk, state=Import.State.CHECKING).update(
            state=Import.State.CHECKED,
            sentence="",
            rows=counts["rows"],
            to_add=counts[Deed.ADD],
            to_change=counts[Deed.CHANGE],
            unchanged=counts[Deed.SAME],
            refused=counts[Deed.REFUSED],
            errors=counts["errors"],
            warnings=counts["warnings"],
            groups=tally.kinds(),
        )


def _refuse_errors(planned: PlannedRow) -> None:
    """Stop the writing at a row that is refused now, though it was not when it was checked.

    Raises:
        Conflict: names the row and says what is the matter with it.
    """
    said = next((str(problem.message) for problem in planned.row.problems if problem.level is Level.ERROR), "")
    if said or (planned.deed is Deed.REFUSED and planned.row.number):
        raise Conflict(
            _("Nothing was written: since the check, row %(row)d of “%(sheet)s” is refused. %(why)s Check again.")
            % {"row": planned.row.number, "sheet": planned.row.sheet, "why": said}
        )


@_ends_somewhere
def apply(actor: Actor, run: Import, *, at: datetime) -> None:
    """Write the import in one transaction, with one event for it beside those of its rows; or nothing at all."""
    target = target_of(run)
    with workbook_of(run) as book, Progress(run, run.rows) as progress, transaction.atomic():
        locked = Import.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=run.pk)
        if locked.state != Import.State.APPLYING:
            return  # another worker was quicker
        _authorise(actor, locked, target)

        def writable() -> Iterator[PlannedRow]:
            for chunk in planned_rows(actor, run, read_rows(run, book, target), at):
                for planned in chunk:
                    _refuse_errors(planned)
                    if planned.deed in {Deed.ADD, Deed.CHANGE}:
                        yield planned
                progress.advance(len(chunk))

        done = target.apply(actor, writable(), place=run.organisation_id, at=at, batch=run.pk)
        added, changed = done.get(Deed.ADD, 0), done.get(Deed.CHANGE, 0)
        record(
            actor,
            IMPORTED,
            at=at,
            subject=run.pk,
            organisation=run.organisation_id,
            organisation_path=locked.organisation.path,
            data={"file": run.file.name, "kind": run.kind, "added": added, "changed": changed},
        )
        Import.objects.filter(pk=run.pk).update(
            state=Import.State.APPLIED,
            sentence="",
            finished_at=at,
            written_by=actor.account_id,
            to_add=added,
            to_change=changed,
        )
