"""The steps of an import that a person takes: hand in, confirm columns, check, write, take back. Mending: `mending`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from lianxin.files import running
from lianxin.files.events import UNDONE
from lianxin.files.models import ColumnChoice, Import, ImportProgress
from lianxin.files.permissions import IMPORT
from lianxin.files.reading import describe_tables, missing_columns, workbook_of
from lianxin.files.storage import kept, remove, store
from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.imports import ImportTarget, import_target
from lianxin.kernel.spreadsheets.matching import LEFT_OUT, fold_header
from lianxin.kernel.spreadsheets.problems import CannotRead
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
    target = import_target(kind)
    if target is None:
        raise NotVisible(_("There is no such kind of list to import."))
    return target


def too_large() -> str:
    """The sentence that refuses a file of more than LARGEST_UPLOAD bytes."""
    return _("The file is larger than 200 MB. Split it into several files.")


def hand_in(actor: Actor, *, kind: str, organisation: UUID, upload: Upload, password: str = "", at: datetime) -> Import:
    """Keep a spreadsheet and match its columns; a file that cannot be read is not kept.

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
        raise InvalidInput({"file": too_large()})
    with kept() as keeping, transaction.atomic():
        stored = keeping(store(upload.name, upload.chunks, by=actor.account_id, at=at))
        run = Import.objects.create(
            kind=kind,
            organisation_id=place.id,
            file=stored,
            account_id=actor.account_id,
            password=password or None,
            created_at=at,
        )
        ImportProgress.objects.create(run=run)
        run.refresh_from_db()  # the password is sealed now
        try:
            with workbook_of(run) as book:
                run.tables = describe_tables(book, target, actor.account_id)
        except CannotRead as refusal:
            field = "password" if "password" in refusal.code else "file"
            raise InvalidInput({field: refusal.sentence}) from refusal
        run.save(update_fields=["tables"])
    return run


def import_for(actor: Actor, import_id: UUID) -> Import:
    """An import at a place where the actor may import, whoever handed it in.

    Raises:
        NotVisible: there is none for this actor.
    """
    run = (
        Import.objects.select_related("organisation", "file", "account", "written_by", "progress")
        .filter(pk=import_id)
        .first()
    )
    if run is None or not actor.may(IMPORT, run.organisation.path):
        raise NotVisible(_("There is no such import, or it is not in your organisations."))
    return run


def locked_import(
    actor: Actor, import_id: UUID, states: set[Import.State], sentence: str
) -> tuple[Import, ImportTarget]:
    """The import, locked, in one of the states; refused at once rather than after the work that holds its lock.

    Raises:
        Conflict: it is in another state; the given sentence.
        NotVisible, NotPermitted: it is not the actor's.
    """
    seen = import_for(actor, import_id)
    target = target_named(seen.kind)
    _authorise(actor, target, seen.organisation)
    if seen.state not in states:
        raise Conflict(sentence)
    run = Import.objects.select_for_update(of=("self",)).select_related("organisation", "file").get(pk=seen.pk)
    if run.state not in states:
        raise Conflict(sentence)
    return run, target


def busy_sentence() -> str:
    """Why columns and cells cannot be changed now."""
    return _("This import is being worked on or is finished; its columns and cells can no longer be changed.")


@transaction.atomic
def choose_columns(
    actor: Actor, *, import_id: UUID, columns: Mapping[tuple[str, int], str], included: Iterable[str], at: datetime
) -> Import:
    """Say what each heading stands for (by sheet and position; "" leaves it out) and which sheets count; then check.

    Raises:
        InvalidInput: a column is used twice, a required one is missing, or no sheet is chosen.
    """
    run, target = locked_import(actor, import_id, OPEN, busy_sentence())
    sheets = set(included)
    labels = {column.key: str(column.label) for column in target.columns()}
    changed: dict[str, str] = {}
    for table in run.tables:
        table["included"] = table["sheet"] in sheets
        used: dict[str, str] = {}
        for header in table["headers"]:
            chosen = columns.get((table["sheet"], header["index"]), header["column"])
            if chosen and chosen not in labels:
                raise InvalidInput(
                    {"": _("“%(header)s” is matched with a column that does not exist.") % {"header": header["text"]}}
                )
            if chosen and table["included"] and chosen in used:
                raise InvalidInput(
                    {
                        "": _(
                            "On the sheet “%(sheet)s”, “%(one)s” and “%(other)s” both stand for “%(column)s”. "
                            "Leave one of them out."
                        )
                        % {
                            "sheet": table["sheet"],
                            "one": used[chosen],
                            "other": header["text"],
                            "column": labels[chosen],
                        }
                    }
                )
            used[chosen] = header["text"]
            if table["included"] and chosen != header["column"]:
                changed[fold_header(header["text"])[:120]] = chosen or LEFT_OUT
            header["column"] = chosen
    if not any(table["included"] for table in run.tables):
        raise InvalidInput({"": _("Choose at least one sheet.")})
    for sheet, missing in missing_columns(run.tables, target).items():
        raise InvalidInput(
            {
                "": _("The sheet “%(sheet)s” lacks: %(columns)s. Match a heading with each.")
                % {"sheet": sheet, "columns": "、".join(missing)}
            }
        )
    if actor.account_id is not None:
        _learn(actor.account_id, run.kind, changed, at)
    run.save(update_fields=["tables"])
    return begin_check(actor, run, at=at)


def _learn(account: UUID, kind: str, changed: Mapping[str, str], at: datetime) -> None:
    """Remember where the person matched otherwise than suggested, for their next import."""
    ColumnChoice.objects.bulk_create(
        [
            ColumnChoice(account_id=account, kind=kind, header=header, column=column, chosen_at=at)
            for header, column in sorted(changed.items())
        ],
        update_conflicts=True,
        unique_fields=["account", "kind", "header"],
        update_fields=["column", "chosen_at"],
    )


def begin_check(actor: Actor, run: Import, *, at: datetime) -> Import:
    """Have a locked import checked by a job, in the caller's transaction."""
    return _begin(actor, run, Import.State.CHECKING, "files.check_import", at)


def _begin(actor: Actor, run: Import, state: Import.State, task: str, at: datetime) -> Import:
    """Change the state and queue the job in one transaction: there is never one without the other."""
    run.state = state
    run.sentence = ""
    run.save(update_fields=["state", "sentence"])
    ImportProgress.objects.filter(run=run).update(asked_at=at, begun_at=None, done=0, total=run.rows)
    jobs.configure_task(task).defer(import_id=str(run.pk), account_id=str(actor.account_id))
    return run


@transaction.atomic
def check_again(actor: Actor, *, import_id: UUID, at: datetime) -> Import:
    """Check once more, with the corrections made since."""
    run, _target = locked_import(actor, import_id, {Import.State.CHECKED}, busy_sentence())
    return begin_check(actor, run, at=at)


@transaction.atomic
def choose_again(actor: Actor, *, import_id: UUID) -> None:
    """Go back to the columns; corrections made so far stay."""
    run, _target = locked_import(actor, import_id, {Import.State.CHECKED}, busy_sentence())
    run.state = Import.State.UPLOADED
    run.save(update_fields=["state"])


@transaction.atomic
def write(actor: Actor, *, import_id: UUID, at: datetime) -> Import:
    """Have the checked import written, in one transaction, by a job.

    Raises:
        Conflict: it has errors left, nothing to write, or is not checked.
    """
    run, _target = locked_import(actor, import_id, {Import.State.CHECKED}, _("Only a checked import can be written."))
    if run.errors:
        raise Conflict(
            _("%(number)d errors are left. Mend them, or leave those rows out, and check again.")
            % {"number": run.errors}
        )
    if not run.to_add and not run.to_change:
        raise Conflict(_("There is nothing to write: every row is already in the register as it stands here."))
    return _begin(actor, run, Import.State.APPLYING, "files.apply_import", at)


@transaction.atomic
def undo(actor: Actor, *, import_id: UUID, at: datetime) -> int:
    """Take back a whole import; how many records.

    Raises:
        Conflict: something was built on it since.
    """
    sentence = _("Only a written import can be taken back.")
    run, target = locked_import(actor, import_id, {Import.State.APPLIED}, sentence)
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


def abandon(actor: Actor, *, import_id: UUID, at: datetime) -> None:
    """Give an import up and remove its file and everything read from it; the register was not touched."""
    with transaction.atomic():
        run, _target = locked_import(actor, import_id, OPEN, busy_sentence())
        run.state = Import.State.ABANDONED
        run.finished_at = at
        run.password = None
        run.save(update_fields=["state", "finished_at", "password"])
        run.findings.all().delete()
        run.corrections.all().delete()
    remove(run.file, at=at)


def run_at_once(actor: Actor, run: Import, *, at: datetime) -> Import:
    """Do what the import waits for here and now, without a job (commands)."""
    with acting(Actor.system("taking up an import")):  # the actor may have lost the role since
        run = Import.objects.select_related("organisation", "file", "account").get(pk=run.pk)
    with acting(actor):
        if run.state == Import.State.CHECKING:
            running.check(actor, run, at=at)
        elif run.state == Import.State.APPLYING:
            running.apply(actor, run, at=at)
    with acting(Actor.system("handing an import back")):
        run.refresh_from_db()
    return run
