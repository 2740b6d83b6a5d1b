"""Wiring of api, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ApiConfig(AppConfig):
    """api."""

    name = "lianxin.api"
    label = "api"
    verbose_name = _("api")
