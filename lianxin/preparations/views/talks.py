"""Heart-to-heart talks at the desk."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.kernel.authz import require
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.events.timeline import timeline
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.preparations.actions.talk_sheet import record_talks
from lianxin.preparations.actions.talks import (
    add_talk,
    close_talks,
    plan_talks,
    record_talk,
    remove_talk,
    reopen_talks,
)
from lianxin.preparations.forms import Pair, PairForm, PlanForm, TalkForm, TalkSheetForm
from lianxin.preparations.models import Talk, TalkNote, TalkYear
from lianxin.preparations.permissions import EXPORT, READ_NOTES, TALKS, VIEW
from lianxin.preparations.queries.people import people_of
from lianxin.preparations.queries.preparations import (
    NOT_THERE,
    TALK_YEARS,
    open_years_beside,
    talk_year_for,
    talk_years_within,
)
from lianxin.preparations.views.meetings import places_for


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Talks of the actor's organisations by year, the newest first."""
    params = request.GET.copy()
    params.setdefault("sort", "-year")
    context = {
        "page": TALK_YEARS.page(talk_years_within(request.actor), params),
        "may_plan": request.actor.may_somewhere(TALKS),
        "plan_query": request.GET.urlencode(),
        "export_url": reverse("files:export_new", args=[TALK_YEARS.name])
        if request.actor.may_somewhere(EXPORT)
        else "",
    }
    return render(request, "preparations/talks.html", context)


def _year_due(request: Request) -> int:
    """The year of the duty that led here (`since` is its first day), or the present one."""
    year = today().year
    return year - 1 if request.GET.get("since", "").startswith(f"{year - 1}-") else year


@screen(TALKS)
@require_http_methods(["GET", "POST"])
def plan(request: Request) -> HttpResponseBase:
    """Put the pairs of a year on the list, as suggested from posts and members."""
    wanted = request.GET.get("organisation", "")
    places = places_for(request.actor, TALKS, wanted)
    form = PlanForm(
        request.POST or None,
        places=places,
        initial={"organisation": wanted or (places[0][0] if places else ""), "year": _year_due(request)},
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        key = UUID(given["organisation"])
        held = attempt(form, lambda: plan_talks(request.actor, organisation=key, year=given["year"], at=now()))
        if held is not None:
            messages.success(
                request, _("The pairs are suggested. Take some off or add others as you know your people.")
            )
            return redirect("preparations:talk_year", held.pk)
    return render(request, "preparations/plan.html", {"form": form}, status=422 if form.is_bound else 200)


@screen(VIEW)
@require_http_methods(["GET", "POST"])
def detail(request: Request, talk_year: UUID) -> HttpResponseBase:
    """The pairs of a year with who has talked; a pair can be added."""
    held = talk_year_for(request.actor, talk_year)
    may_plan = request.actor.may(TALKS, held.organisation_path)
    form = None
    if may_plan and held.closed_on is None:
        form = PairForm(request.POST or None, people=people_of(held.organisation_id))
        if form.is_bound and form.is_valid():
            first, second = UUID(form.cleaned_data["first"]), UUID(form.cleaned_data["second"])
            added = attempt(
                form, lambda: add_talk(request.actor, talk_year=held.pk, first=first, second=second, at=now())
            )
            if added is not None:
                messages.success(request, _("The pair is on the list."))
                return redirect("preparations:talk_year", held.pk)
    pairs = list(held.talks.order_by("kind", "id"))
    context = {
        "talk_year": held,
        "pairs": pairs,
        "talked": sum(1 for one in pairs if one.talked_on),
        "form": form,
        "may_plan": may_plan,
        "happened": timeline(held.pk),
    }
    return render(
        request, "preparations/talk_year.html", context, status=422 if form is not None and form.is_bound else 200
    )


@screen(TALKS)
@require_http_methods(["GET", "POST"])
def record(request: Request, talk: UUID) -> HttpResponseBase:
    """Record a talk, or read its points as the secretary."""
    found = Talk.objects.select_related("talk_year").filter(pk=talk).first()
    if found is None:
        raise NotVisible(NOT_THERE)
    require(request.actor, TALKS, found.organisation_path, seen_by=VIEW)
    note = TalkNote.objects.filter(talk=found).first()  # row security: the two and the secretary
    initial = {"talked_on": found.talked_on or today(), "text": note.text if note else ""}
    form = TalkForm(request.POST or None, initial=initial)
    if not request.actor.may(READ_NOTES, found.organisation_path):
        del form.fields["text"]
    if form.is_bound and form.is_valid():
        given = {"text": "", **form.cleaned_data}
        if attempt(form, lambda: record_talk(request.actor, talk=found.pk, **given, at=now())) is not None:
            messages.success(request, _("The talk is recorded."))
            return redirect("preparations:talk_year", found.talk_year_id)
    context = {"form": form, "talk": found, "back": reverse("preparations:talk_year", args=[found.talk_year_id])}
    return render(request, "preparations/talk.html", context, status=422 if form.is_bound else 200)


@screen(TALKS)
@require_http_methods(["GET", "POST"])
def record_many(request: Request, talk_year: UUID) -> HttpResponseBase:
    """The sheet of a year: tick the pairs that talked, one day for all, and record them together."""
    held = talk_year_for(request.actor, talk_year)
    require(request.actor, TALKS, held.organisation_path, seen_by=VIEW)
    if held.closed_on is not None:
        messages.error(request, _("The talks of this year are closed. Open them again to change them."))
        return redirect("preparations:talk_year", held.pk)
    form = TalkSheetForm(
        request.POST or None,
        pairs=_pairs_of(held, request),
        may_write=request.actor.may(READ_NOTES, held.organisation_path),
        initial={"talked_on": today() if held.year == today().year else None},
    )
    if form.is_bound and form.is_valid():
        day, rows = form.cleaned_data["talked_on"], form.held()
        done = attempt(form, lambda: record_talks(request.actor, talk_year=held.pk, talked_on=day, held=rows, at=now()))
        if done is not None:
            said = ngettext("%(count)d talk is recorded.", "%(count)d talks are recorded.", len(rows))
            messages.success(request, said % {"count": len(rows)})
            return redirect("preparations:talk_year", held.pk)
    context = {"form": form, "talk_year": held, "others": open_years_beside(held)}
    return render(request, "preparations/talk_sheet.html", context, status=422 if form.is_bound else 200)


def _pairs_of(held: TalkYear, request: Request) -> list[Pair]:
    """The pairs that have not talked, and those the sheet came with: nothing typed beside them may be lost."""
    sent = {key for name in request.POST if name.startswith("held_") and (key := parse_id(name.removeprefix("held_")))}
    known = {one.pk: one for one in held.talks.order_by("kind", "id") if one.talked_on is None or one.pk in sent}
    gone = _("Not on the list any more")
    return [
        *(Pair(one.pk, str(one), one.get_kind_display()) for one in known.values()),
        *(Pair(key, gone, gone) for key in sorted(sent - known.keys())),
    ]


@screen(TALKS)
@require_POST
def remove(request: Request, talk: UUID) -> HttpResponseBase:
    """Take a pair off the list."""
    held = remove_talk(request.actor, talk=talk, at=now())
    messages.success(request, _("The pair is off the list."))
    return redirect("preparations:talk_year", held.pk)


@screen(TALKS)
@require_POST
def close(request: Request, talk_year: UUID) -> HttpResponseBase:
    """Close the talks of a year."""
    held = close_talks(request.actor, talk_year=talk_year, at=now())
    messages.success(request, _("The talks of the year are closed."))
    return redirect("preparations:talk_year", held.pk)


@screen(TALKS)
@require_POST
def reopen(request: Request, talk_year: UUID) -> HttpResponseBase:
    """Open the talks of a year again."""
    held = reopen_talks(request.actor, talk_year=talk_year, at=now())
    messages.success(request, _("The talks of the year are open again."))
    return redirect("preparations:talk_year", held.pk)
