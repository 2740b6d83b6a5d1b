"""Wiring of appraisals, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.exports import register_export
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class AppraisalsConfig(AppConfig):
    """Democratic appraisal of members."""

    name = "lianxin.appraisals"
    label = "appraisals"
    verbose_name = _("democratic appraisal")

    def ready(self) -> None:
        """Register permissions, menu entries, panels, the export, and what is kept."""
        from lianxin.appraisals import begun, dates, events, keeping, messages, own_data, panels, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.appraisals.queries.rounds import EXPORT_ROUNDS  # noqa: PLC0415 - the same
        from lianxin.duties.facade import register_begun, register_calendar  # noqa: PLC0415 - the same
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - the same
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same
        from lianxin.members.facade import register_own_part  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        for part in own_data.OWN_PARTS:
            register_own_part(part)
        add_entry(Entry("workbench", 56, _("Appraisal"), "scale", "appraisals:rounds", permissions.VIEW))
        add_entry(Entry("portal", 96, _("Appraisal"), "scale", "own_appraisals:index", permissions.OWN))
        add_panel(Panel("workbench.home_beside", 20, "appraisals/waiting_panel.html", panels.waiting_at_home))
        add_panel(Panel("portal.home", 20, "appraisals/own_panel.html", panels.own_at_home))
        register_export(EXPORT_ROUNDS)
        register_calendar(dates.SOURCE)
        register_begun(begun.SOURCE)
