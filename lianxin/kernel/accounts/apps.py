"""Wiring of accounts, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.web.navigation import Entry, add_entry


class AccountsConfig(AppConfig):
    """Who can sign in."""

    name = "lianxin.kernel.accounts"
    label = "accounts"
    verbose_name = _("accounts")

    def ready(self) -> None:
        """Register permissions and the menu entry."""
        from lianxin.kernel.accounts import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
        add_entry(Entry("workbench", 85, _("Accounts"), "users", "accounts_list", permissions.VIEW))
