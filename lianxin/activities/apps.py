"""Wiring of activities, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare


class ActivitiesConfig(AppConfig):
    """Organisation life: meetings, lectures, theme days."""

    name = "lianxin.activities"
    label = "activities"
    verbose_name = _("organisation life")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.activities import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
