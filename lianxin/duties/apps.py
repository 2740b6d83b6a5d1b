"""Wiring of duties, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare


class DutiesConfig(AppConfig):
    """What each organisation and member has to do, by when, and why."""

    name = "lianxin.duties"
    label = "duties"
    verbose_name = _("what is due")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.duties import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
