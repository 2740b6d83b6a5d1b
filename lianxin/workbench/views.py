"""The workbench's own pages: what has to be done, and one search for members and organisations."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from lianxin.files import facade as files
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Sentence
from lianxin.kernel.web.navigation import panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members import facade as members
from lianxin.organisations import facade as organisations

FOUND = 12
PLACES = 5


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Something people often come to do."""

    label: Sentence
    icon: str
    url: str


SHORTCUTS = (
    (files.IMPORT, _("Import a spreadsheet"), "upload", "files:import_new"),
    (members.ADD, _("Add a member"), "user-plus", "members:add"),
    (members.VIEW, _("Open the roster"), "users", "members:roster"),
    (organisations.LEND, _("Lend my role for a time"), "clock", "organisations:grant_lend"),
    (organisations.VIEW, _("Open the tree of organisations"), "sitemap", "organisations:tree"),
)


def _shortcuts(actor: Actor) -> list[Shortcut]:
    return [
        Shortcut(label, icon, reverse(name))
        for permission, label, icon, name in SHORTCUTS
        if actor.may_somewhere(permission)
    ]


@screen(organisations.VIEW)
@require_GET
def home(request: Request) -> HttpResponse:
    """What do I have to do now? Each module answers with a panel, most urgent first; who has nothing due is told so."""
    places = organisations.tops_of(request.actor)[:PLACES]
    shown = panels("workbench.home", request.actor)
    beside = panels("workbench.home_beside", request.actor)
    context = {"places": places, "panels": shown, "beside": beside, "shortcuts": _shortcuts(request.actor)}
    return render(request, "workbench/home.html", context)


@screen(organisations.VIEW, rate="search")
@require_GET
def search(request: Request) -> HttpResponse:
    """Members and organisations by name, pinyin, initials, code, tail of identity number or phone."""
    text = request.GET.get("q", "").strip()
    if not text:
        return redirect("workbench:home")
    found_organisations = list(organisations.search_organisations(request.actor, text, size=FOUND + 1))
    may_see_members = request.actor.may_somewhere(members.VIEW)
    found_members = members.search_members(request.actor, text, size=FOUND + 1) if may_see_members else []
    return render(
        request,
        "workbench/search.html",
        {
            "text": text,
            "organisations": found_organisations[:FOUND],
            "more_organisations": len(found_organisations) > FOUND,
            "members": found_members[:FOUND],
            "more_members": len(found_members) > FOUND,
            "roster_url": reverse("members:roster"),
            "organisations_url": reverse("organisations:list"),
        },
    )
