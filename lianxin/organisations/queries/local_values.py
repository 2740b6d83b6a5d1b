"""Local values of rules: what holds at a place and where it comes from, and all of them at once for work in sets."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self
from uuid import UUID

from django.db.models import F, QuerySet

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.db.paths import STEP, ancestors, subtree
from lianxin.organisations.models import LocalValue, Organisation
from lianxin.organisations.queries.tree import ancestors_on
from lianxin.rules.facade import (
    DatedValue,
    Overrides,
    RuleVersion,
    all_rules,
    in_force,
    in_force_or_none,
    overrides_of,
)
from lianxin.rules.facade import LocalValue as Setting

Chain = tuple[DatedValue, ...]
"""The values set at a place and above it, nearest first."""
FIELDS = ("organisation__path", "organisation__short_name", "id", "rule", "value", "document_no", "valid_from")


@dataclass(frozen=True, slots=True)
class LocalValues:
    """Local values by the path of the organisation that set them; those taken back before they began are not there."""

    by_path: Mapping[str, Sequence[DatedValue]]

    @classmethod
    def load(cls, rules: Collection[str] | None = None, *, path: str | None = None) -> Self:
        """All of the tree, of some rules, or those at a place and above it alone. One query.

        What is set above holds below and is named there, in reach or not: call it for places the actor may see.
        """
        rows = _begun()
        if rules is not None:
            rows = rows.filter(rule__in=rules)
        if path is not None:
            rows = rows.filter(organisation__path__in=[*ancestors(path), path])
        found: dict[str, list[DatedValue]] = defaultdict(list)
        with acting(Actor.system("what organisations above set")):
            for place, name, key, rule, value, document, since, until in rows.values_list(*FIELDS, "ends_on"):
                found[place].append(DatedValue(rule, Setting(value, document, name, key), since, until))
        return cls(found)

    def chain(self, path: str) -> Chain:
        """What bears on a place."""
        if not self.by_path:
            return ()
        return tuple(one for place in (path, *reversed(ancestors(path))) for one in self.by_path.get(place, ()))

    def overrides(self, path: str) -> Overrides:
        """The local settings of a place, for `in_force`."""
        return overrides_of(self.chain(path))


def overrides_at(path: str) -> Overrides:
    """The local settings of one place, for `in_force`. One query; for many places load `LocalValues` once."""
    return LocalValues.load(path=path).overrides(path)


def overrides_on(organisation: UUID, path: str, day: date) -> Overrides:
    """The local settings of one place by the way up it had on a day, for what keeps the values of that day.

    A place that moved since follows those above it then. `path` is its present one, used where it was not entered yet.
    At most two queries. The caller has made sure that the actor sees the organisation.
    """
    with acting(Actor.system("what organisations above set then")):
        above = [one for one, _name in reversed(ancestors_on(organisation, day))]
        if not above:
            return overrides_at(path)
        found: dict[UUID, list[DatedValue]] = defaultdict(list)
        for place, name, key, rule, value, document, since, until in (
            _begun().filter(organisation__in=above).values_list("organisation_id", *FIELDS[1:], "ends_on")
        ):
            found[place].append(DatedValue(rule, Setting(value, document, name, key), since, until))
    return overrides_of(tuple(one for place in above for one in found[place]))


def _begun() -> QuerySet[LocalValue]:
    """All but those taken back before they began."""
    return LocalValue.objects.exclude(ends_on__lte=F("valid_from"))


@dataclass(frozen=True, slots=True)
class Settable:
    """A rule that organisations set: the law, what holds at the place, what is set here and what is still to come."""

    law: RuleVersion
    rule: RuleVersion
    own: LocalValue | None
    planned: LocalValue | None
    history: Sequence[LocalValue]

    @property
    def is_from_above(self) -> bool:
        """Whether what holds was set by an organisation above."""
        return self.rule.local is not None and (self.own is None or self.rule.local.id != self.own.id)

    @property
    def gives_way(self) -> bool:
        """Whether a value set here does not hold, because one from above is stricter or the rule allows it no more."""
        return self.own is not None and (self.rule.local is None or self.rule.local.id != self.own.id)


def settable_at(organisation: Organisation, *, on: date) -> list[Settable]:
    """Every rule in force that organisations set, as it stands at one of them. Two queries.

    The caller has made sure that the actor sees the organisation.
    """
    overrides = overrides_at(organisation.path)
    held: dict[str, list[LocalValue]] = defaultdict(list)
    for row in organisation.local_values.all():
        held[row.rule].append(row)
    return [
        Settable(
            law=law,
            rule=in_force(law.id, on, overrides=overrides),
            own=next((one for one in held[law.id] if one.holds(on)), None),
            planned=next((one for one in held[law.id] if one.is_planned(on)), None),
            history=held[law.id],
        )
        for law in all_rules(on)
        if law.is_set_by_organisations
    ]


def fixed_above(path: str, rule: str, on: date) -> Setting | None:
    """What the organisations above a place fixed for a rule on a day; None for nothing. One query."""
    version = in_force_or_none(rule, on, overrides=LocalValues.load([rule], path=path[:-STEP]).overrides(path[:-STEP]))
    return version.local if version is not None else None


def set_below(path: str, rule: str, *, on: date) -> list[LocalValue]:
    """Values for the rule, in force on the day or planned, of organisations below a place, by place. One query."""
    rows = LocalValue.objects.filter(subtree(path, field="organisation__path"), rule=rule)
    rows = rows.exclude(organisation__path=path).exclude(ends_on__lte=on).exclude(ends_on__lte=F("valid_from"))
    return list(rows.select_related("organisation").order_by("organisation__path", "valid_from"))
