"""Closing minutes: confirm, append a correction, note what was made up for."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lianxin.activities.actions.minutes import NotReady, confirm_minutes, correct_minutes, note_make_up
from lianxin.activities.actions.minutes_facts import correct_facts, people_for
from lianxin.activities.documents.shown import shown_minutes
from lianxin.activities.minutes_forms import FactsForm, MakeUpForm, NoteForm
from lianxin.activities.permissions import MINUTES_CONFIRM, MINUTES_CORRECT, MINUTES_WRITE
from lianxin.activities.queries.minutes import choices_among, may_confirm, minutes_for, presence_of, require_writer
from lianxin.activities.queries.minutes_content import content_of
from lianxin.activities.queries.minutes_ready import Hindrance, hindrances
from lianxin.activities.views.minutes import both, draw, space_of
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotPermitted
from lianxin.kernel.time import SHANGHAI, now, today
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
    missing = tuple(hindrances(minutes, now()))
    if request.method == "POST":
        try:
            confirm_minutes(request.actor, activity=activity, at=now())
        except NotReady as refusal:
            missing = refusal.hindrances
        else:
            messages.success(
                request, _("The minutes are confirmed and locked. Resolutions are now tasks of those named.")
            )
            return redirect(f"{space_of(request)}:minutes", activity)
    shown = shown_minutes(content_of(minutes), minutes, address="")
    context = {
        "minutes": minutes,
        "activity": minutes.activity,
        "shown": shown,
        "missing": [(one.sentence, _place_of(request, one)) for one in missing],
    }
    return draw(request, "minutes_confirm.html", context, status=422 if request.method == "POST" else 200)


def _place_of(request: Request, missing: Hindrance) -> str:
    """The page where it is put right."""
    name = {"activity": "detail", "facts": "minutes_facts", "item": "minutes_item"}[missing.place]
    return reverse(f"{space_of(request)}:{name}", args=[missing.key])


@require_http_methods(["GET", "POST"])
def _facts(request: Request, activity: UUID) -> HttpResponseBase:
    minutes = minutes_for(request.actor, activity)
    require_writer(request.actor, minutes.activity)
    held = minutes.activity
    ended = held.ends_at.astimezone(SHANGHAI)
    initial = {
        "ended_on": ended.date(),
        "ended": ended.time(),
        "chair": str(held.chair_id or ""),
        "recorder": str(held.recorder_id or ""),
    }
    people = [(str(key), name) for key, name in people_for(held, presence_of(held)).items()]
    form = FactsForm(request.POST or None, people=people, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.facts()
        if attempt(form, lambda: correct_facts(request.actor, activity=activity, facts=given, at=now())) is not None:
            messages.success(request, _("Saved."))
            return redirect(f"{space_of(request)}:minutes", activity)
    context = {"minutes": minutes, "activity": held, "form": form}
    return draw(request, "minutes_facts.html", context, status=422 if form.is_bound else 200)


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
    people = choices_among(request.actor, minutes.activity, presence_of(minutes.activity).missed)
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


facts, own_facts = both(MINUTES_WRITE, _facts)
confirm, own_confirm = both(MINUTES_CONFIRM, _confirm)
correct, own_correct = both(MINUTES_CORRECT, _correct)
make_up, own_make_up = both(MINUTES_WRITE, _make_up)
