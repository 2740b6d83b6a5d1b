"""Ledgers on the screen, printable, and as files."""

from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.kernel.errors import InvalidInput, NotVisible
from lianxin.kernel.time import now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.ledgers.actions.taking import take_ledger
from lianxin.ledgers.books import BY_KEY, LEDGERS
from lianxin.ledgers.forms import PeriodForm
from lianxin.ledgers.models.layout import FileKind
from lianxin.ledgers.periods import Period, period_asked
from lianxin.ledgers.permissions import EXPORT, FORM_VIEW, VIEW
from lianxin.ledgers.queries.attendance import ATTENDANCE, attendance_within
from lianxin.ledgers.queries.layouts import layouts_in_use, serves
from lianxin.ledgers.queries.material import material_for
from lianxin.ledgers.queries.values import book_of
from lianxin.ledgers.study import FOR_COMMITTEES, FOR_MEMBERS, HALF_DAY, LECTURE
from lianxin.organisations.facade import organisations_within, place_of
from lianxin.rules.facade import in_force

CONTENT_TYPES = {
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
MOST_PLACES = 60


def tabs(request: Request, active: str) -> list[dict[str, Any]]:
    """The parts of this module, for who may see them."""
    every = [("index", _("Ledgers"), VIEW), ("layouts", _("Layouts"), VIEW), ("forms", _("Forms"), FORM_VIEW)]
    return [
        {"label": label, "url": reverse(f"ledgers:{name}"), "active": name == active, "count": None}
        for name, label, permission in every
        if request.actor.may_somewhere(permission)
    ]


def as_file(name: str, content: bytes, kind: str) -> HttpResponse:
    """A file to be saved."""
    answer = HttpResponse(content, content_type=CONTENT_TYPES[FileKind(kind)])
    answer.headers["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name) or ""
    return answer


def period_of(request: Request) -> tuple[Period, str]:
    """The period in the address and what is wrong with it: then the present year is shown."""
    day = today()
    try:
        return period_asked(request.GET if request.method == "GET" else request.POST, today=day), ""
    except InvalidInput as refusal:
        return Period.year(day.year), str(refusal)


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """The organisations one works for, each with its ledgers; those below by the tree or the list."""
    paths = {reach.path for reach in request.actor.reaches_for(VIEW)}
    rows = organisations_within(request.actor, VIEW).filter(path__in=paths).order_by("path")
    context = {
        "tabs": tabs(request, "index"),
        "places": rows[:MOST_PLACES],
        "ledgers": LEDGERS,
        "layouts": [one for one in layouts_in_use(request.actor) if serves(request.actor, one)],
    }
    return render(request, "ledgers/index.html", context)


@screen(VIEW)
@require_GET
def ledger(request: Request, organisation: UUID, key: str) -> HttpResponseBase:
    """One ledger of one organisation in one period, made from the records."""
    chosen = BY_KEY.get(key)
    if chosen is None:
        raise NotVisible(_("There is no such ledger."))
    period, sentence = period_of(request)
    material = material_for(request.actor, organisation, period)
    place = material.organisation
    context = {
        "ledger": chosen,
        "book": book_of(chosen, material),
        "organisation": place,
        "crumbs": [
            {"label": one.name, "url": reverse("ledgers:ledger", args=[one.id, key])}
            for one in place_of(place.path, request.actor)
        ],
        "period": period,
        "sentence": sentence,
        "form": PeriodForm(chosen=period, today=today()),
        "others": [
            {
                "label": one.label,
                "url": f"{reverse('ledgers:ledger', args=[place.pk, one.key])}?period={period.key}",
                "active": one is chosen,
                "count": None,
            }
            for one in LEDGERS
        ],
        "may_take": request.actor.may(EXPORT, place.path),
        "by_name": (
            f"{reverse('ledgers:attendance')}?{urlencode({'organisation': place.pk, 'period': period.key})}"
            if key == "attendance"
            else ""
        ),
        "rules": (
            [
                in_force(name, period.until, overrides=material.overrides)
                for name in (FOR_MEMBERS, FOR_COMMITTEES, LECTURE, HALF_DAY)
            ]
            if key == "study"
            else []
        ),
    }
    return render(request, "ledgers/ledger.html", context, status=422 if sentence else 200)


@screen(EXPORT, rate="export")
@require_POST
def take(request: Request, organisation: UUID, key: str, kind: str) -> HttpResponseBase:
    """The ledger as Word or Excel."""
    period, sentence = period_of(request)
    if sentence:
        raise InvalidInput({"period": sentence})
    name, content = take_ledger(
        request.actor, ledger=key, organisation=organisation, period=period, kind=kind, at=now()
    )
    return as_file(name, content, kind)


@screen(VIEW)
@require_GET
def attendance(request: Request) -> HttpResponseBase:
    """Attendance as a list, to be searched, filtered and exported."""
    page = ATTENDANCE.page(attendance_within(request.actor), request.GET)
    context = {"page": page, "may_take": request.actor.may_somewhere(EXPORT)}
    return render(request, "ledgers/attendance.html", context)
