"""The register of processing, made from what the modules declare: the notice that everybody may read (PIPL 17)."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lianxin.kernel.authz import permission
from lianxin.kernel.processing import Processing, all_processing
from lianxin.kernel.retention.plan import period_for
from lianxin.kernel.retention.types import record_type
from lianxin.kernel.time import today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import public
from lianxin.rules.facade import sources

WHY_PUBLIC = "people are told what is processed, before and without signing in (PIPL 17)"
BYTE_ORDER_MARK = "\ufeff"  # Excel takes a CSV without it for the code page of the machine


@dataclass(frozen=True, slots=True)
class Kept:
    """How long one kind of record is kept: the period (or that it is kept), from when, why, by which source."""

    label: str
    period: str
    since: str
    why: str
    source: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One activity of the register in words."""

    key: str
    label: str
    persons: str
    purpose: str
    basis: Sequence[str]
    items: Sequence[str]
    sensitive: str
    seen_by: Sequence[str]
    kept: Sequence[Kept]
    sharing: str


def lines() -> list[Line]:
    """The register in the active language. Reads no table."""
    return [_line(one) for one in all_processing()]


def _line(one: Processing) -> Line:
    roles = {role for name in one.seen_by for role in permission(name).roles}
    return Line(
        one.key,
        str(one.label),
        str(one.persons),
        str(one.purpose),
        [sources()[code].cite(article) for code, article in one.basis],
        [str(item) for item in one.items()],
        str(one.sensitive),
        [*([_("the person themselves")] if one.is_own else []), *sorted(str(role.label) for role in roles)],
        [_kept(key) for key in one.records],
        str(one.sharing),
    )


def _kept(key: str) -> Kept:
    found = record_type(key)
    if found is None:
        raise LookupError(f"No module declares the record type {key}.")
    period = period_for(found, on=today())
    shown = str(period.shown) if period is not None else _("kept")
    return Kept(
        str(found.label),
        shown,
        str(found.since_words),
        str(found.why),
        str(period.source) if period is not None else "",
        period is None or period.is_certain,
    )


@public(WHY_PUBLIC)
@require_GET
def register(request: Request) -> HttpResponseBase:
    """The register as a page."""
    law = sources()["PIPL"]
    articles = {"notice": law.cite("17"), "assessment": law.cite("55")}
    return render(request, "portal/processing.html", {"lines": lines(), "law": articles})


@public(WHY_PUBLIC)
@require_GET
def as_json(_request: Request) -> HttpResponseBase:
    """The register for programs."""
    found: list[dict[str, Any]] = [
        {
            "key": one.key,
            "activity": one.label,
            "persons": one.persons,
            "purpose": one.purpose,
            "basis": list(one.basis),
            "data": list(one.items),
            "sensitive": one.sensitive,
            "seen_by": list(one.seen_by),
            "kept": [
                {
                    "record": kept.label,
                    "period": kept.period,
                    "from": kept.since,
                    "why": kept.why,
                    "source": kept.source,
                }
                for kept in one.kept
            ],
            "sharing": one.sharing,
        }
        for one in lines()
    ]
    answer = {"format": "lianxin.processing/1", "made_on": today().isoformat(), "activities": found}
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False, "indent": 2})


@public(WHY_PUBLIC)
@require_GET
def as_csv(_request: Request) -> HttpResponseBase:
    """The register as a table, one activity a line, to be filed."""
    text = io.StringIO()
    text.write(BYTE_ORDER_MARK)
    table = csv.writer(text)
    first = [_("activity"), _("persons"), _("purpose"), _("basis"), _("data")]
    table.writerow([*first, _("sensitive"), _("seen by"), _("kept"), _("sharing")])
    for one in lines():
        kept = "；".join(f"{part.label}：{part.period}" for part in one.kept)
        cells = [one.label, one.persons, one.purpose, "；".join(one.basis), "、".join(one.items)]
        table.writerow([*cells, one.sensitive, "、".join(one.seen_by), kept, one.sharing])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="processing-{today():%Y%m%d}.csv"'
    return answer
