"""Wiring of files, on one page."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FilesConfig(AppConfig):
    """files."""

    name = "lianxin.files"
    label = "files"
    verbose_name = _("files")
