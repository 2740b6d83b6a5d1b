"""The list of one's own sessions and devices."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from lianxin.kernel.accounts.actions.own import end_other_sessions, end_own_session
from lianxin.kernel.accounts.devices import device_of
from lianxin.kernel.accounts.permissions import OWN
from lianxin.kernel.errors import Conflict
from lianxin.kernel.time import now
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@screen(OWN)
@require_http_methods(["GET", "POST"])
def own_sessions(request: Request) -> HttpResponseBase:
    """Where one is signed in, this session first; a POST ends all but this session."""
    key = request.session.session_key or ""
    if request.method == "POST":
        try:
            ended = end_other_sessions(request.actor, keep=key, at=now())
        except Conflict as nothing:
            messages.info(request, str(nothing))
        else:
            said = ngettext("%(number)d other session has ended.", "%(number)d other sessions have ended.", ended)
            messages.success(request, said % {"number": ended})
        return redirect("usersessions_list")
    if not UserSession.objects.filter(session_key=key).exists():
        UserSession.objects.create_from_request(request)
    sessions = UserSession.objects.purge_and_list(request.user)
    sessions.sort(key=lambda one: (one.session_key != key, -one.last_seen_at.timestamp()))
    shown = [(one, device_of(one.user_agent), one.session_key == key) for one in sessions]
    return render(request, "usersessions/usersession_list.html", {"sessions": shown})


@screen(OWN)
@require_POST
def end_session(request: Request, session: int) -> HttpResponseBase:
    """End one of one's own sessions."""
    end_own_session(request.actor, session=session, at=now())
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")
