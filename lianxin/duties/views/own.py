"""The member's own calendar, and the secret addresses that calendar programs read."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.duties.actions.feeds import open_feed, revoke_feed
from lianxin.duties.permissions import OWN
from lianxin.duties.queries.feeds import calendar_of, feed_in_force
from lianxin.duties.queries.months import entries_of_member, sheet, span_of
from lianxin.duties.views.organisation import keep_for_the_next_page, month_asked
from lianxin.kernel.time import now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import public, screen


@screen(OWN)
@require_GET
def calendar(request: Request) -> HttpResponse:
    """The own month: activities, tasks, political birthday, end of probation."""
    month = month_asked(request)
    since, until = span_of(month)
    entries = entries_of_member(request.actor, since=since, until=until)
    context = {
        "sheet": sheet(month, entries, day=today()),
        "address": reverse("own_duties:calendar"),
        "feed": feed_in_force(request.actor),
        "secret_url": str(request.session.pop("duties_feed", "")),
        "open_url": reverse("own_duties:feed_open"),
        "revoke_url": reverse("own_duties:feed_revoke"),
    }
    return render(request, "duties/own_calendar.html", context)


@screen(OWN)
@require_POST
def feed_open(request: Request) -> HttpResponse:
    """Make the secret address of the own calendar."""
    keep_for_the_next_page(request, open_feed(request.actor, at=now()).secret)
    return redirect("own_duties:calendar")


@screen(OWN)
@require_POST
def feed_revoke(request: Request) -> HttpResponse:
    """End it."""
    revoke_feed(request.actor, at=now())
    messages.success(request, _("The calendar address opens nothing any more."))
    return redirect("own_duties:calendar")


@public("the secret in the address is the key; calendar programs cannot sign in", rate="search")
@require_GET
def feed(request: Request, secret: str) -> HttpResponse:
    """The calendar behind a secret address; nothing tells an ended address from one that never was."""
    found = calendar_of(secret, on=today(), at=now(), site=request.build_absolute_uri("/").rstrip("/"))
    if found is None:
        raise Http404
    answer = HttpResponse(found, content_type="text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = "private, max-age=3600"
    answer.headers["Content-Disposition"] = 'attachment; filename="lianxin.ics"'
    return answer
