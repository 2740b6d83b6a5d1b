"""Wiring of ledgers, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.authz import declare
from lianxin.kernel.exports import ExportSource, register_export
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class LedgersConfig(AppConfig):
    """Ledgers and forms filled from records."""

    name = "lianxin.ledgers"
    label = "ledgers"
    verbose_name = _("ledgers")

    def ready(self) -> None:
        """Register permissions, menu entries, panels, the export, and what is kept how long."""
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - after the app registry
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same
        from lianxin.ledgers import events, keeping, panels, permissions  # noqa: F401, PLC0415 - the same
        from lianxin.ledgers.catalogue import why_not_asked  # noqa: PLC0415 - the same
        from lianxin.ledgers.queries.attendance import ATTENDANCE, export_rows  # noqa: PLC0415 - the same
        from lianxin.ledgers.queries.forms import open_form_behind  # noqa: PLC0415 - the same
        from lianxin.messaging.facade import register_bound, register_held  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        register_held(why_not_asked)
        register_bound(open_form_behind)
        add_entry(Entry("workbench", 40, _("Ledgers"), "book", "ledgers:index", permissions.VIEW))
        add_panel(Panel("workbench.home", 9, "ledgers/home_panel.html", panels.forms_at_home))
        add_panel(Panel("organisations.organisation", 40, "ledgers/organisation_panel.html", panels.of_organisation))
        register_export(
            ExportSource(
                ATTENDANCE.name,
                pgettext_lazy("ledger", "attendance"),
                permissions.EXPORT,
                ATTENDANCE,
                export_rows,
                place="member_path",
            )
        )
