"""The import wizard: hand in, confirm columns, mend, write. Each page shows the step its import stands at."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.files import returning
from lianxin.files.actions import imports as act
from lianxin.files.forms import HandInForm
from lianxin.files.models import Import
from lianxin.files.permissions import IMPORT
from lianxin.files.queries import PAGE, findings, imports_of, problem_groups
from lianxin.files.running import target_of
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Refusal
from lianxin.kernel.imports import import_target, import_targets
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.facade import organisations_within

STEPS = (gettext_lazy("Hand in"), gettext_lazy("Columns"), gettext_lazy("Check and mend"), gettext_lazy("Written"))
PLACES = 400
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


@screen(IMPORT)
@require_GET
def index(request: Request) -> HttpResponse:
    """Imports of late, and blank templates."""
    targets = [one for one in import_targets() if request.actor.may_somewhere(one.permission)]
    return render(request, "files/imports.html", {"runs": imports_of(request.actor), "targets": targets})


def _places(actor: Actor) -> list[tuple[str, str]]:
    """Where the actor may import, shallowest first: a page of them is enough, rows name their own organisation."""
    places = organisations_within(actor, IMPORT).order_by("depth", "path")[:PLACES]
    return [(str(place.id), f"{'　' * (place.depth - 1)}{place.short_name}") for place in places]


@screen(IMPORT)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Hand in a spreadsheet."""
    places = _places(request.actor)
    given = {"actor": request.actor, "places": places}
    if request.method == "GET":
        initial = {
            "kind": request.GET.get("kind", "members"),
            "organisation": request.GET.get("organisation") or (places[0][0] if places else ""),
        }
        return render(request, "files/new.html", {"form": HandInForm(initial=initial, **given), "steps": STEPS, "step": 1})
    form = HandInForm(request.POST, request.FILES, **given)
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
    return render(request, "files/new.html", {"form": form, "steps": STEPS, "step": 1}, status=422)


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
        context["columns"] = [(column.key, column.label, column.required) for column in target_of(run).columns()]
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
        view = next((name for name in VIEWS if counts[name]), "errors")
    after = request.GET.get("after", "0")
    rows = list(findings(run, view, after=int(after) if after.isdecimal() else 0))
    labels = {column.key: column.label for column in target_of(run).columns()}
    for row in rows:
        row.shown_changes = [(labels.get(key, key), old, new) for key, (old, new) in row.changes.items()]  # type: ignore[attr-defined]
    return {
        "tabs": [
            {"label": label, "url": f"?view={name}", "active": name == view, "count": counts[name]}
            for name, label in VIEWS.items()
        ],
        "view": view,
        "rows": rows[:PAGE],
        "next_after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "groups": problem_groups(run),
        "labels": labels,
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
        chosen = {
            (table["sheet"], header["index"]): request.POST.get(f"column.{number}.{header['index']}", "")
            for number, table in enumerate(run.tables)
            for header in table["headers"]
        }
        sheets = [table["sheet"] for number, table in enumerate(run.tables) if f"sheet.{number}" in request.POST]
        act.choose_columns(request.actor, import_id=import_id, columns=chosen, included=sheets, at=now())
        return ""

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def mend(request: Request, import_id: UUID) -> HttpResponseBase:
    """Keep the cells mended on this page, and the rows left out; then check again."""

    def do() -> str:
        cells = {}
        for name, text in request.POST.items():
            if name.startswith("cell.") and str(text).strip():
                _prefix, row, column, sheet = name.split(".", 3)
                cells[(sheet, int(row), column)] = str(text)
        rows = []
        for place in request.POST.getlist("leave_out"):
            row, _dot, sheet = place.partition(".")
            rows.append((sheet, int(row)))
        if cells:
            act.mend(request.actor, import_id=import_id, cells=cells)
        if rows:
            act.leave_out(request.actor, import_id=import_id, rows=rows)
        act.check_again(request.actor, import_id=import_id)
        return _("%(cells)d cells mended, %(rows)d rows left out.") % {"cells": len(cells), "rows": len(rows)}

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def suggestions(request: Request, import_id: UUID) -> HttpResponseBase:
    """Take over the suggestions of one kind of problem, or all; then check again."""

    def do() -> str:
        count = act.accept_suggestions(request.actor, import_id=import_id, code=request.POST.get("code", ""))
        act.check_again(request.actor, import_id=import_id)
        return _("%(number)d suggestions taken over.") % {"number": count}

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def leave_out_refused(request: Request, import_id: UUID) -> HttpResponseBase:
    """Leave out every row with an error; then check again."""

    def do() -> str:
        count = act.leave_out_refused(request.actor, import_id=import_id)
        act.check_again(request.actor, import_id=import_id)
        return _("%(number)d rows left out.") % {"number": count}

    return _step(request, import_id, do)


@screen(IMPORT)
@require_POST
def write(request: Request, import_id: UUID) -> HttpResponseBase:
    """Have the import written."""

    def do() -> str:
        act.write(request.actor, import_id=import_id)
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
    act.abandon(request.actor, import_id=import_id, at=now())
    messages.success(request, _("The import was given up and its file removed. The register was not touched."))
    return redirect("files:imports")


@screen(IMPORT)
@require_GET
def progress(request: Request, import_id: UUID) -> JsonResponse:
    """How far it is, for the progress bar."""
    run = act.import_for(request.actor, import_id)
    busy = run.state in act.BUSY
    return JsonResponse(
        {
            "done": run.progress.done,
            "total": run.progress.total or None,
            "message": str(run.get_state_display()),
            "state": "running" if busy else "done",
            "then": reverse("files:import", args=[run.pk]),
        }
    )


@screen(IMPORT)
@require_GET
def returned(request: Request, import_id: UUID) -> FileResponse:
    """The rows with problems as a workbook, problems marked, to be mended and handed in again."""
    run = act.import_for(request.actor, import_id)
    return FileResponse(returning.returned_workbook(run), as_attachment=True, filename=returning.returned_name(run))


@screen(IMPORT)
@require_GET
def template(request: Request, kind: str) -> FileResponse:
    """A blank workbook with drop-downs."""
    target = act.target_named(kind)
    return FileResponse(returning.blank_workbook(target), as_attachment=True, filename=f"{target.label}.xlsx")
