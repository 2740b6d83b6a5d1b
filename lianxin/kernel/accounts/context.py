"""What every page needs to know about signing in: its addresses, and the shell for pages of one's own account."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.web.navigation import entrance, menu

ICONS = {"account_change_password": "lock", "mfa_index": "shield-lock", "usersessions_list": "device-mobile"}


def account(request: HttpRequest) -> dict[str, Any]:
    """Addresses for every page; pages of accounts stand in the person's own shell. Comes after the shell's context."""
    actor: Actor = getattr(request, "actor", Actor.nobody())
    shown: dict[str, Any] = {"sign_in_url": reverse("account_login"), "sign_out_url": reverse("account_logout")}
    if not actor.is_signed_in:
        return shown | {"ways_in": SimpleLazyObject(lambda: menu("sign_in", actor, request.path))}
    shown["account_links"] = SimpleLazyObject(lambda: _links(request))
    if request.path.startswith(shown["sign_in_url"].removesuffix("login/")):
        channel = "workbench" if actor.reaches else "portal"
        shown |= {"layout": f"ui/{channel}.html", "channel": channel, "navigation": menu(channel, actor, request.path)}
    return shown


def _ways(actor: Actor) -> list[dict[str, Any]]:
    """Between the desk and one's own page, for who has both."""
    desk = entrance("workbench", actor)
    if not desk or actor.member_id is None:
        return []
    return [
        {"label": _("My own page"), "url": settings.LOGIN_REDIRECT_URL, "icon": "home", "active": False},
        {"label": _("Workbench"), "url": desk, "icon": "list-check", "active": False},
    ]


def _links(request: HttpRequest) -> list[dict[str, Any]]:
    words = {
        "account_change_password": _("Password"),
        "mfa_index": _("Second factor"),
        "usersessions_list": _("Signed-in devices"),
    }
    return _ways(request.actor) + [  # type: ignore[attr-defined]
        {"label": label, "url": reverse(name), "icon": ICONS[name], "active": request.path.startswith(reverse(name))}
        for name, label in words.items()
    ]
