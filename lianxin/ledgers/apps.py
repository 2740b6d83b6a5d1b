"""Wiring of ledgers, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare


class LedgersConfig(AppConfig):
    """Ledgers and forms filled from records."""

    name = "lianxin.ledgers"
    label = "ledgers"
    verbose_name = _("ledgers")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.ledgers import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
