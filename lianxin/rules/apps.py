from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class RulesConfig(AppConfig):
    """Dated rules, code tables and the checks that follow from them. No tables in the database."""

    name = "lianxin.rules"
    label = "rules"
    verbose_name = _("Rules")

    def ready(self) -> None:
        """Give the kernel the numbers that are rules (signing in, keeping), and enter the book of rules in the menu."""
        from lianxin.kernel.accounts.policy import numbers_come_from  # noqa: PLC0415 - after the apps are loaded
        from lianxin.kernel.retention.periods import periods_come_from  # noqa: PLC0415
        from lianxin.kernel.time import today  # noqa: PLC0415
        from lianxin.kernel.web.navigation import Entry, add_entry  # noqa: PLC0415
        from lianxin.rules.book import in_force  # noqa: PLC0415
        from lianxin.rules.keeping import find_period  # noqa: PLC0415

        numbers_come_from(lambda rule_id: in_force(rule_id, today()).number)
        periods_come_from(find_period)
        add_entry(Entry("workbench", 90, _("Rules"), "scale", "rules:list"))
