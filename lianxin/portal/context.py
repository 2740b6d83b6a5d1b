"""What the phone's shell shows around every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.members.facade import own_organisation_name
from lianxin.messaging.facade import unread


def around(_request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """The member's organisation, the way home, and how many messages are unread."""
    return {
        "home_url": reverse("portal:home"),
        "organisation_name": own_organisation_name(actor),
        "messages_url": reverse("own_messaging:inbox"),
        "messages_count": unread(actor),
    }
