"""Confirming who one is before what matters: roles, personal data leaving the house, money.

Signing in counts for some minutes (a rule); after that the password or the second factor is asked once more. allauth
asks. What the person had filled in waits in their session, sealed, and is sent by itself afterwards.
"""

import base64
from datetime import UTC, datetime, timedelta

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.internal.flows.reauthentication import stash_and_reauthenticate
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict

from lianxin.kernel.accounts.policy import minutes
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.time import now

CONFIRMED = "lx_confirmed_form"
KIND = "kept_form"
KEPT_FOR = timedelta(minutes=15)
"""How long a filled form waits for its person. Source: our own choice."""


class NotConfirmed(Exception):  # noqa: N818 - a question, not a fault
    """The person has to confirm who they are; the door asks, keeps the form and comes back to it."""


def is_recent(request: HttpRequest, *, at: datetime) -> bool:
    """Whether the person signed in or confirmed within the time that counts (a rule)."""
    records = get_authentication_records(request, request.user)
    if not records:
        return False
    return at < datetime.fromtimestamp(records[-1]["at"], UTC) + minutes("session.confirmed_minutes")


def require_recent(request: HttpRequest) -> None:
    """Let only somebody go on who confirmed who they are a short while ago.

    Raises:
        NotConfirmed: too long ago; the door of the screen turns it into the question.
    """
    if not is_recent(request, at=now()):
        raise NotConfirmed


def ask(request: HttpRequest) -> HttpResponse:
    """Lead to the question, and keep what the person filled in."""
    filled = Sealed.of(request.POST.urlencode(), KIND).blob if request.method == "POST" else b""
    state = {
        "address": request.get_full_path(),
        "filled": base64.b64encode(filled).decode(),
        "until": int((now() + KEPT_FOR).timestamp()),
    }
    response: HttpResponse = stash_and_reauthenticate(request, state, f"{__name__}.resume")
    return response


def resume(request: HttpRequest, state: dict[str, str]) -> HttpResponse:
    """After the answer: back to the screen, which finds the form in the session. allauth calls this."""
    request.session[CONFIRMED] = state
    return HttpResponseRedirect(state["address"])


def send_kept_form(request: HttpRequest) -> None:
    """Turn the request into the one that was interrupted, if it comes from the question. Once only."""
    kept = request.session.get(CONFIRMED)
    if kept is None or request.method != "GET" or kept["address"] != request.get_full_path():
        return
    del request.session[CONFIRMED]
    if kept["filled"] and now().timestamp() < kept["until"] and is_recent(request, at=now()):
        text = Sealed(base64.b64decode(kept["filled"]), KIND).reveal()
        request.POST = QueryDict(text)
        request.method = request.META["REQUEST_METHOD"] = "POST"
