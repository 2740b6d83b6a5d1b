"""What the desk's shell shows around every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lianxin.files.facade import imports_waiting
from lianxin.kernel.authz import Actor
from lianxin.kernel.web.navigation import entrance
from lianxin.members.facade import count_asked
from lianxin.organisations.facade import VIEW, count_requests_to_decide


def around(_request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Addresses of home and search, and how many things wait for the person. At most three queries.

    Who sees no organisations (the system administrator, the auditor) has neither: home is their first page.
    """
    if not actor.may_somewhere(VIEW):
        return {"home_url": entrance("workbench", actor) or "/"}
    home = reverse("workbench:home")
    return {
        "home_url": home,
        "due_url": home,
        "due_count": imports_waiting(actor) + count_asked(actor) + count_requests_to_decide(actor),
        "search_url": reverse("workbench:search"),
    }
