"""Planning in a minute: choose what, look at what is filled in already, save. Editing and copying use the same form."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from lianxin.activities.actions.announcing import announce
from lianxin.activities.actions.holding import report
from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.series import change_turns, plan_series
from lianxin.activities.forms import ReportForm
from lianxin.activities.kinds import KEPT_ELSEWHERE, elsewhere, in_order, offered
from lianxin.activities.models import Activity
from lianxin.activities.permissions import HOLD, PLAN
from lianxin.activities.plan import Plan
from lianxin.activities.plan_forms import PlanForm, PointSet, point_set, points_in
from lianxin.activities.queries.activities import activity_for
from lianxin.activities.queries.invited import members_for
from lianxin.activities.queries.prefilling import (
    USUAL_HOUR,
    copied,
    last_of,
    over_and_open,
    plan_of,
    planned_already,
    prefilled,
    retitled,
    saved_templates,
)
from lianxin.activities.queries.rhythm import Window
from lianxin.activities.views.pages import activity_asked, other_places, place_asked
from lianxin.files.facade import belongs_to, keep_uploads
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import SHANGHAI, day_of, now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.facade import Organisation

MORE_ROWS = 5
FIELDS = {"starts_at": "on", "ends_at": "ends"}
"""Where the form asks for what a plan names otherwise."""
Done = TypeVar("Done")


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponseBase:
    """Choose a kind, then the form filled in from the template and from the branch's habit."""
    place = place_asked(request, PLAN)
    if request.method == "POST":
        return _made(request, place)
    asked = in_order(request.GET.getlist("kind"))
    planned = None if elsewhere(asked) else _begun(request, place)
    if planned is None:
        context = {
            "organisation": place,
            "places": other_places(request, PLAN, place),
            "kinds": offered(),
            "elsewhere": KEPT_ELSEWHERE.values(),
            "refused": elsewhere(asked),
            "templates": saved_templates(place),
        }
        return render(request, "activities/choose.html", context)
    form = PlanForm(initial=PlanForm.initial_of(planned), organisation=place)
    already = planned_already(place.pk, list(planned.kinds), _window(request), today(), group=planned.group)
    return _form_page(request, place, form, point_set(planned.agenda), planned=planned, already=already)


def _window(request: Request) -> Window:
    """The period in which it is due, as the link from what is due says; a day that is none says nothing."""
    since, until = (_day_asked(request.GET, name) for name in ("since", "until"))
    return Window(since, until)


def _day_asked(given: Mapping[str, Any], name: str) -> date | None:
    try:
        return parse_date(str(given.get(name, "")))
    except ValueError:
        return None


def _begun(request: Request, place: Organisation) -> Plan | None:
    """The plan to begin with: a copy, a template, or kinds; None where nothing is chosen yet."""
    old = parse_id(request.GET.get("from", ""))
    if old is not None:
        return copied(activity_for(request.actor, old, PLAN), today=today())
    key = parse_id(request.GET.get("template", ""))
    template = saved_templates(place).filter(pk=key).first() if key else None
    chosen = list(template.kinds) if template else in_order(request.GET.getlist("kind"))
    if not chosen:
        return None
    on, at, window = _day_asked(request.GET, "on"), now(), _window(request)
    group = parse_id(request.GET.get("group", ""))
    return prefilled(place, chosen, today=day_of(at), on=on, window=window, template=template, group=group, at=at)


def _form_page(
    request: Request,
    place: Organisation,
    form: PlanForm,
    agenda: Any,
    *,
    planned: Plan | None = None,
    activity: Activity | None = None,
    already: Sequence[Activity] = (),
) -> HttpResponse:
    invited = None
    if planned is not None and activity is None:
        invited = len(
            members_for(planned.audience, organisation=place.pk, group=planned.group, day=day_of(planned.starts_at))
        )
    context = {
        "organisation": place,
        "form": form,
        "agenda": agenda,
        "activity": activity,
        "invited": invited,
        "already": already,
        "who": _who(form),
        "titled_for": _day_asked(request.POST, "titled_for") or (day_of(planned.starts_at) if planned else None),
        "points": [title for point in agenda if (title := point["title"].value())],
        "more_points": "more" in request.POST,
        "draft_key": "-".join(map(str, (place.pk, *(form["kinds"].value() or ())))),
        "cancel_url": activity.get_absolute_url() if activity else reverse("activities:index"),
    }
    return render(request, "activities/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _who(form: PlanForm) -> dict[str, str]:
    """Who takes part as the form stands, in names."""

    def chosen(name: str) -> str:
        value = form[name].value()
        choices = dict(form.fields[name].choices)  # type: ignore[attr-defined]
        return str(choices.get(value, "")) if value else ""

    return {name: chosen(name) for name in ("audience", "chair", "recorder")}


def _with_more_rows(request: Request) -> Any:
    """The agenda as sent, with further empty rows; nothing that was typed is lost."""
    data = request.POST.copy()
    total = min(40, int(data.get("agenda-TOTAL_FORMS") or 0) + MORE_ROWS)
    data["agenda-TOTAL_FORMS"] = str(total)
    return PointSet(data, prefix="agenda")


def _are_valid(form: PlanForm, agenda: Any) -> bool:
    """Whether both can be taken; what is wrong with a point of the agenda is said at the top of the page as well."""
    valid = [form.is_valid(), agenda.is_valid()]
    for number, point in enumerate(agenda.forms, 1):
        for said in point.errors.values():
            form.add_error(None, _("Agenda, point %(number)d: %(error)s") % {"number": number, "error": " ".join(said)})
    return all(valid)


def _made(request: Request, place: Organisation) -> HttpResponseBase:
    form = PlanForm(request.POST, organisation=place)
    if "more" in request.POST:
        return _form_page(request, place, form, _with_more_rows(request))
    agenda = PointSet(request.POST, prefix="agenda")
    if _are_valid(form, agenda):
        made = attempt(form, lambda: _at_fields(lambda: _plan(request, place, form, agenda)))
        if made is not None:
            return _planned(request, form, made)
    return _form_page(request, place, form, agenda)


def _planned(request: Request, form: PlanForm, made: list[Activity]) -> HttpResponseBase:
    """Announce what was planned where that was asked for, and say what became of it, a time that is over included."""
    first, at = made[0], now()
    announced = None
    if "announce" in request.POST:
        announced = attempt(form, lambda: announce(request.actor, activity=first.pk, at=at))
        for error in form.non_field_errors():
            messages.warning(request, str(error))
    said = ngettext("%(count)d activity is planned.", "%(count)d activities are planned.", len(made))
    messages.success(request, said % {"count": len(made)})
    if announced is not None and first.ends_at <= at:
        messages.info(request, _("Its time is over, so nobody was invited. Tick who came, then mark it as held."))
        return redirect("activities:attendance", first.pk)
    return redirect(first)


def _at_fields(act: Callable[[], Done]) -> Done:
    """Do the act; what it refuses is named by the fields of the form."""
    try:
        return act()
    except InvalidInput as refusal:
        raise InvalidInput({FIELDS.get(name, name): said for name, said in refusal.fields.items()}) from refusal


def _plan(request: Request, place: Organisation, form: PlanForm, agenda: Any) -> list[Activity]:
    rhythm, at = form.rhythm(), now()
    planned = _titled(form.plan(points_in(agenda)), _day_asked(request.POST, "titled_for"))
    if rhythm is not None:
        return plan_series(request.actor, organisation=place.pk, planned=planned, rhythm=rhythm, at=at)
    return [plan(request.actor, organisation=place.pk, planned=planned, at=at)]


def _titled(planned: Plan, first: date | None) -> Plan:
    """The plan with a title that follows its day, where the title is still the one proposed for the day `first`."""
    if first is None:
        return planned
    return replace(planned, title=retitled(planned.title, planned.kinds, first, day_of(planned.starts_at)))


@screen(PLAN)
@require_http_methods(["GET", "POST"])
def edit(request: Request, activity: UUID) -> HttpResponseBase:
    """Change an activity; for a series this turn, this and the following, or all."""
    found = activity_asked(request, activity, PLAN)
    held = plan_of(found)
    form = PlanForm(request.POST or None, initial=PlanForm.initial_of(held), organisation=found.organisation)
    if request.method == "GET":
        return _form_page(request, found.organisation, form, point_set(held.agenda), activity=found)
    if "more" in request.POST:
        return _form_page(request, found.organisation, form, _with_more_rows(request), activity=found)
    agenda = PointSet(request.POST, prefix="agenda")
    if _are_valid(form, agenda):
        which = request.POST.get("which", "one")
        version = request.POST.get("version", "")
        changed = attempt(
            form,
            lambda: _at_fields(
                lambda: change_turns(
                    request.actor,
                    activity=activity,
                    planned=_titled(form.plan(points_in(agenda)), day_of(found.starts_at)),
                    which="all" if which == "all" else "following" if which == "following" else "one",
                    version=int(version) if version.isdecimal() else None,
                    at=now(),
                )
            ),
        )
        if changed is not None:
            messages.success(
                request, _("The change is saved. Where time, place or agenda changed, those invited are told.")
            )
            return redirect(found)
    return _form_page(request, found.organisation, form, agenda, activity=found)


@screen(HOLD)
@require_http_methods(["GET", "POST"])
def new_held(request: Request) -> HttpResponseBase:
    """Record what was held offline: one short form, nobody ticked beforehand, no photo asked for."""
    place = place_asked(request, HOLD)
    chosen = [key for key in in_order(request.GET.getlist("kind")) if key in offered()]
    if request.method == "POST":
        form = ReportForm(request.POST, request.FILES, organisation=place)
        belongs_to(form, request.actor)
        if form.is_valid():
            made = attempt(form, lambda: report(request.actor, organisation=place.pk, report=form.report(), at=now()))
            if made is not None:
                messages.success(request, _("It is recorded, and counts for what was due."))
                return redirect(made)
        keep_uploads(form, request.actor, at=now())
    else:
        given = {"group": request.GET.get("group", "")}  # one that is none of the choices chooses nothing
        form = ReportForm(initial=_usual(place, chosen) | given, organisation=place)
    context = {
        "organisation": place,
        "places": other_places(request, HOLD, place),
        "form": form,
        "cancel_url": reverse("activities:index"),
        "asked": request.GET.urlencode(),
        "elsewhere": KEPT_ELSEWHERE.values(),
        "waiting": over_and_open(place.pk, now()),
    }
    return render(request, "activities/held.html", context, status=422 if form.is_bound else 200)


def _usual(place: Organisation, chosen: list[str]) -> dict[str, Any]:
    """Today, at the usual place and hour; nobody ticked: who came is said, not assumed."""
    last = last_of(place.pk, chosen[0] if chosen else "theme_day")
    return {
        "kinds": chosen,
        "on": today(),
        "begins": last.starts_at.astimezone(SHANGHAI).time() if last else USUAL_HOUR,
        "place": last.place if last else "",
    }
