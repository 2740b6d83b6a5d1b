"""What every template may use: the layout of its channel, the menu, whether this is demonstration data.

Menus and notices are put together when a template asks for them: a page without a shell does not pay for one.
"""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from lianxin.kernel.authz import Actor
from lianxin.kernel.time import today
from lianxin.kernel.web.channels import channel_of
from lianxin.kernel.web.navigation import menu, panels


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context of every page."""
    channel = channel_of(request.path)
    actor: Actor = getattr(request, "actor", Actor.nobody())
    return {
        **(channel.around(request, actor) if actor.is_signed_in else {}),
        "layout": channel.layout,
        "channel": channel.name,
        "navigation": SimpleLazyObject(lambda: menu(channel.name, actor, request.path) if actor.is_signed_in else []),
        "notices": SimpleLazyObject(lambda: panels("everywhere", actor) if actor.is_signed_in else []),
        "actor": actor,
        "demonstration": settings.DEMONSTRATION,
        "mode": request.COOKIES.get("lx_mode", ""),
        "today": today(),
    }
