"""From a rule to a period for which the kernel keeps records."""

import datetime as dt

from django.utils.translation import gettext as _

from lianxin.kernel.retention.periods import Period, PeriodTooShort
from lianxin.rules.bilingual import lazy_text
from lianxin.rules.book import LocalValue, OverrideNotAllowed, RuleVersion, in_force

SETTING = "LIANXIN_RETENTION"


class _Source:
    """Document and article, or the setting that stands in their place; read when shown."""

    def __init__(self, rule: RuleVersion) -> None:
        self.rule = rule

    def __str__(self) -> str:
        if self.rule.local is not None:
            return _("setting of this installation (%(setting)s)") % {"setting": SETTING}
        return self.rule.citation


def find_period(rule_id: str, on: dt.date, local: int | None) -> Period:
    """The period of a rule on a day; `local` is the installation's own number.

    Raises:
        PeriodTooShort: the own number lies outside what the rule allows.
        UnknownRule, NoRuleInForce: there is no such rule on that day.
    """
    own = LocalValue(local, SETTING) if local is not None else None
    try:
        rule = in_force(rule_id, on, overrides=(lambda _rule, _on: own) if own is not None else None)
    except OverrideNotAllowed as error:
        raise PeriodTooShort(str(error)) from error
    return Period(
        rule.id,
        rule.number,
        "months" if rule.kind == "months" else "days",
        rule.shown_value_lazy,
        lazy_text(_Source(rule)),
        rule.is_certain,
        is_local=own is not None,
    )
