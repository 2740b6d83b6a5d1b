"""What the desk's shell shows around every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lianxin.disclosure.facade import count_to_decide
from lianxin.files.facade import imports_waiting
from lianxin.kernel.authz import Actor
from lianxin.kernel.web.navigation import entrance
from lianxin.members.facade import count_asked
from lianxin.messaging.facade import unread
from lianxin.organisations.facade import VIEW, count_requests_to_decide

WAITING = (imports_waiting, count_asked, count_requests_to_decide, count_to_decide)


def around(_request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Addresses of home and search, and how many things wait for the person. One query each at most.

    Who sees no organisations (the system administrator, the auditor) has neither: home is their first page.
    """
    inbox = {"messages_url": reverse("messaging:inbox"), "messages_count": unread(actor)}
    if not actor.may_somewhere(VIEW):
        return {"home_url": entrance("workbench", actor) or "/", **inbox}
    home = reverse("workbench:home")
    return {
        **inbox,
        "home_url": home,
        "due_url": home,
        "due_count": sum(waiting(actor) for waiting in WAITING),
        "search_url": reverse("workbench:search"),
    }
