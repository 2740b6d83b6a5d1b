from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    """Dated rules, code tables and the checks that follow from them. No tables in the database."""

    name = "lianxin.rules"
    label = "rules"
    verbose_name = _("Rules")

    def ready(self) -> None:
        """Give signing in its numbers."""
        from lianxin.kernel.accounts.policy import numbers_come_from  # noqa: PLC0415 - after the app registry
        from lianxin.rules.book import current  # noqa: PLC0415 - the same

        numbers_come_from(lambda name: current(name).value)
