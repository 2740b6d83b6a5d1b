"""A member's part in talks and preparations, on the phone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.preparations.actions.examining import name_readers, open_examination, save_examination
from lianxin.preparations.actions.preparing import give_opinion
from lianxin.preparations.actions.rectifying import report_rectification
from lianxin.preparations.actions.talks import record_talk
from lianxin.preparations.forms import EvidenceForm, ExaminationForm, OwnOpinionForm, ReadersForm, TalkForm
from lianxin.preparations.models import Opinion
from lianxin.preparations.permissions import OWN
from lianxin.preparations.queries.own import (
    open_meeting,
    own_examination,
    own_page,
    own_rectification,
    own_talk,
    readings_of,
)
from lianxin.preparations.queries.people import colleagues_of

INDEX = "own_preparations:index"


@screen(OWN)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """What is to be done, read and answered."""
    return render(request, "preparations/own.html", {"own": own_page(request.actor)})


@screen(OWN)
@require_http_methods(["GET", "POST"])
def talk(request: Request, talk: UUID) -> HttpResponseBase:
    """Record one's own talk and its main points."""
    found, note = own_talk(request.actor, talk)
    initial = {"talked_on": found.talked_on or today(), "text": note.text if note else ""}
    form = TalkForm(request.POST or None, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: record_talk(request.actor, talk=found.pk, **given, at=now())) is not None:
            messages.success(request, _("The talk is recorded."))
            return redirect(INDEX)
    context = {"form": form, "talk": found, "back": reverse(INDEX)}
    return render(request, "preparations/talk.html", context, status=422 if form.is_bound else 200)


@screen(OWN)
@require_http_methods(["GET", "POST"])
def examination(request: Request, examination: UUID) -> HttpResponseBase:
    """Write one's self-examination text, and see who read it."""
    found, row = own_examination(request.actor, examination)
    form = ExaminationForm(request.POST or None, initial={"text": row.text if row else ""})
    if form.is_bound and form.is_valid():
        hand_in = request.POST.get("act") == "hand_in"
        text = form.cleaned_data["text"]
        done = attempt(
            form,
            lambda: save_examination(request.actor, examination=found.pk, text=text, hand_in=hand_in, at=now()),
        )
        if done is not None:
            said = _("Your text is handed in.") if hand_in else _("The draft is kept. Only you see it.")
            messages.success(request, said)
            return redirect("own_preparations:examination", found.pk)
    named = {one.member_id for one in found.readers.all()}
    context = {
        "form": form,
        "examination": found,
        "text": row,
        "readers": list(found.readers.all()),
        "readers_form": ReadersForm(
            people=colleagues_of(request.actor), initial={"members": [str(key) for key in named]}
        ),
        "readings": readings_of(found),
    }
    return render(request, "preparations/examination.html", context, status=422 if form.is_bound else 200)


@screen(OWN)
@require_POST
def readers(request: Request, examination: UUID) -> HttpResponseBase:
    """Name the colleagues who may read one's text."""
    form = ReadersForm(request.POST, people=colleagues_of(request.actor))
    if form.is_valid():
        chosen = [UUID(key) for key in form.cleaned_data["members"]]
        name_readers(request.actor, examination=examination, members=chosen, at=now())
        messages.success(request, _("It is noted who may read your text."))
    else:
        messages.error(request, _("Choose colleagues of your branch."))
    return redirect("own_preparations:examination", examination)


@screen(OWN)
@require_POST
def read(request: Request, examination: UUID) -> HttpResponseBase:
    """Read the text of a colleague who named the actor; the author sees it."""
    found = open_examination(request.actor, examination=examination, at=now())
    return render(request, "preparations/text.html", {"text": found, "back": reverse(INDEX)})


@screen(OWN)
@require_http_methods(["GET", "POST"])
def rectification(request: Request, rectification: UUID) -> HttpResponseBase:
    """Say what one has put right."""
    found = own_rectification(request.actor, rectification)
    form = EvidenceForm(request.POST or None, initial={"evidence": found.evidence})
    if form.is_bound and form.is_valid():
        said = form.cleaned_data["evidence"]
        done = attempt(
            form, lambda: report_rectification(request.actor, rectification=found.pk, evidence=said, at=now())
        )
        if done is not None:
            messages.success(request, _("It is with your secretary, who confirms it."))
            return redirect(INDEX)
    context = {"form": form, "one": found}
    return render(request, "preparations/own_rectification.html", context, status=422 if form.is_bound else 200)


@screen(OWN)
@require_http_methods(["GET", "POST"])
def opinion(request: Request, preparation: UUID) -> HttpResponseBase:
    """Give an opinion before a meeting, with one's name or without."""
    held = open_meeting(request.actor, preparation)
    form = OwnOpinionForm(request.POST or None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data

        def act() -> bool:
            give_opinion(request.actor, preparation=held.pk, source=Opinion.Source.MEMBERS, **given, at=now())
            return True

        if attempt(form, act):
            messages.success(request, _("Thank you. Your opinion is with those who prepare the meeting."))
            return redirect(INDEX)
    context = {"form": form, "preparation": held}
    return render(request, "preparations/opinion.html", context, status=422 if form.is_bound else 200)
