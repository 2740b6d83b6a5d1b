"""The clock of a session: it ends when nothing was done for a time, and after a working day in any case.

Source: security domain facts: idle 15 minutes for staff, 30 for members; absolute 8 hours. At the very instant the idle
time is full the session is over. Times are kept in the session to the second.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.actions.sign_in import record_sign_out
from lianxin.kernel.accounts.policy import minutes
from lianxin.kernel.authz import Actor
from lianxin.kernel.time import now

BEGAN = "lx_began"
SEEN = "lx_seen"
BACKGROUND_HEADER = "Lx-Background"
"""Requests a page sends by itself (polling) carry this header: they are no sign of a person."""
SEEN_STEP = 10
"""Seconds for which a sign of the person is not written again: a write for each click would only serve exactness. A
session ends early by as much at most, never late."""
LIST_STEP = 60
"""Seconds between updates of "last seen" in the list of sessions."""


def begin(request: HttpRequest, *, at: datetime) -> None:
    """Start the clock of a session that has just begun."""
    request.session[BEGAN] = request.session[SEEN] = int(at.timestamp())


def idle_limit(actor: Actor) -> timedelta:
    """How long the actor may do nothing: staff, who see other people's records, less than members."""
    return minutes("session.staff_idle_minutes" if actor.reaches else "session.member_idle_minutes")


def ended(session: SessionBase, idle: timedelta, *, at: datetime) -> str:
    """Why the session is over at that instant: "idle" for the given time, "absolute", or "" where it goes on."""
    seen = datetime.fromtimestamp(session[SEEN], UTC)
    began = datetime.fromtimestamp(session[BEGAN], UTC)
    if at >= began + minutes("session.absolute_minutes"):
        return "absolute"
    return "idle" if at >= seen + idle else ""


def account_surely_in(session: SessionBase, *, at: datetime) -> str:
    """Whose session this is, where it goes on whoever they are; else empty: roles would have to be read to know.

    For pages answered before the account is read. Whether the account is still open is not asked.
    """
    shortest = min(minutes("session.staff_idle_minutes"), minutes("session.member_idle_minutes"))
    is_over = BEGAN in session and SEEN in session and ended(session, shortest, at=at)
    return "" if is_over else str(session.get(SESSION_KEY, ""))


class SessionClockMiddleware:
    """End sessions by the clock; stands after ActorMiddleware. What follows sees somebody who has not signed in."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.is_signed_in:
            self._tick(request, actor, now())
        return self.answer(request)

    def _tick(self, request: HttpRequest, actor: Actor, at: datetime) -> None:
        session = request.session
        if BEGAN not in session or SEEN not in session:
            begin(request, at=at)
            return
        why = ended(session, idle_limit(actor), at=at)
        if why:
            record_sign_out(request.user, why=why, at=at)  # type: ignore[arg-type]
            logout(request)
            request.actor = Actor.nobody()  # type: ignore[attr-defined]
            messages.info(request, sentence(why))
            return
        instant = int(at.timestamp())
        if BACKGROUND_HEADER in request.headers or instant < session[SEEN] + SEEN_STEP:
            return
        if instant // LIST_STEP > session[SEEN] // LIST_STEP:
            UserSession.objects.filter(session_key=session.session_key).update(last_seen_at=at)
        session[SEEN] = instant


def sentence(why: str) -> str:
    """What a person reads whose session ended by the clock."""
    if why == "absolute":
        return _("You were signed in for a whole working day. Please sign in again.")
    return _("You were signed out because nothing was done for a while. Please sign in again.")
