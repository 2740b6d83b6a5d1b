"""What one organisation has to do, its calendar, and its secret calendar address."""

from datetime import date
from itertools import groupby
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.duties.actions.feeds import open_feed, revoke_feed
from lianxin.duties.catalogue import BRANCHES
from lianxin.duties.declared import all_duties, label_of
from lianxin.duties.permissions import VIEW
from lianxin.duties.queries.due import due_now, due_of
from lianxin.duties.queries.feeds import feed_in_force
from lianxin.duties.queries.months import (
    PLACES_BELOW,
    Below,
    entries_below,
    entries_of_organisation,
    sheet,
    span_of,
)
from lianxin.duties.queries.work import as_work
from lianxin.duties.wording import column_in_words
from lianxin.kernel.time import now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.facade import Organisation, organisation_for, place_of
from lianxin.rules.facade import block_rule

FIRST_YEAR = 2018


def year_asked(request: Request) -> int:
    """The year in the address, or the present one."""
    text = request.GET.get("year", "")
    year = today().year
    return int(text) if text.isdecimal() and FIRST_YEAR <= int(text) <= year + 1 else year


def month_asked(request: Request) -> date:
    """The month in the address as its first day, or the present one."""
    try:
        found = date.fromisoformat(f"{request.GET.get('month', '')}-01")
    except ValueError:
        return today().replace(day=1)
    return found if FIRST_YEAR <= found.year <= today().year + 2 else today().replace(day=1)


@screen(VIEW)
@require_GET
def duties(request: Request, organisation: UUID) -> HttpResponse:
    """What is due now and why, what is overdue, and the periods of the year with their verdict.

    On the page of the present year stands also what is overdue of late from the year before.
    """
    place = organisation_for(request.actor, organisation, VIEW)
    year, day = year_asked(request), today()
    found = due_now(request.actor, place, on=day) if year == day.year else due_of(request.actor, place, year=year)
    items = as_work(request.actor, found)
    order = {duty.key: number for number, duty in enumerate(all_duties())}
    items.sort(key=lambda item: (order.get(item.row.key, len(order)), item.row.period_start))
    of_year = [item for item in items if item.row.period_start.year == year]
    context = {
        "organisation": place,
        "crumbs": [
            {"label": crumb.name, "url": reverse("duties:organisation", args=[crumb.id])}
            for crumb in place_of(place.path, request.actor)
        ],
        "year": year,
        "years": [one for one in (year - 1, year + 1) if FIRST_YEAR <= one <= today().year + 1],
        "due": sorted((item for item in items if item.can_begin), key=lambda item: item.row.period_end),
        "late": sorted(
            (item for item in items if item.can_report and not item.can_begin),
            key=lambda item: item.row.period_end,
            reverse=True,
        ),
        "blocks": [
            (label_of(key), [(column_in_words(item.row.period_start, item.row.period_end), item) for item in group])
            for key, group in groupby(of_year, key=lambda item: item.row.key)
        ],
        "counted_from": block_rule(),
        "nothing": not items,
        "is_branch": place.org_type in BRANCHES,
    }
    return render(request, "duties/organisation.html", context)


@screen(VIEW)
@require_GET
def calendar(request: Request, organisation: UUID) -> HttpResponse:
    """The month of an organisation, or with ?below=1 of all below it."""
    place = organisation_for(request.actor, organisation, VIEW)
    month = month_asked(request)
    since, until = span_of(month)
    below = request.GET.get("below") == "1"
    if below:
        found = entries_below(request.actor, place, since=since, until=until)
    else:
        found = Below(entries_of_organisation(request.actor, place, since=since, until=until), is_whole=True)
    address = reverse("duties:calendar", args=[place.id])
    context = {
        "organisation": place,
        "sheet": sheet(month, found.entries, day=today()),
        "below": below,
        "is_whole": found.is_whole,
        "most": PLACES_BELOW,
        "children": [(one, _calendar_of(one, month)) for one in found.children],
        "tabs": [
            {"label": _("This organisation"), "url": f"{address}?month={month:%Y-%m}", "active": not below},
            {"label": _("With all below"), "url": f"{address}?month={month:%Y-%m}&below=1", "active": below},
        ],
        "address": address,
        "feed": feed_in_force(request.actor, place.id),
        "secret_url": _shown_once(request),
        "open_url": reverse("duties:feed_open", args=[place.id]),
        "revoke_url": reverse("duties:feed_revoke", args=[place.id]),
    }
    return render(request, "duties/calendar.html", context)


def _calendar_of(place: Organisation, month: date) -> str:
    """The calendar of a place with all below it; its own where nothing is below."""
    below = "&below=1" if place.numchild else ""
    return f"{reverse('duties:calendar', args=[place.id])}?month={month:%Y-%m}{below}"


def _shown_once(request: Request) -> str:
    """The address just made, which only this one page shows."""
    return str(request.session.pop("duties_feed", ""))


def keep_for_the_next_page(request: Request, secret: str) -> None:
    """Hand a new address to the page that shows it once."""
    request.session["duties_feed"] = request.build_absolute_uri(reverse("own_duties:feed", args=[secret]))


@screen(VIEW)
@require_POST
def feed_open(request: Request, organisation: UUID) -> HttpResponse:
    """Make the secret address of the organisation's calendar."""
    opened = open_feed(request.actor, organisation=organisation, at=now())
    keep_for_the_next_page(request, opened.secret)
    return redirect("duties:calendar", organisation)


@screen(VIEW)
@require_POST
def feed_revoke(request: Request, organisation: UUID) -> HttpResponse:
    """End it."""
    revoke_feed(request.actor, organisation=organisation, at=now())
    messages.success(request, _("The calendar address opens nothing any more."))
    return redirect("duties:calendar", organisation)
