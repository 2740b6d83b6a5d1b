"""Wiring of portal, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    """portal."""

    name = "lianxin.portal"
    label = "portal"
    verbose_name = _("portal")
