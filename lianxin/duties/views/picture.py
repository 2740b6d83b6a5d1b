"""The picture of a subtree, and the list behind it."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.duties.actions.exporting import export_picture
from lianxin.duties.declared import all_duties, duty_named, label_of
from lianxin.duties.permissions import EXPORT, VIEW
from lianxin.duties.queries.due import duties_within
from lianxin.duties.queries.grid import Asked, heading_of, kinds_by_month, picture_asked, total_in_words
from lianxin.duties.queries.listing import DUTIES, Window
from lianxin.duties.queries.picture import Cell, Picture, Span, keys_known, not_dissolved
from lianxin.duties.wording import MONTHS, period_in_words
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import InvalidInput, Sentence
from lianxin.kernel.time import now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.facade import Organisation, ever_within, organisation_for, place_of

FIRST_YEAR, YEARS_BACK = 2018, 4
KINDS = "kinds"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
GROUP_MEETING = "group_meeting"
PLACES = 12
"""Of how many places in reach the first page names the others."""


Shown = list[tuple[Cell, str]]
"""The cells of a line, each with the address of what is open in it; empty where nothing is."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose, with its address."""

    label: Sentence
    url: str
    active: bool


def asked_of(request: Request) -> Asked:
    """Read the address; what makes no sense falls back to all duties of this month."""
    day = today()
    year = request.GET.get("year", "")
    chosen = int(year) if year.isdecimal() and FIRST_YEAR <= int(year) <= day.year + 1 else day.year
    key = request.GET.get("key", "")
    time = request.GET.get("time", "")
    if time not in TIMES:
        time = f"m{day.month}"
    by = KINDS if request.GET.get("by") == KINDS else ""
    return Asked("" if by or not duty_named(key) else key, chosen, time, by)


TIMES = frozenset({"year", *(f"q{number}" for number in range(1, 5)), *(f"m{number}" for number in range(1, 13))})


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """The children of a place against the periods of one duty, or against all duties of a span."""
    actor, asked = request.actor, asked_of(request)
    node, others = _node(actor, request.GET.get("node", ""))
    if node is None:
        return render(request, "duties/picture.html", {"picture": Picture([]), "node": None})
    if not node.numchild and not others:
        return redirect("duties:organisation", node.id)
    shown = _kinds(request, node, asked) if asked.by else _children(request, node, asked)
    return render(request, "duties/picture.html", _around(request, node, others, asked) | shown)


def _around(request: Request, node: Organisation, others: list[Organisation], asked: Asked) -> dict[str, Any]:
    """What stands around each form of the picture: where it is, what else can be shown, and the way to a sheet."""
    address = reverse("duties:picture")
    return {
        "node": node,
        "others": [(other, f"{address}?{asked.query(node=other.id)}") for other in others],
        "crumbs": [
            {"label": crumb.name, "url": f"{address}?{asked.query(node=crumb.id)}"}
            for crumb in place_of(node.path, request.actor)
        ],
        "tabs": [
            {
                "label": _("Organisation by organisation"),
                "url": f"{address}?{asked.query(node=node.id, by='')}",
                "active": not asked.by,
            },
            {
                "label": _("By kind and month"),
                "url": f"{address}?{asked.query(node=node.id, by=KINDS, key='')}",
                "active": bool(asked.by),
            },
        ],
        "asked": asked,
        "years": range(today().year - YEARS_BACK, today().year + 2),
        "list_url": f"{reverse('duties:list')}?{urlencode(_narrowing(asked, node))}",
        "calendar_url": f"{reverse('duties:calendar', args=[node.id])}?below=1",
        "sheet_url": f"{reverse('duties:picture_sheet', args=[node.id])}?{asked.query()}"
        if request.actor.may(EXPORT, node.path)
        else "",
    }


def _offered(known: set[str], asked: Asked) -> list[tuple[str, Sentence]]:
    """The kinds to choose from: those that something here or below ever owed, and the one that was asked for."""
    return [(duty.key, duty.label) for duty in all_duties() if not known or duty.key in {*known, asked.key}]


def _children(request: Request, node: Organisation, asked: Asked) -> dict[str, Any]:
    address, known = reverse("duties:picture"), keys_known(request.actor, node)
    picture = picture_asked(request.actor, node, asked, day=today(), after=request.GET.get("after", ""))
    return {
        "picture": picture,
        "columns": [_heading(column, asked, node, address) for column in picture.columns],
        "total": _behind(picture.total, node, asked),
        "total_name": total_in_words(),
        "lines": [
            (
                line,
                _line_url(line.organisation, asked, address, is_itself=line.is_itself),
                _behind(line.cells, line.organisation, asked, is_itself=line.is_itself),
            )
            for line in picture.lines
        ],
        "duties": _offered(known, asked),
        "without_groups": GROUP_MEETING not in known,
        "times": _times(),
        "label": label_of(asked.key) if asked.key else "",
        "more_url": f"{address}?{asked.query(node=node.id, after=picture.after)}" if picture.after else "",
    }


def _kinds(request: Request, node: Organisation, asked: Asked) -> dict[str, Any]:
    grid, address = kinds_by_month(request.actor, node, year=asked.year, day=today()), reverse("duties:picture")
    return {
        "columns": [Choice(heading, "", active=False) for heading in grid.headings],
        "kinds": [
            (
                name,
                f"{address}?{asked.query(node=node.id, by='', key=key)}" if key else "",
                _behind(cells, node, asked),
            )
            for key, (name, cells) in zip(grid.keys, grid.lines, strict=True)
        ],
    }


def _behind(cells: Sequence[Cell], place: Organisation, asked: Asked, *, is_itself: bool = False) -> Shown:
    """The way from each figure to the organisations whose duty is overdue, or runs and is not met.

    Relative to the picture's own address: a page has hundreds.
    """
    own = f"{place.id}/?year={asked.year}" if is_itself or not place.numchild else ""
    how = "ends" if asked.by else "is" if asked.key else "in"

    def way(one: Cell) -> str:
        if own:
            return f"{own}#due-{one.state}"
        kind = f"&key={one.key}" if one.key else ""
        return f"list/?below={place.id}{kind}&time={Window(how, one.span.start, one.span.end)}&state={one.state}"

    return [(one, way(one) if one.is_listed else "") for one in cells]


@screen(EXPORT)
@require_POST
def sheet(request: Request, organisation: UUID) -> HttpResponseBase:
    """The grid as a workbook."""
    asked, at = asked_of(request), now()
    node = organisation_for(request.actor, organisation, EXPORT)
    what = str(label_of(asked.key)) if asked.key else _("What is due")
    first, last = asked.span
    time = period_in_words(first, last) if not (asked.key or asked.by) else str(asked.year)
    title = f"{node.short_name} {what} {time}"
    try:
        made = export_picture(request.actor, node=node, asked=asked, title=title, at=at)
    except InvalidInput as refusal:
        messages.error(request, str(refusal))
        return redirect(f"{reverse('duties:picture')}?{asked.query(node=node.id)}")
    return FileResponse(
        io.BytesIO(made),
        as_attachment=True,
        filename=f"{title.replace(' ', '_')}_{today():%Y%m%d}.xlsx",
        content_type=WORKBOOK,
    )


def _narrowing(asked: Asked, node: Organisation) -> dict[str, object]:
    given: dict[str, object] = {"below": node.id, "year": asked.year}
    return given | ({"key": asked.key} if asked.key else {})


def _heading(column: Span | str, asked: Asked, node: Organisation, address: str) -> Choice:
    url = "" if isinstance(column, Span) else f"{address}?{asked.query(node=node.id, key=column, time='')}"
    return Choice(heading_of(column), url, active=False)


def _line_url(place: Organisation, asked: Asked, address: str, *, is_itself: bool) -> str:
    """One level down; the organisation's own list where there is nothing below."""
    if is_itself or not place.numchild:
        return f"{reverse('duties:organisation', args=[place.id])}?year={asked.year}"
    return f"{address}?{asked.query(node=place.id)}"


def _times() -> list[tuple[str, Sentence]]:
    return [
        *((f"m{number}", _("month %(number)d") % {"number": number}) for number in range(1, MONTHS + 1)),
        *((f"q{number}", _("quarter %(number)d") % {"number": number}) for number in range(1, 5)),
        ("year", _("the whole year")),
    ]


def _node(actor: Actor, text: str) -> tuple[Organisation | None, list[Organisation]]:
    """The place asked for, else the highest one in reach; and where else the actor's reaches begin. One query."""
    wanted = parse_id(text)
    if wanted is not None:
        return organisation_for(actor, wanted, VIEW), []
    reaches = sorted({reach.path for reach in actor.reaches_for(VIEW)})
    tops = [path for path in reaches if not any(path != top and path.startswith(top) for top in reaches)]
    found = list(ever_within(actor, VIEW).filter(not_dissolved(), path__in=tops).order_by("depth", "path"))
    return (found[0], found[1:PLACES]) if found else (None, [])


@screen(VIEW)
@require_GET
def listed(request: Request) -> HttpResponse:
    """The duties themselves, one row each, to filter and export."""
    rows = duties_within(request.actor).select_related("organisation")
    page = DUTIES.page(rows, request.GET)
    export = reverse("files:export_new", args=[DUTIES.name]) if request.actor.may_somewhere(EXPORT) else ""
    back = {name: request.GET.get(name, "") for name in ("key", "year") if request.GET.get(name)}
    if request.GET.get("below"):
        back["node"] = request.GET["below"]
    picture = f"{reverse('duties:picture')}?{urlencode(back)}"
    return render(request, "duties/list.html", {"page": page, "export_url": export, "picture_url": picture})
