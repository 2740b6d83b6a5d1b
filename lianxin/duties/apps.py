"""Wiring of duties, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.authz import declare
from lianxin.kernel.exports import ExportSource, register_export
from lianxin.kernel.retention.types import declare_records
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class DutiesConfig(AppConfig):
    """What each organisation and member has to do, by when, and why."""

    name = "lianxin.duties"
    label = "duties"
    verbose_name = _("what is due")

    def ready(self) -> None:
        """Register permissions, duties, readers of the log, menu entries, panels and the list."""
        from lianxin.duties import catalogue, events, keeping, panels, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.duties.projecting import declare_projectors  # noqa: PLC0415 - the same
        from lianxin.duties.queries.due import export_rows  # noqa: PLC0415 - the same
        from lianxin.duties.queries.listing import DUTIES  # noqa: PLC0415 - the same
        from lianxin.duties.queries.sources import register_sources  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_records(keeping.RECORD_TYPES)
        catalogue.declare_all()
        register_sources()
        declare_projectors()
        add_entry(
            Entry(
                "workbench",
                12,
                pgettext_lazy("menu", "What is due"),
                "calendar-due",
                "duties:picture",
                permissions.VIEW,
            )
        )
        add_entry(Entry("portal", 30, _("Calendar"), "calendar-event", "own_duties:calendar", permissions.OWN))
        add_panel(Panel("workbench.home", 5, "duties/home_panel.html", panels.due_at_home))
        add_panel(Panel("portal.home", 30, "duties/own_panel.html", panels.own_at_home))
        add_panel(Panel("organisations.organisation", 5, "duties/organisation_panel.html", panels.of_organisation))
        register_export(
            ExportSource(
                DUTIES.name, _("what is due"), permissions.EXPORT, DUTIES, export_rows, place="organisation_path"
            )
        )
