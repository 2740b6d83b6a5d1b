"""What needs a look: organisations that a rule in force speaks about. Computed from the rules, never blocking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.time import add_months, today
from lianxin.organisations.models import Organisation
from lianxin.organisations.queries.scope import organisations_within
from lianxin.rules.facade import (
    OrganisationFacts,
    RuleVersion,
    Verdict,
    check_unit,
    in_force_or_none,
    organisation_warnings,
)

ELECTING = ("branch", "joint_branch", "floating_branch")
BRANCHES = (*ELECTING, "temporary_branch")
HIGHER = ("grassroots_committee", "general_branch", "work_committee", "party_group_lead")
WITH_TERM = (*ELECTING, "general_branch", "grassroots_committee")
COMMITTEES = {
    "branch_committee": ELECTING,
    "general_branch_committee": ("general_branch",),
    "grassroots_committee_seats": ("grassroots_committee",),
}
COMMITTEE_FROM = 3
"""Seats from which posts make a committee; fewer are a secretary with or without a deputy (BRANCH, chapter 6)."""
MOST_COUNTED = 1000


@dataclass(frozen=True, slots=True)
class WarningKind:
    """A thing to warn of: the rule it comes from and the organisations it applies to, as a condition."""

    key: str
    label: str | Promise
    rule: RuleVersion
    condition: Q


@dataclass(frozen=True, slots=True)
class Warned:
    """An organisation with what the rules say about it."""

    organisation: Organisation
    verdicts: Sequence[Verdict]


@dataclass(frozen=True, slots=True)
class Counted:
    """How many organisations a kind of warning applies to; `more` where counting stopped."""

    kind: WarningKind
    number: int
    more: bool


def warning_kinds(on: date) -> list[WarningKind]:
    """The kinds of warning that the rules in force on the day give, with their figures in the conditions."""
    branch, electing = Q(org_type__in=BRANCHES), Q(org_type__in=ELECTING)
    kinds = [
        _kind(
            "few_members",
            _("branch with too few full members"),
            "organisations.branch.minimum_full_members",
            on,
            lambda limit: branch & Q(full_members__lt=limit),
        ),
        _kind(
            "many_members",
            _("branch with very many members"),
            "organisations.branch.maximum_members",
            on,
            lambda limit: branch & Q(full_members__gt=limit - F("probationary_members")),
        ),
        _kind(
            "no_committee",
            _("branch without the committee it needs"),
            "organisations.branch_committee.required_from_full_members",
            on,
            lambda limit: electing & Q(full_members__gte=limit, committee_seats__lt=COMMITTEE_FROM),
        ),
        _kind(
            "many_units",
            _("joint branch over too many units"),
            "organisations.joint_branch.maximum_units",
            on,
            lambda limit: Q(org_type="joint_branch", unit_count__gt=limit),
        ),
        _kind(
            "no_branch",
            _("members without a branch of their own"),
            "organisations.branch.minimum_full_members",
            on,
            lambda limit: Q(org_type__in=HIGHER, full_members__gte=limit),
        ),
        _kind(
            "term_over",
            _("term of office over"),
            "organisations.branch.term_months",
            on,
            lambda _limit: Q(org_type__in=WITH_TERM, term_ends_on__lt=on),
        ),
        _kind(
            "term_ending",
            _("term of office ending soon"),
            "organisations.term.notice_months",
            on,
            lambda limit: Q(org_type__in=WITH_TERM, term_ends_on__gte=on, term_ends_on__lte=last_noticed(on, limit)),
        ),
    ]
    return [kind for kind in [*kinds, *_committee_sizes(on)] if kind is not None]


def _committee_sizes(on: date) -> list[WarningKind]:
    """Committees that are too small or too large for their kind of organisation."""
    found = []
    for prefix, types in COMMITTEES.items():
        seated = Q(org_type__in=types, committee_seats__gte=COMMITTEE_FROM)
        for size, label, wrong in (
            ("minimum", _("committee with too few members"), "committee_seats__lt"),
            ("maximum", _("committee with very many members"), "committee_seats__gt"),
        ):
            rule = in_force_or_none(f"organisations.{prefix}.{size}_size", on)
            if rule is not None:
                condition = seated & Q(**{wrong: rule.number})
                found.append(WarningKind(f"{prefix}_{size}", label, rule, condition))
    return found


def last_noticed(on: date, months: int) -> date:
    """The last day of a term of which the notice has begun: the day so many months later."""
    return add_months(on, months)


def _kind(key: str, label: str | Promise, rule_id: str, on: date, condition: Callable[[int], Q]) -> WarningKind | None:
    rule = in_force_or_none(rule_id, on)
    return None if rule is None else WarningKind(key, label, rule, condition(rule.number))


def facts_of(organisation: Organisation) -> OrganisationFacts:
    """The organisation as the rules see it."""
    seats = organisation.committee_seats
    return OrganisationFacts(
        org_type=organisation.org_type,
        full_members=organisation.full_members,
        members=organisation.members,
        unit_count=organisation.unit_count,
        has_committee=seats >= COMMITTEE_FROM if organisation.org_type in ELECTING else None,
        committee_size=seats if seats >= COMMITTEE_FROM else None,
        term_ends_on=organisation.term_ends_on,
        is_village=organisation.is_village_or_community,
    )


def warnings_of(organisation: Organisation, on: date) -> list[Verdict]:
    """What the rules of the day say about the organisation that a person must look at. No query."""
    verdicts = organisation_warnings(facts_of(organisation), on=on)
    if organisation.org_type in HIGHER:
        verdicts += check_unit(full_members=organisation.full_members, has_own_branch=False, on=on)
    return verdicts


def warned_within(actor: Actor, on: date, keys: Sequence[str] = ()) -> QuerySet[Organisation]:
    """The organisations of the actor to which a warning applies; `keys` narrow to some kinds."""
    condition = Q(pk__in=[])
    for kind in warning_kinds(on):
        if not keys or kind.key in keys:
            condition |= kind.condition
    return organisations_within(actor).filter(condition)


def count_warnings(actor: Actor, on: date | None = None) -> list[Counted]:
    """For each kind how many organisations of the actor it applies to, shown up to `MOST_COUNTED`. One query."""
    day = on or today()
    kinds = warning_kinds(day)
    found = warned_within(actor, day).aggregate(**{kind.key: Count("id", filter=kind.condition) for kind in kinds})
    return [
        Counted(kind, min(found[kind.key], MOST_COUNTED - 1), more=found[kind.key] >= MOST_COUNTED) for kind in kinds
    ]


def terms_ending(actor: Actor, on: date | None = None) -> QuerySet[Organisation]:
    """The organisations of the actor whose term is over or ends within the months of the rule, soonest first."""
    day = on or today()
    notice = in_force_or_none("organisations.term.notice_months", day)
    last = last_noticed(day, notice.number if notice else 0)
    return organisations_within(actor).filter(term_ends_on__lte=last, org_type__in=WITH_TERM)
