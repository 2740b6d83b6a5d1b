"""One's own messages, in both shells: the addresses differ, the page is the same."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.kernel.time import now
from lianxin.kernel.web.redirects import safe_target
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.messaging.actions.reading import confirm as confirm_message
from lianxin.messaging.actions.reading import open_all, open_message
from lianxin.messaging.permissions import OWN
from lianxin.messaging.queries.inbox import PAGE, inbox, replacement_of, to_confirm, unread


def place_of(request: Request) -> str:
    """In which shell the page stands: the name its addresses begin with."""
    return request.resolver_match.app_name if request.resolver_match else "own_messaging"


@screen(OWN)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """The inbox: what has to be confirmed first, then what is unread, and all of it where nothing is; newest first."""
    number = unread(request.actor)
    wanted = request.GET.get("show", "")
    unread_only = wanted == "unread" or (wanted != "all" and number > 0)
    rows = inbox(request.actor, unread_only=unread_only, before=request.GET.get("before", ""))
    waiting = [] if request.GET.get("before") else list(to_confirm(request.actor)[:PAGE])
    context = {
        "at": place_of(request),
        "rows": rows[:PAGE],
        "more_after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "waiting": waiting,
        "unread_only": unread_only,
        "unread": number,
    }
    return render(request, "messaging/inbox.html", context)


@screen(OWN)
@require_GET
def message(request: Request, message: UUID) -> HttpResponseBase:
    """One message; looking at it marks it as opened."""
    row = open_message(request.actor, message=message, at=now())
    context = {
        "at": place_of(request),
        "row": row,
        "message": row.message,
        "minutes": sum(one["minutes"] for one in row.message.asked),
        "replacement": replacement_of(request.actor, row.message) if row.is_withdrawn else None,
    }
    return render(request, "messaging/message.html", context)


@screen(OWN)
@require_GET
def follow(request: Request, message: UUID) -> HttpResponseBase:
    """Go where a message leads and mark it as opened."""
    row = open_message(request.actor, message=message, at=now())
    own = redirect(f"{place_of(request)}:message", row.message_id)
    if row.is_withdrawn or not row.message.link:
        return own
    return redirect(safe_target(request, row.message.link, otherwise=own.url))


@screen(OWN)
@require_POST
def confirm(request: Request, message: UUID) -> HttpResponseBase:
    """Confirm having read a message."""
    row = confirm_message(request.actor, message=message, at=now())
    messages.success(request, _("Confirmed. Thank you."))
    return redirect(f"{place_of(request)}:message", row.message_id)


@screen(OWN)
@require_POST
def read_all(request: Request) -> HttpResponseBase:
    """Mark everything as opened but what has to be confirmed."""
    open_all(request.actor, at=now())
    return redirect(f"{place_of(request)}:inbox")
