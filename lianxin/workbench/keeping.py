"""What is kept for how long and what is due: the dry run of the deletion, as a page."""

from django.http import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.retention.permissions import VIEW
from lianxin.kernel.retention.plan import check_settings, plan
from lianxin.kernel.time import now
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@screen(VIEW)
@require_GET
def retention(request: Request) -> HttpResponseBase:
    """Periods, the oldest record and how many are due, for the whole installation: numbers only, no record opens."""
    at = now()
    problems = check_settings(at=at)
    with acting(Actor.system("count what is due for deletion")):
        found = [] if problems else plan(at=at)
    return render(request, "workbench/retention.html", {"plan": found, "problems": problems})
