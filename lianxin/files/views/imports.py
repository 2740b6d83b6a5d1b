"""The import wizard: hand in, confirm columns, mend, write. Each page shows the step its import stands at."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.files import returning
from lianxin.files.actions import imports as act
from lianxin.files.actions import mending
from lianxin.files.exporting import exports_of
from lianxin.files.forms import HandInForm
from lianxin.files.models import Import
from lianxin.files.permissions import EXPORT, IMPORT
from lianxin.files.queries import columns_page, findings_page, imports_of, places_for, sheets_with_problems
from lianxin.files.running import target_of
from lianxin.kernel.errors import NotPermitted, Refusal
from lianxin.kernel.imports import import_target, import_targets
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

STEPS = (
    gettext_lazy("Hand in"),
    pgettext_lazy("step of an import", "Columns"),
    gettext_lazy("Check and mend"),
    gettext_lazy("Written"),
)
STEP_OF = {
    Import.State.UPLOADED: 2,
    Import.State.CHECKING: 3,
    Import.State.CHECKED: 3,
    Import.State.APPLYING: 3,
    Import.State.APPLIED: 4,
    Import.State.UNDONE: 4,
    Import.State.ABANDONED: 4,
}
VIEWS = {
    "errors": gettext_lazy("Errors"),
    "warnings": gettext_lazy("To look at"),
    "changes": gettext_lazy("Changes"),
    "additions": gettext_lazy("Samples of what is added"),
}
FORM_BYTES = 64 * 1024
"""What the other fields of the form may weigh on the wire beside the file."""


@screen(IMPORT)
@require_GET
def index(request: Request) -> HttpResponse:
    """Imports of late, the person's exports, and blank templates."""
    targets = [one for one in import_targets() if request.actor.may_somewhere(one.permission)]
    exports = exports_of(request.actor) if request.actor.may_somewhere(EXPORT) else []
    return render(
        request, "files/imports.html", {"runs": imports_of(request.actor), "targets": targets, "exports": exports}
    )


def new(request: HttpRequest) -> HttpResponseBase:
    """Hand in a spreadsheet. What is too large is refused before its content is read."""
    return _hand_in(request)


@screen(IMPORT)
@require_http_methods(["GET", "POST"])
def _hand_in(request: Request) -> HttpResponseBase:
    places = places_for(request.actor, request.GET.get("organisation", ""))
    if request.method == "GET":
        initial = {
            "kind": request.GET.get("kind", "members"),
            "organisation": request.GET.get("organisation") or (places[0][0] if places else ""),
        }
        return _hand_in_page(request, HandInForm(initial=initial, actor=request.actor, places=places))
    if int(request.META.get("CONTENT_LENGTH") or 0) > act.LARGEST_UPLOAD + FORM_BYTES:
        form = HandInForm(initial={"kind": "members"}, actor=request.actor, places=places)
        return _hand_in_page(request, form, sentence=act.too_large(), status=413)
    answer: HttpResponseBase = csrf_protect(_handed_in)(request, places)
    return answer


def _handed_in(request: Request, places: list[tuple[str, str]]) -> HttpResponseBase:
    form = HandInForm(request.POST, request.FILES, actor=request.actor, places=places)
    if form.is_valid():
        upload = form.cleaned_data["file"]
        run = attempt(
            form,
            lambda: act.hand_in(
                request.actor,
                kind=form.cleaned_data["kind"],
                organisation=UUID(form.cleaned_data["organisation"]),
                upload=act.Upload(upload.name, upload.size, upload.chunks()),
                password=form.cleaned_data["password"],
                at=now(),
            ),
        )
        if run is not None:
            return redirect("files:import", run.pk)
    return _hand_in_page(request, form, status=422)


new.permission = IMPORT  # type: ignore[attr-defined]
new.rate = "upload"  # type: ignore[attr-defined]
new = csrf_exempt(new)  # the token is checked by _hand_in, once the size is known to be bearable


def _hand_in_page(request: Request, form: HandInForm, *, sentence: str = "", status: int = 200) -> HttpResponse:
    context = {"form": form, "steps": STEPS, "step": 1, "sentence": sentence, "max_bytes": act.LARGEST_UPLOAD}
    return render(request, "files/new.html", context, status=status)


@screen(IMPORT)
@require_GET
def detail(request: Request, import_id: UUID) -> HttpResponse:
    """The step at which the import stands."""
    return _page(request, act.import_for(request.actor, import_id))


def _page(request: Request, run: Import, *, sentence: str = "", status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "run": run,
        "steps": STEPS,
        "step": STEP_OF[Import.State(run.state)],
        "target": import_target(run.kind),
        "sentence": sentence or run.sentence,
    }
    if run.state == Import.State.UPLOADED:
        context |= columns_page(run, target_of(run))
        return render(request, "files/columns.html", context, status=status)
    if run.state in act.BUSY:
        return render(request, "files/running.html", context, status=status)
    if run.state == Import.State.CHECKED:
        context |= _findings(request, run)
        return render(request, "files/checked.html", context, status=status)
    return render(request, "files/finished.html", context, status=status)


def _findings(request: Request, run: Import) -> dict[str, Any]:
    counts = {"errors": run.errors, "warnings": run.warnings, "changes": run.to_change, "additions": run.to_add}
    view = request.GET.get("view", "")
    if view not in VIEWS:
        view = next((name for name in VIEWS if counts[name]), "additions")
    after = request.GET.get("after", "")
    labels = {column.key: column.label for column in target_of(run).columns()}
    return {
        "tabs": [
            {"label": label, "url": f"?view={name}", "active": name == view, "count": counts[name]}
            for name, label in VIEWS.items()
            if counts[name] or name == view
        ],
        "view": view,
        **findings_page(run, view, labels, after=int(after) if after.isdecimal() else 0),
        "problem_sheets": sheets_with_problems(run) if run.groups else [],
    }


def _step(request: Request, import_id: UUID, do: Callable[[], str]) -> HttpResponseBase:
    """Do one step; its sentence becomes a message, a refusal stands on the page."""
    try:
        said = do()
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _page(request, act.import_for(request.actor, import_id), sentence=str(refusal.sentence), status=422)
    if said:
        messages.success(request, said)
    return redirect("files:import", import_id)


@screen(IMPORT)
@require_POST
def columns(request: Request, import_id: UUID) -> HttpResponseBase:
    """Confirm what each heading stands for, and have it checked."""

    def do() -> str:
        run = act.import_for(request.actor, import_id)
        chosen: dict[tuple[str, int], str] = {}
        included = []
        for number, group in enumerate(columns_page(run, target_of(run))["groups"]):
            for sheet, table in group["sheets"]:
                if f"sheet.{sheet}" in request.POST:
                    included.append(table["sheet"])
                for header in table["headers"]:
                    name = f"column.{number}.{header['index']}"
                    chosen[table["sheet"], header["index"]] = request.POST.get(name, header["column"])
        act.choose_columns(request.actor, import_id=import_id, columns=chosen, included=included, at=now())
        return ""

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def choose_again(request: Request, import_id: UUID) -> HttpResponseBase:
    """Back to the columns."""

    def do() -> str:
        act.choose_again(request.actor, import_id=import_id)
        return ""

    return _step(request, import_id, do)


def _places(texts: list[str]) -> list[tuple[int, ...]]:
    """The numbers in names like `cell.12.0`; what is not of that form is left out."""
    parts = [text.split(".")[1:] for text in texts]
    return [tuple(map(int, part)) for part in parts if part and all(one.isdecimal() for one in part)]


@screen(IMPORT)
@require_POST
def mend(request: Request, import_id: UUID) -> HttpResponseBase:
    """Keep the cells mended on this page, and the rows left out; then check again."""

    def do() -> str:
        cells = {
            (place[0], place[1]): request.POST[".".join(("cell", *map(str, place)))]
            for place in _places([name for name in request.POST if name.startswith("cell.")])
            if len(place) == 2  # noqa: PLR2004 - the finding and the problem in it
        }
        mended = {place: text for place, text in cells.items() if text.strip()}
        left_out = {int(one) for one in request.POST.getlist("leave_out") if one.isdecimal()}
        counts = mending.mend(request.actor, import_id=import_id, cells=mended, left_out=left_out, at=now())
        return _("%(cells)d cells mended, %(rows)d rows left out.") % {"cells": counts[0], "rows": counts[1]}

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def suggestions(request: Request, import_id: UUID) -> HttpResponseBase:
    """Take over the suggestions of one kind of problem, or all; then check again."""

    def do() -> str:
        code, column = request.POST.get("code", ""), request.POST.get("column", "")
        count = mending.accept_suggestions(request.actor, import_id=import_id, code=code, column=column, at=now())
        return _("%(number)d suggestions taken over.") % {"number": count}

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def leave_out_refused(request: Request, import_id: UUID) -> HttpResponseBase:
    """Leave out every row with an error; then check again."""

    def do() -> str:
        count = mending.leave_out_refused(request.actor, import_id=import_id, at=now())
        return _("%(number)d rows left out.") % {"number": count}

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def write(request: Request, import_id: UUID) -> HttpResponseBase:
    """Have the import written."""

    def do() -> str:
        act.write(request.actor, import_id=import_id, at=now())
        return ""

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def undo(request: Request, import_id: UUID) -> HttpResponseBase:
    """Take the whole import back."""

    def do() -> str:
        count = act.undo(request.actor, import_id=import_id, at=now())
        return _("The import was taken back: %(number)d records.") % {"number": count}

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def abandon(request: Request, import_id: UUID) -> HttpResponseBase:
    """Give the import up."""
    try:
        act.abandon(request.actor, import_id=import_id, at=now())
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return _page(request, act.import_for(request.actor, import_id), sentence=str(refusal.sentence), status=422)
    messages.success(request, _("The import was given up and its file removed. The register was not touched."))
    return redirect("files:imports")


@screen(IMPORT)
@require_GET
def progress(request: Request, import_id: UUID) -> JsonResponse:
    """How far it is, for the progress bar."""
    run = act.import_for(request.actor, import_id)
    waits = run.progress.begun_at is None
    return JsonResponse(
        {
            "done": run.progress.done,
            "total": run.progress.total or None,
            "message": _("waiting its turn") if waits else str(run.get_state_display()),
            "state": "running" if run.state in act.BUSY else "done",
            "then": reverse("files:import", args=[run.pk]),
        }
    )


@screen(IMPORT)
@require_GET
def returned(request: Request, import_id: UUID) -> FileResponse:
    """The rows with problems of one sheet as a workbook, problems marked, to be mended and handed in again."""
    run = act.import_for(request.actor, import_id)
    book = returning.returned_workbook(run, request.GET.get("sheet", ""))
    return FileResponse(book, as_attachment=True, filename=returning.returned_name(run))


@screen(IMPORT)
@require_GET
def template(request: Request, kind: str) -> FileResponse:
    """A blank workbook with drop-downs."""
    target = act.target_named(kind)
    if not request.actor.may_somewhere(target.permission):
        raise NotPermitted(_("You may not import this kind of list."))
    return FileResponse(returning.blank_workbook(target), as_attachment=True, filename=f"{target.label}.xlsx")
