"""Closing minutes: confirm, append a correction, note what was made up for."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianxin.activities.actions.minutes import confirm_minutes, correct_minutes, note_make_up
from lianxin.activities.documents.shown import shown_minutes
from lianxin.activities.minutes_forms import MakeUpForm, NoteForm
from lianxin.activities.permissions import MINUTES_CONFIRM, MINUTES_CORRECT, MINUTES_WRITE
from lianxin.activities.queries.minutes import may_confirm, minutes_for, presence_of
from lianxin.activities.queries.minutes_content import content_of
from lianxin.activities.views.minutes import both, draw, space_of
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotPermitted
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request


@require_http_methods(["GET", "POST"])
def _confirm(request: Request, activity: UUID) -> HttpResponseBase:
    minutes = minutes_for(request.actor, activity)
    if minutes.is_confirmed:
        return redirect(f"{space_of(request)}:minutes", activity)
    if not may_confirm(request.actor, minutes.activity):
        raise NotPermitted(
            _("Minutes are confirmed by the chair of the meeting or the secretary of this organisation.")
        )
    form = forms.Form(request.POST if request.method == "POST" else None)
    if form.is_bound and attempt(form, lambda: confirm_minutes(request.actor, activity=activity, at=now())) is not None:
        messages.success(request, _("The minutes are confirmed and locked. Resolutions are now tasks of those named."))
        return redirect(f"{space_of(request)}:minutes", activity)
    shown = shown_minutes(content_of(minutes), minutes, address="")
    context = {"minutes": minutes, "activity": minutes.activity, "form": form, "shown": shown}
    return draw(request, "minutes_confirm.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def _correct(request: Request, activity: UUID) -> HttpResponseBase:
    minutes = minutes_for(request.actor, activity)
    form = NoteForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        note = attempt(
            form,
            lambda: correct_minutes(
                request.actor, activity=activity, text=given["text"], reason=given["reason"], at=now()
            ),
        )
        if note is not None:
            messages.success(request, _("The correction stands below the confirmed text."))
            return redirect(f"{space_of(request)}:minutes", activity)
    context = {"minutes": minutes, "activity": minutes.activity, "form": form}
    return draw(request, "minutes_correct.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def _make_up(request: Request, activity: UUID) -> HttpResponseBase:
    minutes = minutes_for(request.actor, activity)
    people = [(str(one.member_id), one.name) for one in presence_of(minutes.activity).missed]
    wanted = {"member": request.GET.get("member", "")}
    form = MakeUpForm(request.POST or None, people=people, day=today(), initial=wanted)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        member = parse_id(given["member"])
        made = member and attempt(
            form,
            lambda: note_make_up(
                request.actor,
                activity=activity,
                member=member,
                what=given["what"],
                done_on=given["done_on"],
                at=now(),
            ),
        )
        if made:
            messages.success(request, _("Saved."))
            return redirect(f"{space_of(request)}:minutes", activity)
    context = {"minutes": minutes, "activity": minutes.activity, "form": form}
    return draw(request, "minutes_make_up.html", context, status=422 if form.is_bound else 200)


confirm, own_confirm = both(MINUTES_CONFIRM, _confirm)
correct, own_correct = both(MINUTES_CORRECT, _correct)
make_up, own_make_up = both(MINUTES_WRITE, _make_up)
