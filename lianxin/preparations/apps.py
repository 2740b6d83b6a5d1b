"""Wiring of preparations, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.exports import register_export
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class PreparationsConfig(AppConfig):
    """Preparing organisation-life and democratic-life meetings: talks, opinions, self-examination, rectification."""

    name = "lianxin.preparations"
    label = "preparations"
    verbose_name = _("preparing organisation-life meetings")

    def ready(self) -> None:
        """Register permissions, menu entries, panels, exports, the calendar, and what is kept."""
        from lianxin.duties.facade import register_begun, register_calendar  # noqa: PLC0415 - after the app registry
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - the same
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same
        from lianxin.members.facade import register_own_part  # noqa: PLC0415 - the same
        from lianxin.preparations import begun, dates, events, keeping, messages, own_data, panels, permissions  # noqa: F401, PLC0415 - the same
        from lianxin.preparations.queries.preparations import EXPORTS  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        for part in own_data.OWN_PARTS:
            register_own_part(part)
        add_entry(
            Entry(
                "workbench",
                57,
                _("Talks and preparation"),
                "heart-handshake",
                "preparations:preparations",
                permissions.VIEW,
            )
        )
        add_entry(
            Entry("portal", 97, _("Talks and texts"), "heart-handshake", "own_preparations:index", permissions.OWN)
        )
        add_panel(Panel("workbench.home_beside", 21, "preparations/waiting_panel.html", panels.waiting_at_home))
        add_panel(Panel("portal.home", 21, "preparations/own_panel.html", panels.own_at_home))
        add_panel(Panel("activities.activity", 30, "preparations/activity_panel.html", panels.on_activity))
        for source in EXPORTS:
            register_export(source)
        register_calendar(dates.SOURCE)
        for under_way in begun.SOURCES:
            register_begun(under_way)
