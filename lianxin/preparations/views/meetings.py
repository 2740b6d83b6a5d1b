"""The list of preparations, beginning one, and its page."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.events.timeline import timeline
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.facade import Organisation, organisation_for, organisations_within
from lianxin.preparations.actions.preparing import close_preparation, open_preparation
from lianxin.preparations.forms import PreparationForm
from lianxin.preparations.models import Preparation
from lianxin.preparations.permissions import READ_OPINIONS, RUN, VIEW
from lianxin.preparations.queries.people import people_of
from lianxin.preparations.queries.preparations import (
    PREPARATIONS,
    carried_over,
    preparation_for,
    preparations_within,
    readable_by,
    steps_of,
    talks_in,
)

USUAL_DAYS = 14
PLACES = 300


def places_for(actor: Actor, permission: str, wanted: str = "") -> list[tuple[str, str]]:
    """The organisations to choose from, the wanted one (an id) first. At most two queries."""
    rows = organisations_within(actor, permission).order_by("path")
    found = {str(one.id): one.short_name for one in rows[:PLACES]}
    known = parse_id(wanted)
    if known is not None:
        found = {str(one.id): one.short_name for one in rows.filter(id=known)} | found
    return list(found.items())


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Meetings being prepared at the actor's organisations, the latest first."""
    params = request.GET.copy()
    params.setdefault("sort", "-planned")
    context = {
        "page": PREPARATIONS.page(preparations_within(request.actor), params),
        "may_run": request.actor.may_somewhere(RUN),
    }
    return render(request, "preparations/preparations.html", context)


@screen(RUN)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponseBase:
    """Begin to prepare a meeting: first where, then everything on one page."""
    wanted = request.GET.get("organisation", "")
    places = places_for(request.actor, RUN, wanted)
    if parse_id(wanted) is None and len(places) != 1:
        return render(request, "preparations/choose_place.html", {"places": places})
    key = parse_id(wanted) or UUID(places[0][0])
    place = organisation_for(request.actor, key, RUN)
    people = people_of(place.pk)
    initial = {
        "kind": request.GET.get("kind") or Preparation.Kind.ORG_LIFE,
        "planned_on": today() + timedelta(days=USUAL_DAYS),
        "topic": _("Organisation-life meeting %(year)d") % {"year": today().year},
        "authors": [str(one.id) for one in people if one.is_on_committee],
    }
    form = PreparationForm(request.POST or None, people=people, initial=initial)
    if form.is_bound and form.is_valid():
        made = attempt(form, lambda: _open(request, place, form))
        if made is not None:
            messages.success(request, _("The preparation has begun. Those who write a text are told."))
            return redirect(made)
    context = {"form": form, "where": place.short_name}
    return render(request, "preparations/new.html", context, status=422 if form.is_bound else 200)


def _open(request: Request, place: Organisation, form: PreparationForm) -> Preparation:
    given = form.cleaned_data
    return open_preparation(
        request.actor,
        organisation=place.pk,
        kind=given["kind"],
        topic=given["topic"],
        planned_on=given["planned_on"],
        authors=[UUID(key) for key in given["authors"]],
        activity_id=parse_id(request.GET.get("activity", "")),
        at=now(),
    )


@screen(VIEW)
@require_GET
def detail(request: Request, preparation: UUID) -> HttpResponseBase:
    """One preparation: the list with how far it is, and what was gathered, written and set."""
    held = preparation_for(request.actor, preparation)
    may_read = request.actor.may(READ_OPINIONS, held.organisation_path)
    opinions = list(held.opinions.all()) if may_read else []
    talked = talks_in(held.organisation_id, held.planned_on.year)
    context = {
        "preparation": held,
        "steps": steps_of(held, talked=talked, opinions=len(opinions)),
        "studies": list(held.studies.all()),
        "opinions": opinions,
        "examinations": list(held.examinations.all()),
        "readable": readable_by(held),
        "criticisms": list(held.criticisms.all()),
        "rectifications": list(held.rectifications.order_by("due_on", "id")),
        "carried": carried_over(held),
        "may_run": request.actor.may(RUN, held.organisation_path),
        "happened": timeline(held.pk),
    }
    return render(request, "preparations/preparation.html", context)


@screen(RUN)
@require_POST
def close(request: Request, preparation: UUID) -> HttpResponseBase:
    """Close a preparation after the meeting."""
    held = close_preparation(request.actor, preparation=preparation, at=now())
    messages.success(request, _("The preparation is closed. What is to be put right goes on."))
    return redirect(held)
