"""The workbench's own pages: what has to be done, and one search for members and organisations."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from lianxin.kernel.web.navigation import panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members import facade as members
from lianxin.organisations import facade as organisations

FOUND = 12


@screen(organisations.VIEW)
@require_GET
def home(request: Request) -> HttpResponse:
    """What do I have to do now? Each module answers with a panel, or with none where nothing is due."""
    places = organisations.organisations_within(request.actor).order_by("depth", "path")[:5]
    shown = panels("workbench.home", request.actor)
    return render(request, "workbench/home.html", {"places": places, "panels": shown})


@screen(organisations.VIEW)
@require_GET
def search(request: Request) -> HttpResponse:
    """Members and organisations by name, pinyin, initials, code, tail of identity number or phone."""
    text = request.GET.get("q", "").strip()
    if not text:
        return redirect("workbench:home")
    found_organisations = organisations.search_organisations(request.actor, text, size=FOUND)
    may_see_members = request.actor.may_somewhere(members.VIEW)
    found_members = members.search_members(request.actor, text, size=FOUND) if may_see_members else []
    return render(
        request,
        "workbench/search.html",
        {
            "text": text,
            "organisations": found_organisations,
            "members": found_members,
            "size": FOUND,
            "roster_url": reverse("members:roster"),
            "may_see_members": may_see_members,
        },
    )
