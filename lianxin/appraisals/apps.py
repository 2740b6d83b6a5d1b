"""Wiring of appraisals, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import declare


class AppraisalsConfig(AppConfig):
    """Democratic appraisal of members."""

    name = "lianxin.appraisals"
    label = "appraisals"
    verbose_name = _("democratic appraisal")

    def ready(self) -> None:
        """Register permissions, menu entries and panels."""
        from lianxin.appraisals import events, permissions  # noqa: F401, PLC0415 - after the app registry

        declare(permissions.PERMISSIONS)
