"""The periods of a year for every declared duty, each under the version of the rule that its first day finds."""

from dataclasses import dataclass
from datetime import date

from lianxin.duties.declared import Duty, all_duties
from lianxin.rules.facade import RuleVersion, blocks, history, in_force_or_none


@dataclass(frozen=True, slots=True)
class Period:
    """A period of a duty and the version of the rule it stands under, as it is kept in the row."""

    key: str
    start: date
    end: date
    rule: str


def periods_of(duty: Duty, year: int) -> list[Period]:
    """The periods of the duty in the year.

    A period follows the version that is in force on its first day: a rule changed in mid-year leaves the periods that
    had begun as they were, and holds for those that begin on or after the day of the change.
    """
    found = [
        Period(duty.key, block.start, block.end, name_of(version))
        for version in history(duty.rule)
        for block in blocks(version.number, year)
        if in_force_or_none(duty.rule, block.start) is version
    ]
    return sorted(found, key=lambda one: one.start)


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
