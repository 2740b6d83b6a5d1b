"""Writing a list to a spreadsheet: exactly the rows the screen's address names, streamed."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any
from uuid import UUID

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from lianxin.files.events import EXPORTED
from lianxin.files.models import Export
from lianxin.files.permissions import EXPORT
from lianxin.files.storage import content_of, store
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput, NotPermitted, NotVisible, Refusal
from lianxin.kernel.events.record import record
from lianxin.kernel.exports import ExportSource, export_source
from lianxin.kernel.spreadsheets.columns import Column, Kind
from lianxin.kernel.spreadsheets.writing import write_csv, write_xlsx
from lianxin.kernel.time import day_of
from lianxin.kernel.web.listing import ListColumn

AT_ONCE = 20_000
FORMATS = ("xlsx", "csv")
FETCH = 2000


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


def ask(actor: Actor, *, key: str, query: str, file_format: str, personal: bool, reason: str, at: datetime) -> Export:
    """Ask for a list as a spreadsheet; a job writes it.

    Raises:
        InvalidInput: unknown format, or personal data asked for without a reason.
    """
    source = source_for(actor, key)
    if file_format not in FORMATS:
        raise InvalidInput({"format": _("Choose .xlsx or .csv.")})
    if personal and not reason.strip():
        raise InvalidInput({"reason": _("Say what the personal data is needed for; the members can see it.")})
    if personal and not source.personal:
        raise InvalidInput({"personal": _("This list holds no personal data in clear.")})
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can export."))
    return Export.objects.create(
        source=key,
        query=query,
        format=file_format,
        personal=personal,
        reason=reason.strip()[:200],
        account_id=actor.account_id,
        asked_at=at,
    )


def start(export: Export) -> None:
    """Have a job write it."""
    jobs.configure_task("files.write_export").defer(export_id=str(export.pk))


def is_small(actor: Actor, export: Export) -> bool:
    """Whether the list is short enough to be written while the person waits; reads at most one index page too many."""
    source = source_for(actor, export.source)
    rows = source.listing.narrowed(source.rows(actor), QueryDict(export.query)).order_by()
    return rows[: AT_ONCE + 1].count() <= AT_ONCE


def run_export(actor: Actor, export: Export, *, at: datetime) -> Export:
    """Write the spreadsheet, keep it sealed, and record who took what out and why."""
    Export.objects.filter(pk=export.pk).update(state=Export.State.RUNNING)
    source = source_for(actor, export.source)
    try:
        with NamedTemporaryFile(suffix=f".{export.format}") as file:
            rows = write_list(actor, source, export, file)
            file.flush()
            with transaction.atomic():
                with Path(file.name).open("rb") as written:
                    stored = store(file_name(source, export, at), iter(lambda: written.read(1 << 20), b""), by=export.account_id, at=at)
                Export.objects.filter(pk=export.pk).update(
                    state=Export.State.READY, file=stored, rows=rows, finished_at=at, sentence=""
                )
                record(
                    actor,
                    EXPORTED,
                    at=at,
                    subject=export.pk,
                    organisation=None,
                    organisation_path=_widest(actor, source),
                    reason=export.reason,
                    data={"list": export.source, "query": export.query, "rows": rows, "personal": export.personal, "format": export.format},
                )
    except Refusal as refusal:
        Export.objects.filter(pk=export.pk).update(state=Export.State.FAILED, sentence=str(refusal))
    export.refresh_from_db()
    return export


def _widest(actor: Actor, source: ExportSource) -> str:
    return min((reach.path for reach in actor.reaches_for(source.permission)), key=len, default="")


def file_name(source: ExportSource, export: Export, at: datetime) -> str:
    """党员名册_20261121.xlsx."""
    return f"{source.label}_{day_of(at):%Y%m%d}.{export.format}"


def write_list(actor: Actor, source: ExportSource, export: Export, file: IO[bytes]) -> int:
    """Write the rows; how many."""
    params = QueryDict(export.query)
    chosen = [*source.listing.chosen_columns(params), *(source.personal if export.personal else ())]
    columns = [_as_column(column) for column in chosen]
    rows = _values(chosen, source.listing.ordered(source.rows(actor), params).iterator(chunk_size=FETCH))
    if export.format == "csv":
        return write_csv(file, columns, rows)
    return write_xlsx(file, str(source.label), columns, rows)


def _values(columns: Sequence[ListColumn], rows: Iterator[Any]) -> Iterator[list[Any]]:
    readers = [column.value for column in columns]
    for row in rows:
        yield [_plain(read(row)) for read in readers]


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | bool) or hasattr(value, "isoformat") else str(value)


def _as_column(column: ListColumn) -> Column:
    return Column(key=column.key, label=column.label, kind=Kind(column.kind) if column.kind in set(Kind) else Kind.TEXT)


def exports_of(account_id: UUID | None) -> list[Export]:
    """The account's exports of late, newest first."""
    return list(Export.objects.filter(account_id=account_id).select_related("file")[:20])


