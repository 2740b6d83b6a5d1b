"""Lists of organisations: all, those with warnings, those whose term ends; and choices for a combobox."""

from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpResponse, JsonResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.time import today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.actions.tree import BRANCHES
from lianxin.organisations.permissions import CHANGE, REORGANISE, TERMS, VIEW
from lianxin.organisations.queries.listing import ORGANISATIONS, TERMS_ENDING
from lianxin.organisations.queries.scope import organisation_for, organisations_within
from lianxin.organisations.queries.search import search_organisations
from lianxin.organisations.queries.warnings import (
    Warned,
    count_warnings,
    terms_ending,
    warned_within,
    warning_kinds,
    warnings_of,
)
from lianxin.organisations.queries.wording import kind_name
from lianxin.organisations.views.reading import way_to

CHOOSABLE = frozenset({VIEW, CHANGE, REORGANISE, TERMS})


@screen(VIEW)
@require_safe
def organisations(request: Request) -> HttpResponse:
    """Every organisation of the actor, or those below `?below=`, searched, filtered, sorted."""
    rows = organisations_within(request.actor)
    context: dict[str, object] = {}
    below = parse_id(request.GET.get("below", ""))
    if below is not None:
        top = organisation_for(request.actor, below)
        rows = rows.filter(path__startswith=top.path)
        context = {"below": top, "place": way_to(request.actor, top, today())}
    page = ORGANISATIONS.page(rows, request.GET)
    return render(request, "organisations/list.html", {**context, "page": page, "export_url": export_url()})


def export_url() -> str:
    """Where a list of organisations is exported, exactly as filtered."""
    return reverse("files:export_new", args=["organisations"])


@screen(VIEW)
@require_safe
def warnings(request: Request) -> HttpResponse:
    """Organisations to which a warning applies, by kind, each with article and what to do."""
    day = today()
    keys = [key for key in request.GET.getlist("kind") if key]
    page = ORGANISATIONS.page(warned_within(request.actor, day, keys), _without(request, "kind"))
    kinds = {kind.key: kind for kind in warning_kinds(day)}
    context = {
        "page": page,
        "warned": [Warned(row, warnings_of(row, day)) for row in page.rows],
        "counts": [
            (one, f"{reverse('organisations:warnings')}?{urlencode({'kind': one.kind.key})}", one.kind.key in keys)
            for one in count_warnings(request.actor, day)
            if one.number
        ],
        "chosen": [kinds[key] for key in keys if key in kinds],
        "kind_query": urlencode([("kind", key) for key in keys]),
    }
    return render(request, "organisations/warnings.html", context)


def _without(request: Request, key: str) -> QueryDict:
    params = request.GET.copy()
    params.pop(key, None)
    return params


@screen(VIEW)
@require_safe
def terms(request: Request) -> HttpResponse:
    """Organisations whose term is over or ends within the months of the rule, soonest first."""
    day = today()
    page = TERMS_ENDING.page(terms_ending(request.actor, day), request.GET)
    return render(request, "organisations/terms.html", {"page": page, "day": day})


@screen(VIEW)
@require_safe
def choices(request: Request) -> JsonResponse:
    """At most 20 organisations for a combobox: `?q=`, `?for=` a permission, `?as=above` leaves out branches.

    `?value=code` answers the code of each instead of its key: for a list of lines that people read.
    """
    permission = request.GET.get("for", VIEW)
    within = ~Q(org_type__in=BRANCHES) if request.GET.get("as") == "above" else None
    found = (
        search_organisations(request.actor, request.GET.get("q", ""), permission=permission, within=within)
        if permission in CHOOSABLE
        else []
    )
    results = [
        {
            "value": row.code if request.GET.get("value") == "code" else str(row.id),
            "label": str(row),
            "hint": _("%(kind)s, %(name)s") % {"kind": kind_name(row.org_type), "name": row.name},
        }
        for row in found
    ]
    return JsonResponse({"results": results})
