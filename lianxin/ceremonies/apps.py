"""Wiring of ceremonies, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare
from lianxin.kernel.web.navigation import Entry, Panel, add_entry, add_panel


class CeremoniesConfig(AppConfig):
    """Political birthdays and the renewal of the oath."""

    name = "lianxin.ceremonies"
    label = "ceremonies"
    verbose_name = _("ceremonies")

    def ready(self) -> None:
        """Register permissions, the menu entry, panels, calendars, and what is kept how long."""
        from lianxin.ceremonies import events, keeping, messages, permissions  # noqa: F401, PLC0415 - after the app registry
        from lianxin.ceremonies.panels import for_member, for_organisations, week_at_home  # noqa: PLC0415 - the same
        from lianxin.duties.facade import CalendarSource, register_calendar  # noqa: PLC0415 - the same
        from lianxin.kernel.processing import declare_processing  # noqa: PLC0415 - the same
        from lianxin.kernel.retention.types import declare_records  # noqa: PLC0415 - the same

        declare(permissions.PERMISSIONS)
        declare_processing(keeping.PROCESSING)
        declare_records(keeping.RECORD_TYPES)
        register_calendar(
            CalendarSource(
                "political_birthdays", _("Political birthdays"), for_organisations, for_member, names_persons=True
            )
        )
        add_entry(Entry("workbench", 45, _("Ceremonies"), "calendar-event", "ceremonies:birthdays", permissions.VIEW))
        add_panel(Panel("workbench.home_beside", 40, "ceremonies/panel.html", week_at_home))
