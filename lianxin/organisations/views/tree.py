"""The tree browser and the picture of the structure: a level at a time, on any day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from lianxin.kernel.time import today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.permissions import REORGANISE, VIEW
from lianxin.organisations.queries.scope import organisation_for
from lianxin.organisations.queries.tree import Node, children_of, children_on, descendants, tops_of, tops_on
from lianxin.organisations.queries.wording import kind_name
from lianxin.organisations.views.reading import day_of_page, on_query, page_of, way_to

DRAWN_DEPTH = 2
DRAWN_MOST = 400
OPENED_BELOW = 60


@dataclass(frozen=True, slots=True)
class Branch:
    """A node as the tree component draws it."""

    name: str
    url: str
    extra: str
    children_url: str
    level: int
    children: list["Branch"]
    is_current: bool = False


def _branch(node: Node, day: date, level: int, children: Iterable["Branch"] = ()) -> Branch:
    extra = ""
    if node.members is not None:
        extra = ngettext("%(count)d member", "%(count)d members", node.members) % {"count": node.members}
    query = urlencode({"level": level + 1, **({} if day == today() else {"on": day.isoformat()})})
    below = f"{reverse('organisations:level', args=[node.id])}?{query}" if node.children else ""
    return Branch(node.short_name, page_of(node.id, day), extra, below, level, list(children))


@screen(VIEW)
@require_safe
def tree(request: Request) -> HttpResponse:
    """Where the actor's tree begins, with one level opened if it begins at a single place."""
    day = day_of_page(request)
    is_today = day == today()
    tops = tops_of(request.actor) if is_today else tops_on(request.actor, day)
    branches = [_branch(node, day, 1) for node in tops]
    if len(tops) == 1 and tops[0].children:
        branches = [_branch(tops[0], day, 1, _below(request, tops[0].id, day, 2))]
    context = {
        "branches": branches,
        "on": day,
        "is_today": is_today,
        "may_set_up": request.actor.may_somewhere(REORGANISE),
    }
    return render(request, "organisations/tree.html", context)


def _below(request: Request, parent: UUID, day: date, level: int) -> list[Branch]:
    organisation = organisation_for(request.actor, parent)
    if day == today():
        found = children_of(request.actor, organisation, after=request.GET.get("after", ""))
    else:
        found = children_on(request.actor, parent, day, after=request.GET.get("after", ""))
    branches = [_branch(node, day, level) for node in found.nodes]
    if found.after:
        query = urlencode({"level": level, "after": found.after, **({} if day == today() else {"on": day.isoformat()})})
        more = f"{reverse('organisations:level', args=[parent])}?{query}"
        rest = ngettext("and more after the first %(count)d", "and more after the first %(count)d", len(branches))
        branches.append(Branch(rest % {"count": len(branches)}, page_of(parent, day), "", more, level, []))
    return branches


@screen(VIEW)
@require_safe
def level(request: Request, organisation: UUID) -> HttpResponse:
    """The children of a node as tree items; the island asks for them when the node is opened."""
    day = day_of_page(request)
    depth = int(request.GET["level"]) if request.GET.get("level", "").isdecimal() else 2
    branches = _below(request, organisation, day, depth)
    return render(request, "organisations/level.html", {"branches": branches, "on": day})


@screen(VIEW)
@require_safe
def structure(request: Request, organisation: UUID) -> HttpResponse:
    """The picture of what stands below an organisation."""
    row = organisation_for(request.actor, organisation)
    context = {"organisation": row, "place": way_to(request.actor, row, today())}
    return render(request, "organisations/structure.html", context)


@screen(VIEW)
@require_safe
def structure_data(request: Request, organisation: UUID) -> JsonResponse:
    """The organisation and two levels below it, as the picture's island takes them; deeper ones are asked for again."""
    row = organisation_for(request.actor, organisation)
    nodes = descendants(request.actor, row, depth=DRAWN_DEPTH, most=DRAWN_MOST)
    drawn: dict[UUID, dict[str, Any]] = {node.id: _drawn(node) for node in nodes}
    for node in nodes:
        if node.parent_id in drawn and node.id != row.id:
            drawn[node.parent_id].setdefault("children", []).append(drawn[node.id])
    for node in nodes:
        if node.children and len(drawn[node.id].get("children", [])) < node.children:
            drawn[node.id].pop("children", None)
            drawn[node.id]["children_url"] = reverse("organisations:structure_data", args=[node.id])
    return JsonResponse(drawn[row.id])


def _drawn(node: Node) -> dict[str, Any]:
    return {
        "name": node.short_name,
        "kind": str(kind_name(node.org_type)),
        "members": node.members,
        "url": reverse("organisations:detail", args=[node.id]) + on_query(today()),
    }
