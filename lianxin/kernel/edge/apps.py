"""Wiring of the edge."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class EdgeConfig(AppConfig):
    """What comes in and goes out is looked at here."""

    name = "lianxin.kernel.edge"
    label = "edge"
    verbose_name = _("edge")
