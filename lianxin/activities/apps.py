"""Wiring of activities, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.exports import ExportSource, register_export
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class ActivitiesConfig(AppConfig):
    """Organisation life: meetings, lectures, theme days."""

    name = "lianxin.activities"
    label = "activities"
    verbose_name = _("organisation life")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.activities import (  # noqa: PLC0415 - after the app registry
            begun,
            events,  # noqa: F401 - declares kinds of events
            evidence_panels,
            group_calendar,
            group_panels,
            hall_panels,
            keeping,
            messages,  # noqa: F401 - declares kinds of messages
            minutes_keeping,
            minutes_panels,
            own_data,
            panels,
            permissions,
        )
        from lianxin.activities.queries.activities import export_rows  # noqa: PLC0415 - the same
        from lianxin.activities.queries.listing import ACTIVITIES  # noqa: PLC0415 - the same
        from lianxin.duties.facade import register_begun, register_calendar  # noqa: PLC0415 - the same
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - the same
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same
        from lianxin.members.facade import register_own_part  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        for part in own_data.OWN_PARTS:
            register_own_part(part)
        declare_processing(minutes_keeping.MINUTES_PROCESSING)
        declare_records(minutes_keeping.MINUTES_RECORD_TYPES)
        add_entry(
            Entry("workbench", 13, _("Organisation life"), "calendar-event", "activities:index", permissions.VIEW)
        )
        add_entry(Entry("portal", 20, _("Activities"), "users", "own_activities:index", permissions.OWN))
        add_panel(Panel("workbench.home", 6, "activities/groups_panel.html", group_panels.groups_waiting))
        add_panel(Panel("workbench.home", 6, "activities/home_panel.html", panels.at_the_desk))
        add_panel(Panel("portal.home", 5, "activities/own_panel.html", panels.in_the_portal))
        register_calendar(panels.CALENDAR)
        register_calendar(group_calendar.CALENDAR)
        register_begun(begun.SOURCE)
        register_export(
            ExportSource(
                ACTIVITIES.name,
                _("activities"),
                permissions.EXPORT,
                ACTIVITIES,
                export_rows,
                place="organisation_path",
            )
        )
        add_panel(Panel("activities.activity", 10, "activities/minutes_panel.html", minutes_panels.on_activity))
        add_panel(Panel("activities.own_activity", 10, "activities/minutes_panel.html", minutes_panels.on_own_activity))
        add_panel(Panel("workbench.home", 8, "activities/resolution_panel.html", minutes_panels.at_the_desk))
        add_panel(Panel("portal.home", 15, "activities/resolution_panel.html", minutes_panels.in_the_portal))
        register_calendar(minutes_panels.CALENDAR)
        add_panel(
            Panel("appraisals.evidence", 10, "activities/evidence_panel.html", evidence_panels.beside_an_appraisal)
        )
        for place in ("activities.activity", "activities.own_activity"):
            add_panel(Panel(place, 5, "activities/hall_panel.html", hall_panels.on_activity))
