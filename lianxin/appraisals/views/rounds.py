"""The table of appraisals, opening one, and its page."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.appraisals.actions.rounds import least_sheets_at, members_on, open_round, withdraw_round
from lianxin.appraisals.forms import OpenForm, ReasonForm
from lianxin.appraisals.models import PaperCount
from lianxin.appraisals.permissions import EXPORT, GRADE, RUN, VIEW
from lianxin.appraisals.queries.results import lines_of, remarks_on
from lianxin.appraisals.queries.rounds import (
    MISSING,
    ROUNDS,
    grade_names,
    not_started,
    round_for,
    rounds_within,
    summary,
    who_is_missing,
)
from lianxin.appraisals.queries.taking_part import left_out
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.events.timeline import timeline
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.facade import organisations_within

PLACES = 300
USUAL_DAYS = 14


def _year(request: Request) -> int:
    text = request.GET.get("year", "")
    return int(text) if text.isdecimal() and len(text) == 4 else today().year  # noqa: PLR2004 - a year


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Appraisals of the actor's organisations, with what report table 8 asks."""
    year = _year(request)
    context = {
        "page": ROUNDS.page(rounds_within(request.actor), request.GET),
        "summary": summary(request.actor, year),
        "may_run": request.actor.may_somewhere(RUN),
        "export_url": reverse("files:export_new", args=[ROUNDS.name]) if request.actor.may_somewhere(EXPORT) else "",
    }
    return render(request, "appraisals/rounds.html", context)


@screen(VIEW)
@require_GET
def missing(request: Request) -> HttpResponseBase:
    """Branches without an appraisal of the year."""
    year = _year(request)
    page = MISSING.page(not_started(request.actor, year), request.GET)
    return render(request, "appraisals/not_started.html", {"page": page, "year": year})


def _year_due(request: Request) -> int:
    """The year of the duty that led here (`since` is its first day), or the present one."""
    year = today().year
    return year - 1 if request.GET.get("since", "").startswith(f"{year - 1}-") else year


def _places(actor: Actor, wanted: str) -> list[tuple[str, str]]:
    rows = organisations_within(actor, RUN).order_by("path")
    offered = list(rows[:PLACES])
    known = parse_id(wanted)
    if known is not None and known not in {one.id for one in offered}:
        offered += rows.filter(id=known)
    return [(str(one.id), one.short_name) for one in offered]


def _path_of(actor: Actor, wanted: str) -> str:
    known = parse_id(wanted)
    rows = organisations_within(actor, RUN).filter(id=known) if known is not None else None
    return (rows.values_list("path", flat=True).first() if rows is not None else None) or ""


@screen(RUN)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponseBase:
    """Open an appraisal; everything is filled in already."""
    wanted = request.GET.get("organisation", "")
    places = _places(request.actor, wanted)
    day = today()
    usual, _low, _high = least_sheets_at(_path_of(request.actor, wanted or (places[0][0] if places else "")), day)
    initial = {
        "organisation": wanted or (places[0][0] if places else ""),
        "year": _year_due(request),
        "as_of": day,
        "due_on": day + timedelta(days=USUAL_DAYS),
        "least_sheets": usual.number,
    }
    form = OpenForm(request.POST or None, places=places, usual=usual, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data | {"organisation": UUID(form.cleaned_data["organisation"])}
        made = attempt(form, lambda: open_round(request.actor, **given, at=now()))
        if made is not None:
            messages.success(request, _("The appraisal is open. Members find it on their phone."))
            others = left_out(made, members_on(made.organisation, made.as_of))
            if others:
                said = _("Not on the list, for they take part in the appraisal of another organisation: %(names)s.")
                messages.warning(request, said % {"names": _(", ").join(others)})
            return redirect(made)
    return render(request, "appraisals/new.html", {"form": form}, status=422 if form.is_bound else 200)


@screen(VIEW)
@require_GET
def detail(request: Request, round_id: UUID) -> HttpResponseBase:
    """One appraisal: who has handed in, what the sheets say, which grades were decided, what is to be done next."""
    held = round_for(request.actor, round_id)
    lines = lines_of(held)
    may_run = request.actor.may(RUN, held.organisation_path)
    context = {
        "round": held,
        "lines": lines,
        "remarks": remarks_on(held, lines),
        "missing": who_is_missing(held) if may_run and held.is_collecting else [],
        "grades": grade_names(),
        "paper": PaperCount.objects.filter(round=held).first(),
        "may_run": may_run,
        "may_grade": request.actor.may(GRADE, held.organisation_path),
        "all_graded": bool(lines) and all(line.is_done for line in lines),
        "happened": timeline(held.pk),
    }
    return render(request, "appraisals/round.html", context)


@screen(RUN)
@require_http_methods(["GET", "POST"])
def withdraw(request: Request, round_id: UUID) -> HttpResponseBase:
    """Withdraw an appraisal that was opened by mistake."""
    held = round_for(request.actor, round_id, RUN)
    form = ReasonForm(request.POST or None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if attempt(form, lambda: withdraw_round(request.actor, round_id=held.pk, reason=reason, at=now())) is not None:
            messages.success(request, _("The appraisal is withdrawn."))
            return redirect("appraisals:rounds")
    return render(
        request, "appraisals/withdraw.html", {"form": form, "round": held}, status=422 if form.is_bound else 200
    )
