"""Wiring of workbench, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WorkbenchConfig(AppConfig):
    """workbench."""

    name = "lianxin.workbench"
    label = "workbench"
    verbose_name = _("workbench")
