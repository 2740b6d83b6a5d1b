"""Political birthdays, greetings, and the list for the medal."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.ceremonies.actions.greeting import draft_for, greet
from lianxin.ceremonies.forms import GreetingForm
from lianxin.ceremonies.permissions import GREET, VIEW
from lianxin.ceremonies.queries.birthdays import (
    FIRST_MEDALS,
    PAGE,
    Below,
    birthdays,
    birthdays_below,
    medal_candidates,
    near_birthday,
)
from lianxin.kernel.authz import require
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.time import add_months, now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.facade import member_for
from lianxin.organisations.facade import Organisation, organisation_for, organisations_within
from lianxin.rules.facade import political_birthday, political_birthday_rules

MOST_LISTED = 40
"""From here on a list of people is no longer read: a committee sees numbers, and opens an organisation."""


def _place(request: Request) -> Organisation | None:
    """The organisation in the address, else the only one where the actor sees the list; none is everything in reach."""
    wanted = parse_id(request.GET.get("organisation", ""))
    if wanted:
        return organisation_for(request.actor, wanted)
    paths = {reach.path for reach in request.actor.reaches_for(VIEW)}
    return organisations_within(request.actor, VIEW).filter(path__in=paths).first() if len(paths) == 1 else None


def _month(text: str) -> date:
    """The first day of the month in the address (2026-03), else of this one."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today().replace(day=1)


def _words(month: date) -> str:
    return _("%(year)d-%(month)02d") % {"year": month.year, "month": month.month}


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """The political birthdays of a month: by day, or where they are many, how many each organisation below has."""
    first = _month(request.GET.get("month", ""))
    last = add_months(first, 1) - timedelta(days=1)
    place = _place(request)
    is_own = request.GET.get("show") == "own"
    below: list[Below] = []
    if place is not None and place.numchild and not is_own:
        below = birthdays_below(request.actor, since=first, until=last, place=place)
    is_counted = sum(one.people for one in below) > MOST_LISTED
    rows = (
        []
        if is_counted
        else birthdays(
            request.actor,
            since=first,
            until=last,
            path=place.path if place else "",
            organisations=[place.pk] if place and is_own else (),
            size=PAGE + 1,
        )
    )
    context = {
        "below": below if is_counted else [],
        "rows": rows[:PAGE],
        "has_more": len(rows) > PAGE,
        "month": first,
        "month_words": _words(first),
        "before_words": _words(add_months(first, -1)),
        "after_words": _words(add_months(first, 1)),
        "before": add_months(first, -1),
        "after": add_months(first, 1),
        "organisation": place,
        "may_greet": request.actor.may_somewhere(GREET),
        "rules": political_birthday_rules(),
    }
    return render(request, "ceremonies/birthdays.html", context)


@screen(GREET)
@require_http_methods(["GET", "POST"])
def greeting(request: Request, member: UUID) -> HttpResponseBase:
    """A draft for one member, made one's own and sent."""
    found = member_for(request.actor, member)
    require(request.actor, GREET, found.organisation_path, seen_by=VIEW)
    day = today()
    on = near_birthday(found.joined_on, day) or political_birthday(found.joined_on, day.year) or day
    form = GreetingForm(
        request.POST or None, has_account=found.account_id is not None, initial={"text": draft_for(found, on)}
    )
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form, lambda: greet(request.actor, member=found.pk, way=given["way"], text=given["text"], at=now())
        )
        if done is not None:
            messages.success(request, _("The greeting is recorded."))
            return redirect("ceremonies:birthdays")
    context = {"form": form, "member": found, "on": on, "years": on.year - found.joined_on.year}
    return render(request, "ceremonies/greeting.html", context, status=422 if form.is_bound else 200)


@screen(VIEW)
@require_GET
def medal(request: Request) -> HttpResponseBase:
    """Who has fifty years of Party age on 1 July of a year."""
    text = request.GET.get("year", "")
    year = int(text) if text.isdecimal() and FIRST_MEDALS <= int(text[:5]) <= today().year + 5 else today().year
    is_all = request.GET.get("show") == "all"
    place = _place(request)
    rows = medal_candidates(request.actor, year=year, path=place.path if place else "", is_all=is_all)
    context = {"rows": rows, "year": year, "is_all": is_all, "organisation": place, "page_size": PAGE}
    return render(request, "ceremonies/medal.html", context)
