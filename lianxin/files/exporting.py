"""Writing a list to a spreadsheet: exactly the rows the screen's address names, streamed."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from lianxin.files.events import EXPORTED, PERSONAL_EXPORTED
from lianxin.files.masking import mask_numbers
from lianxin.files.models import Export
from lianxin.files.permissions import EXPORT
from lianxin.files.storage import kept, store
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible, Refusal, Sentence
from lianxin.kernel.events.record import describe, record
from lianxin.kernel.events.record import write as write_events
from lianxin.kernel.exports import ROW_NUMBER, ExportSource, export_source, export_sources
from lianxin.kernel.privacy.clear import clear_file
from lianxin.kernel.privacy.texts import mask_in_text
from lianxin.kernel.spreadsheets.columns import Column, Kind
from lianxin.kernel.spreadsheets.writing import write_csv, write_xlsx
from lianxin.kernel.time import day_of
from lianxin.kernel.web.listing import ListColumn

AT_ONCE = 20_000
"""Rows written while the person waits; a longer list goes to a job. source: measured, 4 seconds of processor time."""
AT_ONCE_PERSONAL = 5_000
"""The same where each row is opened and leaves an event. source: measured, 2 seconds."""
FORMATS = ("xlsx", "csv")
UNFINISHED = (Export.State.WAITING, Export.State.RUNNING)
FETCH = 2000
SHORTEST_REASON = 2
LONGEST_REASON = 200
LATE = 20


def source_for(actor: Actor, key: str) -> ExportSource:
    """The list of that key, if the actor may export it somewhere.

    Raises:
        NotVisible: there is no such list.
        NotPermitted: the actor may not export it.
    """
    source = export_source(key)
    if source is None:
        raise NotVisible(_("There is no such list."))
    if not (actor.may_somewhere(EXPORT) and actor.may_somewhere(source.permission)):
        raise NotPermitted(_("You may not export this list."))
    return source


def may_export_personal(actor: Actor, source: ExportSource) -> bool:
    """Whether the list holds personal data that the actor may take out in clear somewhere."""
    held = source.personal or source.layout
    return bool(held and source.personal_permission and actor.may_somewhere(source.personal_permission))


def ask(
    actor: Actor,
    *,
    key: str,
    query: str,
    file_format: str,
    personal: bool,
    layout: bool = False,
    reason: str,
    at: datetime,
) -> Export:
    """Ask for a list as a spreadsheet. `layout` asks for the list's fixed form, which holds personal data.

    Raises:
        InvalidInput: unknown format, personal data asked for without a reason, or a list without any.
        NotPermitted: the actor may not export it, or not its personal data.
    """
    source = source_for(actor, key)
    if file_format not in FORMATS:
        raise InvalidInput({"format": _("Choose .xlsx or .csv.")})
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can export."))
    if (personal and not source.personal) or (layout and not source.layout):
        raise InvalidInput({"personal": _("This list holds no personal data in clear.")})
    personal = personal or layout
    if personal and not may_export_personal(actor, source):
        raise NotPermitted(_("You may export this list, but not its personal data in clear."))
    if personal and actor.token_id is not None:
        raise NotPermitted(
            _("Programs do not take out personal data in clear. Do it on the screen, signed in yourself.")
        )
    if personal and len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput({"reason": _("Say what the personal data is needed for; the members can see it.")})
    return Export.objects.create(
        source=key,
        query=query,
        format=file_format,
        personal=personal,
        layout=layout,
        reason=mask_in_text(reason.strip())[:LONGEST_REASON],
        account_id=actor.account_id,
        asked_at=at,
    )


def start(export: Export) -> None:
    """Have a job write it."""
    jobs.configure_task("files.write_export").defer(export_id=str(export.pk))


def is_small(actor: Actor, export: Export) -> bool:
    """Whether the list is short enough to be written while the person waits; reads at most one row too many."""
    source = source_for(actor, export.source)
    most = AT_ONCE_PERSONAL if export.personal else AT_ONCE
    return _rows(actor, source, export).order_by()[: most + 1].count() <= most


def _rows(actor: Actor, source: ExportSource, export: Export) -> QuerySet[Any]:
    """The rows the address names, where the actor may export them (and, for personal data, reveal it)."""
    rows = within(source.rows(actor), actor, source.permission, field=source.place)
    if export.personal:
        rows = within(rows, actor, source.personal_permission, field=source.place)
    return source.listing.ordered(rows, QueryDict(export.query))


def run_export(actor: Actor, export: Export, *, at: datetime) -> Export:
    """Write the spreadsheet, keep it sealed, and record who took what out and why, all or nothing.

    Returns:
        The export: READY with its file, or FAILED with a sentence.
    """
    if not Export.objects.filter(pk=export.pk, state=Export.State.WAITING).update(
        state=Export.State.RUNNING, begun_at=at
    ):
        raise Conflict(_("This list is being written already."))
    try:
        with clear_file(f".{export.format}") as file, kept() as keeping, transaction.atomic():
            source = source_for(actor, export.source)
            taken = _Taken(actor, source, export, at)
            rows = write_list(actor, source, export, file, taken.note)
            file.flush()
            with Path(file.name).open("rb") as written:
                content = iter(lambda: written.read(1 << 20), b"")
                stored = keeping(store(file_name(source, export, at), content, by=export.account_id, at=at))
            taken.write_down()
            _record(actor, source, export, rows, at)
            Export.objects.filter(pk=export.pk).update(
                state=Export.State.READY, file=stored, rows=rows, finished_at=at, sentence="", query=_masked(export)
            )
    except Refusal as refusal:
        fail(export, str(refusal))
    except Exception:
        fail(
            export,
            _(
                "A fault of this system stopped the writing. Export the list again, and tell the operator if it stays "
                "so."
            ),
        )
        raise
    export.refresh_from_db()
    return export


def fail(export: Export, sentence: str) -> bool:
    """End an export that is not finished; what was searched stays as a mask only. Whether it was not finished."""
    unfinished = Export.objects.filter(pk=export.pk, state__in=UNFINISHED)
    return bool(unfinished.update(state=Export.State.FAILED, sentence=sentence, query=_masked(export)))


def _masked(export: Export) -> str:
    return mask_numbers(export.query)  # a search can hold a whole identity number or phone


def _record(actor: Actor, source: ExportSource, export: Export, rows: int, at: datetime) -> None:
    record(
        actor,
        EXPORTED,
        at=at,
        subject=export.pk,
        organisation=None,
        organisation_path=_widest(actor, source),
        reason=export.reason,
        data={
            "list": export.source,
            "query": _masked(export),
            "rows": rows,
            "personal": export.personal,
            "format": export.format,
        },
    )


def _widest(actor: Actor, source: ExportSource) -> str:
    return min((reach.path for reach in actor.reaches_for(source.permission)), key=len, default="")


class _Taken:
    """Notes whose personal data leaves in clear, so that each of them can read it on their own record."""

    def __init__(self, actor: Actor, source: ExportSource, export: Export, at: datetime) -> None:
        self.actor, self.source, self.export, self.at = actor, source, export, at
        self.whose: list[tuple[UUID, str]] = []

    def note(self, row: Any) -> None:
        """One more row is written."""
        if self.export.personal:
            place: Any = row
            for part in self.source.place.split("__"):
                place = getattr(place, part)
            self.whose.append((row.pk, str(place)))

    def write_down(self) -> None:
        """One event a person, in the transaction of the export."""
        write_events(
            describe(
                self.actor,
                PERSONAL_EXPORTED,
                at=self.at,
                subject=subject,
                organisation=None,
                organisation_path=path,
                reason=self.export.reason,
                data={"list": self.export.source},
                batch=self.export.pk,
            )
            for subject, path in self.whose
        )


def file_name(source: ExportSource, export: Export, at: datetime) -> str:
    """党员名册_20261121.xlsx."""
    label = source.layout_label if export.layout and source.layout_label else source.label
    return f"{label}_{day_of(at):%Y%m%d}.{export.format}"


def columns_of(source: ExportSource, export: Export) -> list[ListColumn]:
    """The columns written: those of the screen and, where asked for, personal ones; or the fixed form."""
    if export.layout:
        return list(source.layout)
    chosen = source.listing.chosen_columns(QueryDict(export.query))
    if not export.personal:
        return chosen
    clear = {str(column.label): column for column in source.personal}
    shown = [clear.pop(str(column.label), column) for column in chosen]  # a masked column gives way to the clear one
    return [*shown, *clear.values()]


def write_list(actor: Actor, source: ExportSource, export: Export, file: IO[bytes], note: Callable[[Any], None]) -> int:
    """Write the rows; how many. Call inside a transaction: all rows are of one instant."""
    chosen = columns_of(source, export)
    columns = [_as_column(column) for column in chosen]
    rows = _values(chosen, _rows(actor, source, export).iterator(chunk_size=FETCH), note)
    if export.format == "csv":
        return write_csv(file, columns, rows)
    try:
        return write_xlsx(file, str(source.label), columns, rows)
    except ValueError as error:
        raise Conflict(
            _("An Excel sheet holds at most 1,048,576 rows. Narrow the list by a filter, or choose .csv.")
        ) from error


def _values(columns: Sequence[ListColumn], rows: Iterator[Any], note: Callable[[Any], None]) -> Iterator[list[Any]]:
    readers = [None if column.key == ROW_NUMBER else column.value for column in columns]
    for number, row in enumerate(rows, start=1):
        note(row)
        yield [number if read is None else _plain(read(row)) for read in readers]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool) or hasattr(value, "isoformat") else str(value)


def _as_column(column: ListColumn) -> Column:
    kind = Kind(column.kind) if column.kind in set(Kind) else Kind.TEXT
    return Column(key=column.key, label=column.label, kind=kind)


def exports_of(actor: Actor) -> list[tuple[Export, Sentence]]:
    """The actor's own exports of late with the names of their lists, newest first. One query."""
    named = {source.key: source.label for source in export_sources()}
    late = Export.objects.filter(account=actor.account_id).select_related("file")[:LATE]
    return [(export, named.get(export.source, export.source)) for export in late]


def export_for(actor: Actor, export_id: UUID) -> Export:
    """The actor's own export, as long as they may still export that list.

    Raises:
        NotVisible: there is none of theirs.
        NotPermitted: they may no longer export the list, or its personal data.
    """
    export = Export.objects.select_related("file").filter(pk=export_id, account=actor.account_id).first()
    if export is None:
        raise NotVisible(_("There is no such export, or it is not yours."))
    source = source_for(actor, export.source)
    if export.personal and not may_export_personal(actor, source):
        raise NotPermitted(_("You may export this list, but not its personal data in clear."))
    return export
