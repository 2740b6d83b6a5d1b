"""The picture of a subtree, and the list behind it."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from lianxin.duties.declared import all_duties, duty_named, label_of
from lianxin.duties.permissions import EXPORT, VIEW
from lianxin.duties.queries.due import duties_within
from lianxin.duties.queries.listing import DUTIES
from lianxin.duties.queries.picture import Picture, Span, picture_of_key, picture_of_time
from lianxin.duties.wording import column_in_words
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import add_months, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.facade import Organisation, ever_within, organisation_for, place_of

FIRST_YEAR, YEARS_BACK = 2018, 4
QUARTER, MONTHS = 3, 12
PLACES = 12
"""Of how many places in reach the first page names the others."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose, with its address."""

    label: Sentence
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for: one duty over a year, or all duties over a month, a quarter or the year."""

    key: str
    year: int
    time: str

    def query(self, **changes: object) -> str:
        """The address' query with changes; the place and the page begin anew unless given."""
        given = {"key": self.key, "year": self.year, "time": self.time} | changes
        return urlencode({name: value for name, value in given.items() if value not in ("", None)})


def asked_of(request: Request) -> Asked:
    """Read the address; what makes no sense falls back to all duties of this month."""
    day = today()
    year = request.GET.get("year", "")
    chosen = int(year) if year.isdecimal() and FIRST_YEAR <= int(year) <= day.year + 1 else day.year
    key = request.GET.get("key", "")
    time = request.GET.get("time", "")
    if time not in TIMES:
        time = f"m{day.month}"
    return Asked(key if duty_named(key) else "", chosen, time)


TIMES = frozenset({"year", *(f"q{number}" for number in range(1, 5)), *(f"m{number}" for number in range(1, 13))})


def span_of(asked: Asked) -> tuple[date, date]:
    """First and last day of the month, quarter or year asked for."""
    if asked.time == "year":
        return date(asked.year, 1, 1), date(asked.year, MONTHS, 31)
    number = int(asked.time[1:])
    months = QUARTER if asked.time[0] == "q" else 1
    start = date(asked.year, (number - 1) * months + 1, 1)
    return start, date.fromordinal(add_months(start, months).toordinal() - 1)


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
    after = request.GET.get("after", "")
    if asked.key:
        picture = picture_of_key(actor, node, key=asked.key, year=asked.year, day=today(), after=after)
    else:
        since, until = span_of(asked)
        keys = [duty.key for duty in all_duties()]
        picture = picture_of_time(actor, node, keys=keys, since=since, until=until, day=today(), after=after)
    address = reverse("duties:picture")
    context = {
        "node": node,
        "others": [(other, f"{address}?{asked.query(node=other.id)}") for other in others],
        "picture": picture,
        "columns": [_heading(column, asked, node, address) for column in picture.columns],
        "lines": [
            (line, _line_url(line.organisation, asked, address, is_itself=line.is_itself)) for line in picture.lines
        ],
        "crumbs": [
            {"label": crumb.name, "url": f"{address}?{asked.query(node=crumb.id)}"}
            for crumb in place_of(node.path, actor)
        ],
        "asked": asked,
        "duties": [(duty.key, duty.label) for duty in all_duties()],
        "years": range(today().year - YEARS_BACK, today().year + 2),
        "times": _times(),
        "label": label_of(asked.key) if asked.key else "",
        "more_url": f"{address}?{asked.query(node=node.id, after=picture.after)}" if picture.after else "",
        "list_url": f"{reverse('duties:list')}?{urlencode(_narrowing(asked, node))}",
        "calendar_url": f"{reverse('duties:calendar', args=[node.id])}?below=1",
    }
    return render(request, "duties/picture.html", context)


def _narrowing(asked: Asked, node: Organisation) -> dict[str, object]:
    given: dict[str, object] = {"below": node.id, "year": asked.year}
    return given | ({"key": asked.key} if asked.key else {})


def _heading(column: Span | str, asked: Asked, node: Organisation, address: str) -> Choice:
    if isinstance(column, Span):
        return Choice(column_in_words(column.start, column.end), "", active=False)
    return Choice(label_of(column), f"{address}?{asked.query(node=node.id, key=column, time='')}", active=False)


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
    found = list(ever_within(actor, VIEW).filter(path__in=tops, dissolved_on__isnull=True).order_by("depth", "path"))
    return (found[0], found[1:PLACES]) if found else (None, [])


@screen(VIEW)
@require_GET
def listed(request: Request) -> HttpResponse:
    """The duties themselves, one row each, to filter and export."""
    rows = duties_within(request.actor).select_related("organisation")
    page = DUTIES.page(rows, request.GET)
    export = reverse("files:export_new", args=[DUTIES.name]) if request.actor.may_somewhere(EXPORT) else ""
    return render(request, "duties/list.html", {"page": page, "export_url": export})
