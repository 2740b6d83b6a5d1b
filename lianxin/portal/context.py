"""What the phone's shell shows around every page."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.together import ask_together, how_many, only_value
from lianxin.members.facade import own_organisation
from lianxin.messaging.facade import unread_rows


def around(_request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """The member's organisation, the way home, and how many messages are unread. One query, when they are shown."""

    @cache
    def figures() -> list[Any]:
        return ask_together([only_value(own_organisation(actor)), how_many(unread_rows(actor))])

    return {
        "home_url": reverse("portal:home"),
        "organisation_name": SimpleLazyObject(lambda: figures()[0] or ""),
        "messages_url": reverse("own_messaging:inbox"),
        "messages_count": SimpleLazyObject(lambda: figures()[1]),
    }
