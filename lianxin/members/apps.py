"""Wiring of members, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.web.navigation import Entry, add_entry


class MembersConfig(AppConfig):
    """The register of members."""

    name = "lianxin.members"
    label = "members"
    verbose_name = _("members")

    def ready(self) -> None:
        """Register permissions and menu entries."""
        from lianxin.members import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
        add_entry(Entry("workbench", 30, _("Members"), "users", "members:roster", permissions.VIEW))
        add_entry(Entry("portal", 90, _("My record"), "user", "own:record", permissions.OWN))
