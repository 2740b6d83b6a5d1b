"""The portal's own pages: a member's home."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from lianxin.kernel.web.navigation import entrance, panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.facade import OWN


@screen(OWN)
@require_GET
def home(request: Request) -> HttpResponseBase:
    """What a member has to do, and the way to the desk for those who work there.

    Staff without a record of their own go straight to the workbench; who has neither is told how to claim a record.
    """
    desk = entrance("workbench", request.actor)
    to_claim = request.actor.member_id is None
    if to_claim and desk:
        return redirect(desk)
    shown = [] if to_claim else panels("portal.home", request.actor)
    return render(request, "portal/home.html", {"panels": shown, "to_claim": to_claim, "desk": desk})
