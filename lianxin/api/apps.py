"""Wiring of api, on one page."""

from typing import Any

from django.apps import AppConfig
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Actor, declare
from lianxin.kernel.processing import declare_processing
from lianxin.kernel.retention.types import declare_records
from lianxin.kernel.web.channels import Channel, add_channel
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel, menu


class ApiConfig(AppConfig):
    """Programs: the REST service, its description, and the tokens with which it is used."""

    name = "lianxin.api"
    label = "api"
    verbose_name = _("programs")

    def ready(self) -> None:
        """Register permissions and the menu entry; the pages stand in the shell of the desk."""
        from lianxin.api import events, keeping, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.api.actions import revoke_tokens_of  # noqa: PLC0415 - the same
        from lianxin.api.queries import tokens_of_account  # noqa: PLC0415 - the same
        from lianxin.kernel.accounts.closing import ends_with_access  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        ends_with_access(revoke_tokens_of)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        add_channel(Channel("workbench", "/api/", "ui/workbench.html", around))
        add_panel(Panel("accounts.account", 20, "api/account_panel.html", tokens_of_account))
        add_entry(Entry("workbench", 90, _("Programs"), "link", "tokens:list", permissions.MANAGE))


def around(request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Where home is: the first entry of the person's menu."""
    entries = menu("workbench", actor, request.path)
    return {"home_url": entries[0].url if entries else reverse("api-docs")}
