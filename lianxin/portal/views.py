"""The portal's own pages: a member's home."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from lianxin.kernel.web.navigation import panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.facade import OWN
from lianxin.organisations.facade import VIEW


@screen(OWN)
@require_GET
def home(request: Request) -> HttpResponseBase:
    """What a member has to do, and the way to the desk for those who work there.

    Staff without a record of their own go straight to the workbench; who has neither is told how to claim a record.
    """
    has_desk = request.actor.may_somewhere(VIEW)
    to_claim = request.actor.member_id is None
    if to_claim and has_desk:
        return redirect("workbench:home")
    shown = [] if to_claim else panels("portal.home", request.actor)
    return render(request, "portal/home.html", {"panels": shown, "to_claim": to_claim, "has_desk": has_desk})
