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
    """What a member has to do; staff without a record of their own go to the workbench."""
    if request.actor.member_id is None and request.actor.may_somewhere(VIEW):
        return redirect("workbench:home")
    return render(request, "portal/home.html", {"panels": panels("portal.home", request.actor)})
