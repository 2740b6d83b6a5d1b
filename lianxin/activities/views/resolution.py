"""Resolutions: given at an item of the minutes, settled by who sees to them or by the staff."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.activities.actions.resolution import (
    add_resolution,
    finish_resolution,
    remove_resolution,
    reopen_resolution,
    take_back_resolution,
)
from lianxin.activities.minutes_forms import ResolutionForm, SettleForm
from lianxin.activities.models import Resolution
from lianxin.activities.permissions import MINUTES_VIEW, MINUTES_WRITE, OWN_SETTLE, SETTLE
from lianxin.activities.queries.minutes import choices_among, item_for, presence_of
from lianxin.activities.queries.resolution import RESOLUTIONS, may_settle, resolution_for, resolutions_within
from lianxin.activities.views.minutes import both, draw, space_of
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@require_http_methods(["GET", "POST"])
def _add(request: Request, item: UUID) -> HttpResponseBase:
    found = item_for(request.actor, item)
    activity = found.minutes.activity
    people = choices_among(request.actor, activity, presence_of(activity).everybody)
    form = ResolutionForm(request.POST or None, people=people)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        owner = parse_id(given["owner"])
        added = owner and attempt(
            form,
            lambda: add_resolution(
                request.actor, item=found.pk, text=given["text"], owner=owner, due_on=given["due_on"], at=now()
            ),
        )
        if added:
            messages.success(request, _("It becomes a task once the minutes are confirmed."))
            return redirect(f"{space_of(request)}:minutes_item", found.pk)
    context = {"item": found, "activity": activity, "form": form}
    return draw(request, "minutes_resolution.html", context, status=422 if form.is_bound else 200)


@require_POST
def _remove(request: Request, resolution: UUID) -> HttpResponseBase:
    item = remove_resolution(request.actor, resolution=resolution, at=now())
    messages.success(request, _("It was removed from the draft."))
    return redirect(f"{space_of(request)}:minutes_item", item.pk)


@require_http_methods(["GET", "POST"])
def _settle(request: Request, resolution: UUID) -> HttpResponseBase:
    found = resolution_for(request.actor, resolution)
    act = request.POST.get("act", "done")
    form = SettleForm(request.POST if request.method == "POST" and act != "reopen" else None)
    if request.method == "POST" and act == "reopen":
        reopen_resolution(request.actor, resolution=found.pk, at=now())
        messages.success(request, _("The resolution is open again."))
        return redirect(request.path)
    if form.is_bound and form.is_valid():
        settle = take_back_resolution if act == "take_back" else finish_resolution
        note = form.cleaned_data["note"]
        if attempt(form, lambda: settle(request.actor, resolution=found.pk, note=note, at=now())) is not None:
            messages.success(request, _("Saved. The next meeting opens with it."))
            return redirect(request.path)
    context = {
        "resolution": found,
        "activity_id": found.item.minutes.activity_id,
        "form": form,
        "on": today(),
        "late": found.is_late(today()),
        "may_settle": may_settle(request.actor, found),
        "may_take_back": request.actor.may(SETTLE, found.organisation_path),
        "is_open": found.state == Resolution.State.OPEN,
        "is_settled": found.state in {Resolution.State.DONE, Resolution.State.TAKEN_BACK},
    }
    return draw(request, "resolution.html", context, status=422 if form.is_bound else 200)


@screen(MINUTES_VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Resolutions at the actor's organisations, the most urgent first."""
    params = request.GET.copy()
    params.setdefault("sort", "due")
    if "state" not in params and "q" not in params:
        params.setlist("state", [Resolution.State.OPEN])
    page = RESOLUTIONS.page(resolutions_within(request.actor), params)
    return render(request, "activities/resolutions.html", {"page": page})


add, own_add = both(MINUTES_WRITE, _add)
remove, own_remove = both(MINUTES_WRITE, _remove)
settle = screen(MINUTES_VIEW)(_settle)
own_settle = screen(OWN_SETTLE)(_settle)
