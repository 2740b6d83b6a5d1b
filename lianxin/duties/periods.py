"""The periods of a year for every declared duty, each under the version of the rule that its first day finds."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxin.duties.declared import Duty, all_duties
from lianxin.rules.facade import Overrides, RuleVersion, blocks, history, in_force_or_none

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a duty, the version of the rule and the local value it stands under, as it is kept in the row."""

    key: str
    start: date
    end: date
    rule: str
    local: UUID | None = None


def periods_of(duty: Duty, year: int, overrides: Overrides | None = None) -> list[Period]:
    """The periods of the duty in the year, at a place with these local values.

    A period follows what is in force on its first day: a rule or local value changed in mid-year leaves the periods
    that had begun as they were, and holds for those that begin on or after the day of the change.
    """
    found = []
    for month in range(1, MONTHS + 1):
        rule = in_force_or_none(duty.rule, date(year, month, 1), overrides=overrides)
        if rule is None:
            continue
        local = rule.local.id if rule.local is not None else None
        found += [
            Period(duty.key, block.start, block.end, name_of(rule), local)
            for block in blocks(rule.number, year)
            if block.start.month == month
        ]
    return found


def periods_of_year(year: int) -> list[Period]:
    """The periods of all declared duties."""
    return [period for duty in all_duties() for period in periods_of(duty, year)]


def name_of(version: RuleVersion) -> str:
    """A version as rows name it."""
    return f"{version.id}@{version.valid_from.isoformat() if version.valid_from else ''}"


def version_named(name: str) -> RuleVersion | None:
    """The version a row names; the newest of the rule where that one is gone, None where the rule is."""
    rule_id, _at, begins = name.partition("@")
    try:
        versions = history(rule_id)
    except LookupError:
        return None
    return next((one for one in versions if name_of(one) == f"{rule_id}@{begins}"), versions[0])
