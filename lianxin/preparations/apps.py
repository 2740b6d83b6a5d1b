"""Wiring of preparations, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare


class PreparationsConfig(AppConfig):
    """Preparing organisation-life and democratic-life meetings: talks, opinions, self-examination, rectification."""

    name = "lianxin.preparations"
    label = "preparations"
    verbose_name = _("preparing organisation-life meetings")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.preparations import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
