"""Exporting a list: what will be written, then the file."""

from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.files import exporting
from lianxin.files.forms import ExportForm
from lianxin.files.models import Export
from lianxin.files.permissions import EXPORT
from lianxin.files.storage import content_of
from lianxin.kernel.accounts.confirming import require_recent
from lianxin.kernel.errors import Conflict
from lianxin.kernel.exports import export_source
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@screen(EXPORT, rate="export")
@require_http_methods(["GET", "POST"])
def new(request: Request, source: str) -> HttpResponseBase:
    """Choose the format; a short list comes at once, a long one by a job."""
    listed = exporting.source_for(request.actor, source)
    with_personal = exporting.may_export_personal(request.actor, listed)
    layout = listed.layout_label if with_personal else ""
    context = {"source": listed, "columns": listed.listing.chosen_columns(request.GET)}
    if request.method == "GET":
        return render(
            request,
            "files/export.html",
            {**context, "form": ExportForm(with_personal=with_personal, layout_label=layout)},
        )
    form = ExportForm(request.POST, with_personal=with_personal, layout_label=layout)
    if form.is_valid():
        facts = form.cleaned_data
        if facts.get("personal") or facts.get("layout") == "form":
            require_recent(request)
        export = attempt(
            form,
            lambda: _asked(
                request,
                key=source,
                query=request.GET.urlencode(),
                file_format=facts["format"],
                personal=facts.get("personal", False),
                layout=facts.get("layout") == "form",
                reason=facts.get("reason", ""),
            ),
        )
        if export is not None:
            return redirect("files:export", export.pk)
    return render(request, "files/export.html", {**context, "form": form}, status=422)


def _asked(request: Request, **wanted: object) -> Export:
    """Ask for the list and have it written: at once when short, else by a job queued in the same transaction."""
    with transaction.atomic():
        export = exporting.ask(request.actor, **wanted, at=now())  # type: ignore[arg-type]
        small = exporting.is_small(request.actor, export)
        if not small:
            exporting.start(export)
    return exporting.run_export(request.actor, export, at=now()) if small else export


@screen(EXPORT)
@require_GET
def detail(request: Request, export_id: UUID) -> HttpResponse:
    """Where the export stands, and its file."""
    export = exporting.export_for(request.actor, export_id)
    return render(request, "files/exported.html", {"export": export, "source": export_source(export.source)})


@screen(EXPORT)
@require_GET
def progress(request: Request, export_id: UUID) -> JsonResponse:
    """How far it is, for the progress bar."""
    export = exporting.export_for(request.actor, export_id)
    busy = export.state in {Export.State.WAITING, Export.State.RUNNING}
    state = "running" if busy else "done"
    return JsonResponse(
        {"done": export.rows, "total": None, "message": str(export.get_state_display()), "state": state}
    )


@screen(EXPORT)
@require_GET
def file(request: Request, export_id: UUID) -> StreamingHttpResponse:
    """The spreadsheet."""
    export = exporting.export_for(request.actor, export_id)
    if export.file is None or export.file.removed_at is not None:
        raise Conflict(_("This file is not there: it is still being written, or was removed after seven days."))
    response = StreamingHttpResponse(content_of(export.file), content_type=CONTENT_TYPES[export.format])
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=export.file.name) or ""
    )
    response.headers["Content-Length"] = str(export.file.size)
    return response
