"""Checks of organisations: set-up thresholds, sizes, committees and terms. Pure functions, warnings only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.time import add_months
from lianxin.rules.bilingual import shown_date
from lianxin.rules.book import in_force_or_none
from lianxin.rules.verdicts import Level, Verdict, not_ok, verdict

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.functional import _StrPromise

    from lianxin.rules.book import Overrides, RuleVersion

# Keys of the code table org_types. A temporary branch elects nobody and has no term (BRANCH 8).
BRANCHES = frozenset({"branch", "joint_branch", "temporary_branch", "floating_branch"})
ELECTING_BRANCHES = BRANCHES - {"temporary_branch"}
WITH_TERM = ELECTING_BRANCHES | {"general_branch", "grassroots_committee"}


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationFacts:
    """What is known about an organisation on a day. None means not known, and is not judged.

    `org_type` is a key of the code table `org_types`; `unit_count` matters for joint branches; `is_village` says that
    it belongs to a village or community; `term_ends_on` is the last day of the current term.
    """

    org_type: str
    full_members: int | None = None
    members: int | None = None
    unit_count: int | None = None
    has_committee: bool | None = None
    committee_size: int | None = None
    term_ends_on: dt.date | None = None
    is_village: bool = False


def term_months_rule(
    org_type: str, *, is_village: bool, on: dt.date, overrides: Overrides | None = None
) -> RuleVersion | None:
    """Return the rule on the length of the term; None for types without one, or where no law is known for the day.

    Source: TERM 1 (2018-07-12): branch and general branch 3 years, committee 5, in villages and communities all 5.
    """
    if org_type not in WITH_TERM:
        return None
    if is_village:
        rule_id = "organisations.village.term_months"
    elif org_type in ELECTING_BRANCHES:
        rule_id = "organisations.branch.term_months"
    else:
        rule_id = f"organisations.{org_type}.term_months"
    return in_force_or_none(rule_id, on, overrides=overrides)


def term_end(
    org_type: str, *, is_village: bool, start: dt.date, on: dt.date, overrides: Overrides | None = None
) -> dt.date | None:
    """Return the day a term that began on `start` ends by the law of `on`; None where the type has no term.

    Calendar months, clamped to the month's end: elected on 2024-09-30 for 3 years, it ends on 2027-09-30.
    """
    rule = term_months_rule(org_type, is_village=is_village, on=on, overrides=overrides)
    return None if rule is None else add_months(start, rule.number)


def organisation_verdicts(
    facts: OrganisationFacts, *, on: dt.date, overrides: Overrides | None = None
) -> list[Verdict]:
    """Return a verdict, in order or warning, for every rule that applies to the organisation and can be judged.

    Source: BRANCH 4, 5 and its chapter on committees; TERM 1. Rules not yet in force on the day are left out.
    """
    electing = facts.org_type in ELECTING_BRANCHES
    branch = facts.org_type in BRANCHES
    limits: list[_Limit] = [
        _Limit(
            "organisations.branch.minimum_full_members",
            facts.full_members if branch else None,
            _("The branch has {count} full members; at least {limit} are needed."),
            at_least=True,
        ),
        _Limit(
            "organisations.branch.maximum_members",
            facts.members if branch else None,
            _("The branch has {count} members; normally at most {limit}."),
        ),
        _Limit(
            "organisations.joint_branch.maximum_units",
            facts.unit_count if facts.org_type == "joint_branch" else None,
            _("The joint branch covers {count} units; normally at most {limit}."),
        ),
        *_committee_limits(facts),
    ]
    found = [v for limit in limits if (v := _judge(limit, on, overrides)) is not None]
    if electing and facts.full_members is not None and facts.has_committee is not None:
        found += _committee_needed(facts.full_members, on, overrides, has_committee=facts.has_committee)
    if facts.org_type in WITH_TERM and facts.term_ends_on is not None:
        found += _term(facts, facts.term_ends_on, on, overrides)
    return found


def organisation_warnings(
    facts: OrganisationFacts, *, on: dt.date, overrides: Overrides | None = None
) -> list[Verdict]:
    """Return only what a person must look at, see `organisation_verdicts`."""
    return not_ok(organisation_verdicts(facts, on=on, overrides=overrides))


def check_unit(*, full_members: int, has_own_branch: bool, on: dt.date) -> list[Verdict]:
    """Return a warning for a unit that has full members enough for a branch of its own, but has none.

    Source: BRANCH 4: with 3 or more full members a branch must be set up.
    """
    rule = in_force_or_none("organisations.branch.minimum_full_members", on)
    if rule is None or has_own_branch or full_members < rule.number:
        return []
    message = format_lazy(
        _("The unit has {count} full members and no branch; from {limit} a branch is to be set up."),
        count=full_members,
        limit=rule.number,
    )
    return [verdict(rule, Level.WARNING, message, count=full_members, limit=rule.number)]


def check_secretary(*, party_age_from: dt.date | None, since: dt.date) -> list[Verdict]:
    """Return a warning for a secretary whose party age on taking office is shorter than it normally is.

    `party_age_from` is the day the person became a full member, None if on probation. Source: BRANCH.
    """
    rule = in_force_or_none("organisations.secretary.minimum_party_age_months", since)
    if rule is None:
        return []
    if party_age_from is not None and add_months(party_age_from, rule.number) <= since:
        return []
    message = format_lazy(
        _("On taking office on {date} the secretary had less party age than {limit}."),
        date=shown_date(since),
        limit=rule.shown_value_lazy,
    )
    return [verdict(rule, Level.WARNING, message, party_age_from=party_age_from, since=since)]


@dataclass(frozen=True, slots=True)
class _Limit:
    """One number to compare with one rule; a number of None is not judged."""

    rule_id: str
    count: int | None
    message: _StrPromise
    at_least: bool = False


_COMMITTEES = {
    "general_branch": "organisations.general_branch_committee",
    "grassroots_committee": "organisations.grassroots_committee_seats",
} | dict.fromkeys(ELECTING_BRANCHES, "organisations.branch_committee")


def _committee_limits(facts: OrganisationFacts) -> list[_Limit]:
    prefix = _COMMITTEES.get(facts.org_type)
    if prefix is None or facts.committee_size is None or facts.has_committee is False:
        return []
    return [
        _Limit(
            f"{prefix}.minimum_size",
            facts.committee_size,
            _("The committee has {count} members; at least {limit} are needed."),
            at_least=True,
        ),
        _Limit(
            f"{prefix}.maximum_size",
            facts.committee_size,
            _("The committee has {count} members; normally at most {limit}."),
        ),
    ]


def _judge(limit: _Limit, on: dt.date, overrides: Overrides | None) -> Verdict | None:
    rule = in_force_or_none(limit.rule_id, on, overrides=overrides)
    if rule is None or limit.count is None:
        return None
    kept = limit.count >= rule.number if limit.at_least else limit.count <= rule.number
    message = format_lazy(limit.message, count=limit.count, limit=rule.number)
    return verdict(rule, Level.OK if kept else Level.WARNING, message, count=limit.count, limit=rule.number)


def _committee_needed(
    full_members: int, on: dt.date, overrides: Overrides | None, *, has_committee: bool
) -> list[Verdict]:
    rule = in_force_or_none("organisations.branch_committee.required_from_full_members", on, overrides=overrides)
    if rule is None or full_members < rule.number:
        return []
    message: _StrPromise = (
        _("The branch has {count} full members and a committee, needed from {limit}.")
        if has_committee
        else _("The branch has {count} full members and no committee; it is needed from {limit}.")
    )
    level = Level.OK if has_committee else Level.WARNING
    text = format_lazy(message, count=full_members, limit=rule.number)
    return [verdict(rule, level, text, count=full_members, limit=rule.number)]


def _term(facts: OrganisationFacts, ends_on: dt.date, on: dt.date, overrides: Overrides | None) -> list[Verdict]:
    length = term_months_rule(facts.org_type, is_village=facts.is_village, on=on, overrides=overrides)
    notice = in_force_or_none("organisations.term.notice_months", on, overrides=overrides)
    if length is not None and on > ends_on:
        message = format_lazy(_("The term ended on {date}."), date=shown_date(ends_on))
        return [verdict(length, Level.WARNING, message, term_ends_on=ends_on)]
    if notice is None:
        return []
    message = format_lazy(_("The term ends on {date}."), date=shown_date(ends_on))
    due = on >= add_months(ends_on, -notice.number)
    return [verdict(notice, Level.WARNING if due else Level.OK, message, term_ends_on=ends_on)]
