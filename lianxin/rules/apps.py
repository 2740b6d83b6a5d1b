from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    """Dated rules, code tables and the checks that follow from them. No tables in the database."""

    name = "lianxin.rules"
    label = "rules"
    verbose_name = _("Rules")
