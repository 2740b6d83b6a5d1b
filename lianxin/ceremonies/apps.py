"""Wiring of ceremonies, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare


class CeremoniesConfig(AppConfig):
    """Political birthdays and the renewal of the oath."""

    name = "lianxin.ceremonies"
    label = "ceremonies"
    verbose_name = _("ceremonies")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.ceremonies import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
