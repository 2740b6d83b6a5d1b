"""Wiring of activities, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.web.navigation import Panel, add_panel


class ActivitiesConfig(AppConfig):
    """Organisation life: meetings, lectures, theme days."""

    name = "lianxin.activities"
    label = "activities"
    verbose_name = _("organisation life")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.activities import events, minutes_panels, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.duties.facade import register_calendar  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        add_panel(Panel("activities.activity", 10, "activities/minutes_panel.html", minutes_panels.on_activity))
        add_panel(Panel("workbench.home", 8, "activities/resolution_panel.html", minutes_panels.at_the_desk))
        add_panel(Panel("portal.home", 15, "activities/resolution_panel.html", minutes_panels.in_the_portal))
        register_calendar(minutes_panels.CALENDAR)
