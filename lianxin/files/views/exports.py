"""Exporting a list: what will be written, then the file."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.files import exporting
from lianxin.files.forms import ExportForm
from lianxin.files.models import Export
from lianxin.files.permissions import EXPORT
from lianxin.files.storage import content_of
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, NotVisible
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

CONTENT_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


@screen(EXPORT)
@require_http_methods(["GET", "POST"])
def new(request: Request, source: str) -> HttpResponseBase:
    """Choose the format; a short list comes at once, a long one by a job."""
    listed = exporting.source_for(request.actor, source)
    query = request.GET.urlencode()
    context = {"source": listed, "columns": listed.listing.chosen_columns(request.GET), "query": query}
    if request.method == "GET":
        form = ExportForm(with_personal=bool(listed.personal))
        return render(request, "files/export.html", {**context, "form": form})
    form = ExportForm(request.POST, with_personal=bool(listed.personal))
    if form.is_valid():
        export = attempt(
            form,
            lambda: exporting.ask(
                request.actor,
                key=source,
                query=query,
                file_format=form.cleaned_data["format"],
                personal=form.cleaned_data.get("personal", False),
                reason=form.cleaned_data.get("reason", ""),
                at=now(),
            ),
        )
        if export is not None:
            if exporting.is_small(request.actor, export):
                exporting.run_export(request.actor, export, at=now())
            else:
                exporting.start(export)
            return redirect("files:export", export.pk)
    return render(request, "files/export.html", {**context, "form": form}, status=422)


def _own(actor: Actor, export_id: UUID) -> Export:
    export = Export.objects.select_related("file").filter(pk=export_id, account_id=actor.account_id).first()
    if export is None:
        raise NotVisible(_("There is no such export, or it is not yours."))
    return export


@screen(EXPORT)
@require_GET
def detail(request: Request, export_id: UUID) -> HttpResponse:
    """Where the export stands, and its file."""
    export = _own(request.actor, export_id)
    return render(request, "files/exported.html", {"export": export, "source": exporting.export_source(export.source)})


@screen(EXPORT)
@require_GET
def progress(request: Request, export_id: UUID) -> JsonResponse:
    """How far it is, for the progress bar."""
    export = _own(request.actor, export_id)
    busy = export.state in {Export.State.WAITING, Export.State.RUNNING}
    state = "running" if busy else "done"
    return JsonResponse({"done": export.rows, "total": None, "message": str(export.get_state_display()), "state": state})


@screen(EXPORT)
@require_GET
def file(request: Request, export_id: UUID) -> StreamingHttpResponse:
    """The spreadsheet."""
    export = _own(request.actor, export_id)
    if export.file is None or export.file.removed_at is not None:
        raise Conflict(_("This file is not there: it is still being written, or was removed after seven days."))
    response = StreamingHttpResponse(content_of(export.file), content_type=CONTENT_TYPES[export.format])
    response.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=export.file.name) or ""
    response.headers["Content-Length"] = str(export.file.size)
    return response
