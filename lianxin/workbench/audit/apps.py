"""Wiring of the audit screens, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.web.navigation import Entry, add_entry


class AuditConfig(AppConfig):
    """The event log on the auditor's screen."""

    name = "lianxin.workbench.audit"
    label = "audit"
    verbose_name = _("audit")

    def ready(self) -> None:
        """Register the permission, the list that can be exported, and the menu entry."""
        from lianxin.kernel.exports import register_export  # noqa: PLC0415 - after the app registry
        from lianxin.workbench.audit import permissions  # noqa: PLC0415 - the same
        from lianxin.workbench.audit.listing import EXPORT  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        register_export(EXPORT)
        add_entry(Entry("workbench", 90, _("Event log"), "history", "audit:events", permissions.VIEW))
