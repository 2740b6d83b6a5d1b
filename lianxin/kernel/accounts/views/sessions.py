"""The list of one's own sessions."""

from allauth.usersessions.models import UserSession
from allauth.usersessions.views import list_usersessions
from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from lianxin.kernel.accounts.actions.own import end_own_session
from lianxin.kernel.accounts.permissions import OWN
from lianxin.kernel.time import now
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@screen(OWN)
def own_sessions(request: Request) -> HttpResponseBase:
    """Where one is signed in; a POST ends all but this session."""
    return _listed(request)


def _listed(request: HttpRequest) -> HttpResponseBase:
    if not UserSession.objects.filter(session_key=request.session.session_key).exists():
        UserSession.objects.create_from_request(request)
    return list_usersessions(request)  # type: ignore[no-any-return]


@screen(OWN)
@require_POST
def end_session(request: Request, session: int) -> HttpResponseBase:
    """End one of one's own sessions."""
    end_own_session(request.actor, session=session, at=now())
    messages.success(request, _("The session has ended."))
    return redirect("usersessions_list")
