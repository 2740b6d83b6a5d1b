from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class UiConfig(AppConfig):
    """Shells, components, form templates and icons that every screen is made of."""

    name = "lianxin.kernel.ui"
    label = "ui"
    verbose_name = _("interface")
