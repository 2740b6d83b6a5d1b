"""The page of an organisation: facts, what stands below, warnings, what happened, and what can be done."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import today
from lianxin.kernel.web.navigation import panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.actions.dissolve import in_the_way_of_dissolving
from lianxin.organisations.actions.facts import FACT_NAMES
from lianxin.organisations.actions.tree import BRANCHES, authority
from lianxin.organisations.models import Organisation, OrganisationVersion
from lianxin.organisations.permissions import CHANGE, REORGANISE, TERMS, VIEW
from lianxin.organisations.queries.scope import organisation_for
from lianxin.organisations.queries.timeline import SIZE, successions, timeline_of
from lianxin.organisations.queries.tree import ancestors_on, children_of, children_on, counted, organisation_on
from lianxin.organisations.queries.warnings import warnings_of
from lianxin.organisations.queries.wording import kind_name, label_of, shown
from lianxin.organisations.views.reading import day_of_page, on_query, page_of, way_to
from lianxin.rules.facade import Verdict, sources

CHILDREN_SHOWN = 50
BRANCH_REGULATIONS = "BRANCH"


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A line of the facts."""

    label: Sentence
    value: Sentence
    note: Sentence = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Offered:
    """An act at the top of the page; `why` says what stands in its way today."""

    label: Sentence
    url: str
    icon: str
    why: Sentence = ""


@screen(VIEW)
@require_safe
def detail(request: Request, organisation: UUID) -> HttpResponse:
    """An organisation as it is today, or as the tree knew it on `?on=`."""
    day = day_of_page(request)
    is_today = day == today()
    row = organisation_for(request.actor, organisation)
    version = None if is_today else organisation_on(row.id, day)
    below = children_of(request.actor, row, size=CHILDREN_SHOWN) if is_today else None
    if below is None:
        below = children_on(request.actor, row.id, day, size=CHILDREN_SHOWN)
    counts = counted(Organisation.objects.filter(id=row.id)).values("members_below", "children_below").get()
    happened = timeline_of(row, before=parse_id(request.GET.get("before", "")))
    context = {
        "organisation": row,
        "name": version.name if version else row.name,
        "kind": kind_name(version.org_type if version else row.org_type),
        "exists": is_today or version is not None,
        "on": day,
        "is_today": is_today,
        "today_url": reverse("organisations:detail", args=[row.id]),
        "place": way_to(request.actor, row, day),
        "facts": facts_of_page(row, is_today=is_today, version=version, actor=request.actor, day=day),
        "counts": counts,
        "children": [(node, page_of(node.id, day), kind_name(node.org_type)) for node in below.nodes],
        "more_children": bool(below.after),
        "children_query": on_query(day),
        "warnings": warned(row) if is_today and row.dissolved_on is None else [],
        "terms": row.terms.all(),
        "may_terms": request.actor.may(TERMS, row.path),
        "passed": successions(request.actor, row, came=False),
        "came": successions(request.actor, row, came=True),
        "timeline": happened,
        "earlier": happened[-1].event.id if len(happened) == SIZE else None,
        "acts": offered(request.actor, row) if is_today else [],
        "panels": panels("organisations.organisation", request.actor, organisation=row, on=day),
    }
    return render(request, "organisations/detail.html", context)


def warned(row: Organisation) -> list[tuple[Verdict, str]]:
    """What the rules say, each with the address of its rule."""
    return [(verdict, reverse("rules:detail", args=[verdict.rule_id])) for verdict in warnings_of(row, today())]


def facts_of_page(
    row: Organisation, *, is_today: bool, version: OrganisationVersion | None, actor: Actor, day: date
) -> list[ShownFact]:
    """The facts at the left: on another day than today only what has a history."""
    if not is_today:
        if version is None:
            return []
        above = " › ".join(name for _id, name in ancestors_on(row.id, day)[:-1])
        return [
            ShownFact(label_of("name"), version.name),
            ShownFact(label_of("short_name"), version.short_name),
            ShownFact(label_of("org_type"), kind_name(version.org_type)),
            ShownFact(label_of("parent"), above if actor.may(VIEW, row.path[:-4]) else ""),
            ShownFact(_("decided by"), version.document_no, version.reason),
        ]
    facts = [ShownFact(label_of(name), shown(name, getattr(row, name))) for name in ("name", "code", "org_type")]
    facts += [
        ShownFact(label_of("secretary"), row.secretary),
        ShownFact(label_of("term_ends_on"), shown("term_ends_on", row.term_ends_on)),
        ShownFact(label_of("founded_on"), shown("founded_on", row.founded_on), row.approval_no),
    ]
    if row.dissolved_on is not None:
        facts.append(ShownFact(label_of("dissolved_on"), shown("dissolved_on", row.dissolved_on)))
    for name in FACT_NAMES:
        value = row.phone_masked if name == "phone" else getattr(row, name)
        if value or name in {"affiliation", "contact", "phone"}:
            facts.append(ShownFact(label_of(name), shown(name, value)))
    return facts


def offered(actor: Actor, row: Organisation) -> list[Offered]:
    """The acts this actor may do: absent where not permitted, with a reason where not possible yet."""
    gone = _("It is dissolved.") if row.dissolved_on is not None else ""
    acts: list[Offered] = []

    def offer(label: Sentence, name: str, icon: str, why: Sentence = "") -> None:
        acts.append(Offered(label, reverse(f"organisations:{name}", args=[row.id]), icon, gone or why))

    if actor.may(CHANGE, row.path):
        offer(_("Change facts"), "facts", "pencil")
    if actor.may(TERMS, row.path):
        offer(_("New term"), "term_begin", "calendar-event")
    offer(_("Local values of rules"), "local_values", "scale")
    if actor.may(REORGANISE, row.path):
        branch = _("Below a branch there are only Party groups (%(article)s).") % {"article": _article("13")}
        offer(_("Set up below"), "set_up", "plus", branch if row.org_type in BRANCHES else "")
    if actor.may(REORGANISE, authority(row)):
        at_the_top = _("It is the top of the tree.") if row.depth == 1 else ""
        offer(_("Rename"), "rename", "pencil")
        offer(_("Move"), "move", "sitemap", at_the_top)
        offer(_("Merge"), "merge", "arrow-merge", at_the_top)
        offer(_("Split"), "split", "arrows-split", at_the_top)
        in_the_way = [] if gone else in_the_way_of_dissolving(row, today())
        why = f"{in_the_way[0]} {_article('7')}" if in_the_way else ""
        offer(_("Dissolve"), "dissolve", "x", why)
    return acts


def _article(number: str) -> str:
    return sources()[BRANCH_REGULATIONS].cite(number)
