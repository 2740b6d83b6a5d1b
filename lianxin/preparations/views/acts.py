"""What is added to a preparation at the desk, and reading a self-examination text."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.preparations.actions.examining import open_examination
from lianxin.preparations.actions.preparing import give_opinion, record_criticism, record_study
from lianxin.preparations.actions.rectifying import set_rectification
from lianxin.preparations.forms import CriticismForm, OpinionForm, RectificationForm, StudyForm
from lianxin.preparations.models import Preparation
from lianxin.preparations.permissions import READ, RUN
from lianxin.preparations.queries.people import people_of
from lianxin.preparations.queries.preparations import preparation_for


@dataclass(frozen=True, slots=True)
class Addition:
    """Something a preparation can get: its heading, its form, its act."""

    heading: Sentence
    form: Callable[..., forms.Form]
    act: Callable[[Actor, UUID, dict[str, Any]], object]
    needs_people: bool = False


def _study(actor: Actor, preparation: UUID, given: dict[str, Any]) -> object:
    return record_study(actor, preparation=preparation, **given, at=now())


def _opinion(actor: Actor, preparation: UUID, given: dict[str, Any]) -> object:
    give_opinion(actor, preparation=preparation, **given, signed=False, at_desk=True, at=now())
    return True


def _criticism(actor: Actor, preparation: UUID, given: dict[str, Any]) -> object:
    return record_criticism(actor, preparation=preparation, **{**given, "of": UUID(given["of"])}, at=now())


def _rectification(actor: Actor, preparation: UUID, given: dict[str, Any]) -> object:
    return set_rectification(actor, preparation=preparation, **{**given, "owner": UUID(given["owner"])}, at=now())


ADDITIONS = {
    "study": Addition(gettext_lazy("Record a study"), StudyForm, _study),
    "opinion": Addition(gettext_lazy("Record an opinion without a name"), OpinionForm, _opinion),
    "criticism": Addition(gettext_lazy("Record a point of criticism"), CriticismForm, _criticism, needs_people=True),
    "rectification": Addition(
        gettext_lazy("Set something to be put right"), RectificationForm, _rectification, needs_people=True
    ),
}


@screen(RUN)
@require_http_methods(["GET", "POST"])
def add(request: Request, preparation: UUID, what: str) -> HttpResponseBase:
    """Add a study, an opinion, a point of criticism, or something to be put right."""
    addition = ADDITIONS.get(what)
    if addition is None:
        raise NotVisible(_("There is no such page."))
    held = preparation_for(request.actor, preparation, RUN)
    form = _form(request, addition, held)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        if attempt(form, lambda: addition.act(request.actor, held.pk, given)):
            messages.success(request, _("It is recorded."))
            return redirect(held)
    context = {"form": form, "preparation": held, "heading": addition.heading}
    return render(request, "preparations/add.html", context, status=422 if form.is_bound else 200)


def _form(request: Request, addition: Addition, held: Preparation) -> forms.Form:
    initial = {"studied_on": today()}
    if addition.needs_people:
        people = people_of(held.organisation_id)
        return addition.form(request.POST or None, people=people, initial=initial)
    return addition.form(request.POST or None, initial=initial)


@screen(READ)
@require_POST
def read(request: Request, examination: UUID) -> HttpResponseBase:
    """Read a text that was handed in; the author sees who read."""
    found = open_examination(request.actor, examination=examination, at=now())
    return render(request, "preparations/text.html", {"text": found, "back": found.preparation.get_absolute_url()})
