"""The steps of an import that a person takes: hand in, confirm columns, mend, check, write, take back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from lianxin.files import running
from lianxin.files.events import UNDONE
from lianxin.files.models import ColumnChoice, Import, ImportCorrection, ImportProgress
from lianxin.files.permissions import IMPORT
from lianxin.files.reading import describe_tables, missing_columns
from lianxin.files.storage import path_of, remove, store
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.imports import ImportTarget, import_target
from lianxin.kernel.spreadsheets.matching import LEFT_OUT, fold_header
from lianxin.kernel.spreadsheets.problems import CannotRead
from lianxin.kernel.spreadsheets.reading import open_workbook
from lianxin.organisations.facade import VIEW as SEE_ORGANISATION
from lianxin.organisations.facade import Organisation, organisation_for

LARGEST_UPLOAD = 200 * 1024 * 1024
BUSY = {Import.State.CHECKING, Import.State.APPLYING}
OPEN = {Import.State.UPLOADED, Import.State.CHECKED}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came in at a door: its name, its size in bytes and its content."""

    name: str
    size: int
    chunks: Iterable[bytes]


def _authorise(actor: Actor, target: ImportTarget, place: Organisation) -> None:
    require(actor, IMPORT, place.path, seen_by=SEE_ORGANISATION)
    require(actor, target.permission, place.path, seen_by=SEE_ORGANISATION)


def target_named(kind: str) -> ImportTarget:
    """The module's word on that kind of record.

    Raises:
        NotVisible: no module knows the kind.
    """
    target = importtarget_named(kind)
    if target is None:
        raise NotVisible(_("There is no such kind of list to import."))
    return target


def hand_in(actor: Actor, *, kind: str, organisation: UUID, upload: Upload, password: str = "", at: datetime) -> Import:
    """Keep a spreadsheet and match its columns.

    Raises:
        InvalidInput: the file is too large or cannot be read; the sentence stands at `file` (or `password`).
        NotVisible, NotPermitted: the place is not the actor's.
    """
    target = target_named(kind)
    place = organisation_for(actor, organisation, SEE_ORGANISATION)
    _authorise(actor, target, place)
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can import."))
    if upload.size > LARGEST_UPLOAD:
        raise InvalidInput({"file": _("The file is larger than 200 MB. Split it into several files.")})
    with transaction.atomic():
        stored = store(upload.name, upload.chunks, by=actor.account_id, at=at)
        run = Import.objects.create(
            kind=kind,
            organisation_id=place.id,
            file=stored,
            account_id=actor.account_id,
            password=password or None,
            created_at=at,
        )
        ImportProgress.objects.create(run=run)
        try:
            run.tables = _describe(run, target)
        except CannotRead as refusal:
            path_of(stored.id).unlink(missing_ok=True)
            field = "password" if "password" in refusal.code else "file"
            raise InvalidInput({field: refusal.sentence}) from refusal
        run.save(update_fields=["tables"])
    return run


def _describe(run: Import, target: ImportTarget) -> list[dict[str, object]]:
    from lianxin.files.storage import open_stored  # noqa: PLC0415 - beside its one use

    password = run.password if isinstance(run.password, str) else run.password.reveal() if run.password else None
    with open_stored(run.file) as clear, open_workbook(clear.name, password=password) as book:
        return describe_tables(book, target)


def import_for(actor: Actor, import_id: UUID) -> Import:
    """The actor's import: their own, or one at a place where they may import that kind.

    Raises:
        NotVisible: there is none for this actor.
    """
    run = Import.objects.select_related("organisation", "file", "account", "progress").filter(pk=import_id).first()
    if run is None or not (actor.may(IMPORT, run.organisation.path) or actor.account_id == run.account_id):
        raise NotVisible(_("There is no such import, or it is not yours."))
    return run


def _locked(actor: Actor, import_id: UUID, states: set[Import.State], sentence: str) -> tuple[Import, ImportTarget]:
    run = Import.objects.select_for_update(of=("self",)).select_related("organisation", "file").get(
        pk=import_for(actor, import_id).pk
    )
    target = target_named(run.kind)
    _authorise(actor, target, run.organisation)
    if run.state not in states:
        raise Conflict(sentence)
    return run, target


def _busy_sentence() -> str:
    return _("This import is being worked on or is finished; its columns and cells can no longer be changed.")


@transaction.atomic
def choose_columns(
    actor: Actor, *, import_id: UUID, columns: Mapping[tuple[str, int], str], included: Iterable[str], at: datetime
) -> Import:
    """Say what each heading stands for (by sheet and position; "" leaves it out) and which sheets count; then check.

    Raises:
        InvalidInput: a column is used twice, a required one is missing, or no sheet is chosen.
    """
    run, target = _locked(actor, import_id, OPEN, _busy_sentence())
    sheets = set(included)
    known = {column.key for column in target.columns()}
    for table in run.tables:
        table["included"] = table["sheet"] in sheets
        used: set[str] = set()
        for header in table["headers"]:
            chosen = columns.get((table["sheet"], header["index"]), header["column"])
            if chosen and (chosen not in known or (table["included"] and chosen in used)):
                raise InvalidInput({"": _("On the sheet “%(sheet)s”, “%(header)s” is matched with a column that is already taken.") % {"sheet": table["sheet"], "header": header["text"]}})
            used.add(chosen)
            header["column"] = chosen
            if table["included"]:
                ColumnChoice.objects.update_or_create(
                    kind=run.kind,
                    header=fold_header(header["text"])[:120],
                    defaults={"column": chosen or LEFT_OUT, "chosen_at": at},
                )
    if not any(table["included"] for table in run.tables):
        raise InvalidInput({"": _("Choose at least one sheet.")})
    for sheet, labels in missing_columns(run.tables, target).items():
        raise InvalidInput(
            {"": _("The sheet “%(sheet)s” lacks: %(columns)s. Match a heading with each.") % {"sheet": sheet, "columns": "、".join(labels)}}
        )
    return _begin_check(run)


def _begin_check(run: Import) -> Import:
    run.state = Import.State.CHECKING
    run.sentence = ""
    run.save(update_fields=["state", "sentence", "tables"])
    transaction.on_commit(lambda: jobs.configure_task("files.check_import").defer(import_id=str(run.pk)), robust=False)
    return run


@transaction.atomic
def check_again(actor: Actor, *, import_id: UUID) -> Import:
    """Check once more, with the corrections made since."""
    run, _target_ = _locked(actor, import_id, {Import.State.CHECKED}, _busy_sentence())
    return _begin_check(run)


@transaction.atomic
def mend(actor: Actor, *, import_id: UUID, cells: Mapping[tuple[str, int, str], str]) -> int:
    """Lay corrected texts over cells (by sheet, row and column key); how many. The file itself stays as it was.

    Raises:
        InvalidInput: a column is not one of this import's.
    """
    run, target = _locked(actor, import_id, OPEN, _busy_sentence())
    known = {column.key for column in target.columns()}
    for (sheet, row, column), text in cells.items():
        if column not in known:
            raise InvalidInput({"": _("This cell belongs to no column of the list.")})
        ImportCorrection.objects.update_or_create(
            run=run, sheet=sheet, row=row, column=column, defaults={"value": text.strip(), "leaves_row_out": False}
        )
    return len(cells)


@transaction.atomic
def accept_suggestions(actor: Actor, *, import_id: UUID, code: str = "") -> int:
    """Take over every suggestion (of one kind of problem, by its code); how many cells."""
    run, _target_ = _locked(actor, import_id, {Import.State.CHECKED}, _busy_sentence())
    cells = {
        (finding.sheet, finding.row, problem["key"]): problem["suggestion"]
        for finding in run.findings.exclude(problems=[])
        for problem in finding.problems
        if problem["suggestion"] is not None and problem["key"] and (not code or problem["code"] == code)
    }
    return mend(actor, import_id=import_id, cells=cells)


@transaction.atomic
def leave_out(actor: Actor, *, import_id: UUID, rows: Iterable[tuple[str, int]]) -> int:
    """Leave rows out of the import; how many."""
    run, _target_ = _locked(actor, import_id, OPEN, _busy_sentence())
    count = 0
    for sheet, row in rows:
        ImportCorrection.objects.update_or_create(
            run=run, sheet=sheet, row=row, column="", defaults={"value": None, "leaves_row_out": True}
        )
        count += 1
    return count


@transaction.atomic
def leave_out_refused(actor: Actor, *, import_id: UUID) -> int:
    """Leave out every row that has an error; how many."""
    run, _target_ = _locked(actor, import_id, {Import.State.CHECKED}, _busy_sentence())
    rows = run.findings.filter(has_errors=True, row__gt=0).values_list("sheet", "row")
    return leave_out(actor, import_id=import_id, rows=list(rows))


@transaction.atomic
def write(actor: Actor, *, import_id: UUID) -> Import:
    """Have the checked import written, in one transaction, by a job.

    Raises:
        Conflict: it has errors left, nothing to write, or is not checked.
    """
    run, _target_ = _locked(actor, import_id, {Import.State.CHECKED}, _("Only a checked import can be written."))
    if run.errors:
        raise Conflict(
            _("%(number)d errors are left. Mend them, or leave those rows out, and check again.") % {"number": run.errors}
        )
    if not run.to_add and not run.to_change:
        raise Conflict(_("There is nothing to write: every row is already in the register as it stands here."))
    run.state = Import.State.APPLYING
    run.sentence = ""
    run.save(update_fields=["state", "sentence"])
    transaction.on_commit(lambda: jobs.configure_task("files.apply_import").defer(import_id=str(run.pk)), robust=False)
    return run


@transaction.atomic
def undo(actor: Actor, *, import_id: UUID, at: datetime) -> int:
    """Take back a whole import; how many records.

    Raises:
        Conflict: something was built on it since.
    """
    run, target = _locked(actor, import_id, {Import.State.APPLIED}, _("Only a written import can be taken back."))
    count = target.undo(actor, batch=run.pk, at=at)
    run.state = Import.State.UNDONE
    run.undone_at = at
    run.save(update_fields=["state", "undone_at"])
    record(
        actor,
        UNDONE,
        at=at,
        subject=run.pk,
        organisation=run.organisation_id,
        organisation_path=run.organisation.path,
        data={"file": run.file.name, "kind": run.kind, "records": count},
    )
    return count


@transaction.atomic
def abandon(actor: Actor, *, import_id: UUID, at: datetime) -> None:
    """Give an import up and remove its file; the register was not touched."""
    run, _target_ = _locked(actor, import_id, OPEN, _busy_sentence())
    run.state = Import.State.ABANDONED
    run.finished_at = at
    run.save(update_fields=["state", "finished_at"])
    run.findings.all().delete()
    run.corrections.all().delete()
    transaction.on_commit(lambda: remove(run.file, at=at))


def run_at_once(actor: Actor, run: Import, *, at: datetime) -> Import:
    """Do what the import waits for here and now, without a job (commands)."""
    run = Import.objects.select_related("organisation", "file", "account").get(pk=run.pk)
    if run.state == Import.State.CHECKING:
        running.check(actor, run, at=at)
    elif run.state == Import.State.APPLYING:
        running.apply(actor, run, at=at)
    run.refresh_from_db()
    return run
