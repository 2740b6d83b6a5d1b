"""Wiring of messaging, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.authz import declare
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class MessagingConfig(AppConfig):
    """Notices, invitations and reminders on the way to people."""

    name = "lianxin.messaging"
    label = "messaging"
    verbose_name = _("messages between organisations and members")

    def ready(self) -> None:
        """Register permissions, menu entries, panels, and what is kept how long."""
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - after the app registry
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same
        from lianxin.members.facade import register_own_part  # noqa: PLC0415 - the same
        from lianxin.messaging import events, keeping, messages, own_data, permissions  # noqa: F401, PLC0415 - the same
        from lianxin.messaging.panels import at_the_desk, in_the_portal  # noqa: PLC0415 - the same
        from lianxin.messaging.reaching import declare_projector  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        declare_projector()
        for part in own_data.OWN_PARTS:
            register_own_part(part)
        add_entry(
            Entry("portal", 30, pgettext_lazy("inbox", "Messages"), "mail", "own_messaging:inbox", permissions.OWN)
        )
        add_entry(Entry("workbench", 15, _("Notices"), "mail", "messaging:notices", permissions.VIEW))
        add_panel(Panel("workbench.home", 7, "messaging/panel.html", at_the_desk))
        add_panel(Panel("portal.home", 10, "messaging/panel.html", in_the_portal))
