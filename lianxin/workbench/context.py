"""What the desk's shell shows around every page."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lianxin.disclosure.facade import overrides_to_decide
from lianxin.files.facade import imports_to_do
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.together import ask_together, how_many
from lianxin.kernel.web.navigation import entrance
from lianxin.members.facade import asked
from lianxin.messaging.facade import unread_rows
from lianxin.organisations.facade import VIEW, requests_to_decide

WAITING = (imports_to_do, asked, requests_to_decide, overrides_to_decide)


def around(_request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Addresses of home and search, and how many things wait for the person.

    One query, asked when the first figure is shown: a fragment that shows none asks nothing. Who sees no organisations
    (the system administrator, the auditor) has neither home nor search: home is their first page.
    """
    waiting = WAITING if actor.may_somewhere(VIEW) else ()

    @cache
    def figures() -> list[int]:
        return ask_together([how_many(rows(actor)) for rows in (unread_rows, *waiting)])

    inbox = {"messages_url": reverse("messaging:inbox"), "messages_count": SimpleLazyObject(lambda: figures()[0])}
    if not waiting:
        return {"home_url": entrance("workbench", actor) or "/", **inbox}
    home = reverse("workbench:home")
    return {
        **inbox,
        "home_url": home,
        "due_url": home,
        "due_count": SimpleLazyObject(lambda: sum(figures()[1:])),
        "search_url": reverse("workbench:search"),
    }
