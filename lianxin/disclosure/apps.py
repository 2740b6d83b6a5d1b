"""Wiring of disclosure, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class DisclosureConfig(AppConfig):
    """Checks of texts and files before they become public."""

    name = "lianxin.disclosure"
    label = "disclosure"
    verbose_name = _("checks before publishing")

    def ready(self) -> None:
        """Register permissions, the menu entry and the panel of what waits."""
        from lianxin.disclosure import events, keeping, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.disclosure.panels import waiting_at_home  # noqa: PLC0415 - the same
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - the same
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        add_entry(
            Entry("workbench", 75, _("Check before publishing"), "shield-lock", "disclosure:checks", permissions.VIEW)
        )
        add_panel(Panel("workbench.home", 25, "disclosure/panel.html", waiting_at_home))
