"""Wiring of api, on one page."""

from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Actor, declare
from lianxin.kernel.web.channels import Channel, add_channel
from lianxin.kernel.web.navigation import Entry, add_entry, menu


class ApiConfig(AppConfig):
    """Programs: the REST service, its description, and the tokens with which it is used."""

    name = "lianxin.api"
    label = "api"
    verbose_name = _("programs")

    def ready(self) -> None:
        """Register permissions and the menu entry; the pages stand in the shell of the desk."""
        from lianxin.api import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
        add_channel(Channel("workbench", "/api/", "ui/workbench.html", around))
        add_entry(Entry("workbench", 90, _("Programs"), "link", "tokens:list", permissions.MANAGE))


def around(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Where home is: the first entry of the person's menu."""
    entries = menu("workbench", actor, request.path)
    return {"home_url": entries[0].url if entries else reverse("api-docs")}
