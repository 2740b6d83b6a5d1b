import datetime as dt

import pytest

from lianxin.rules.facade import (
    Level,
    LocalValue,
    OrganisationFacts,
    check_secretary,
    check_unit,
    organisation_verdicts,
    organisation_warnings,
    term_end,
)

ON = dt.date(2026, 11, 21)


def warned(on=ON, **facts):
    return [verdict.rule_id for verdict in organisation_warnings(OrganisationFacts(**facts), on=on)]


@pytest.mark.parametrize(
    ("facts", "rule_id"),
    [
        ({"org_type": "branch", "full_members": 2}, "organisations.branch.minimum_full_members"),
        ({"org_type": "branch", "full_members": 0}, "organisations.branch.minimum_full_members"),
        ({"org_type": "branch", "members": 51}, "organisations.branch.maximum_members"),
        ({"org_type": "joint_branch", "unit_count": 6}, "organisations.joint_branch.maximum_units"),
        (
            {"org_type": "branch", "full_members": 7, "has_committee": False},
            "organisations.branch_committee.required_from_full_members",
        ),
        ({"org_type": "branch", "committee_size": 2}, "organisations.branch_committee.minimum_size"),
        ({"org_type": "branch", "committee_size": 8}, "organisations.branch_committee.maximum_size"),
        ({"org_type": "general_branch", "committee_size": 10}, "organisations.general_branch_committee.maximum_size"),
        (
            {"org_type": "grassroots_committee", "committee_size": 12},
            "organisations.grassroots_committee_seats.maximum_size",
        ),
        ({"org_type": "branch", "term_ends_on": dt.date(2026, 11, 20)}, "organisations.branch.term_months"),
        ({"org_type": "branch", "term_ends_on": ON}, "organisations.term.notice_months"),
        ({"org_type": "branch", "term_ends_on": dt.date(2027, 5, 21)}, "organisations.term.notice_months"),
        (
            {"org_type": "branch", "is_village": True, "term_ends_on": dt.date(2026, 11, 20)},
            "organisations.village.term_months",
        ),
    ],
)
def test_each_warning_cites_its_rule(facts, rule_id):
    assert warned(**facts) == [rule_id]


@pytest.mark.parametrize(
    "facts",
    [
        {"org_type": "branch", "full_members": 3, "members": 50, "has_committee": False},
        {"org_type": "branch", "full_members": 6, "has_committee": False},
        {"org_type": "branch", "full_members": 7, "has_committee": True, "committee_size": 3},
        {"org_type": "joint_branch", "unit_count": 5},
        {"org_type": "branch", "term_ends_on": dt.date(2027, 5, 22)},
        {
            "org_type": "temporary_branch",
            "full_members": 9,
            "has_committee": False,
            "term_ends_on": dt.date(2020, 1, 1),
        },
        {"org_type": "grassroots_committee", "members": 4000, "full_members": 4000, "has_committee": True},
        {"org_type": "group", "full_members": 1},
        {"org_type": "branch"},
    ],
)
def test_what_is_in_order_or_unknown_warns_of_nothing(facts):
    assert warned(**facts) == []


def test_nothing_is_judged_by_law_that_was_not_yet_in_force():
    assert warned(on=dt.date(2018, 7, 11), org_type="branch", full_members=1, term_ends_on=dt.date(2010, 1, 1)) == []


def test_what_is_in_order_is_told_too_when_asked_for():
    verdicts = organisation_verdicts(OrganisationFacts(org_type="branch", full_members=3, members=3), on=ON)
    assert [(verdict.level, verdict.what_to_do) for verdict in verdicts] == [(Level.OK, ""), (Level.OK, "")]


def test_a_verdict_carries_figures_article_and_what_to_do():
    (verdict,) = organisation_warnings(OrganisationFacts(org_type="branch", full_members=2), on=ON)
    assert (verdict.article, verdict.source, verdict.confidence) == ("4", "BRANCH", "certain")
    assert verdict.facts == {"count": 2, "limit": 3}
    assert "2" in str(verdict.message)
    assert str(verdict.what_to_do)


@pytest.mark.parametrize(
    ("org_type", "is_village", "start", "end"),
    [
        ("branch", False, dt.date(2024, 9, 30), dt.date(2027, 9, 30)),
        ("general_branch", False, dt.date(2024, 2, 29), dt.date(2027, 2, 28)),
        ("branch", True, dt.date(2021, 12, 31), dt.date(2026, 12, 31)),
        ("general_branch", True, dt.date(2021, 12, 31), dt.date(2026, 12, 31)),
        ("grassroots_committee", False, dt.date(2021, 12, 31), dt.date(2026, 12, 31)),
        ("temporary_branch", False, dt.date(2021, 12, 31), None),
        ("work_committee", False, dt.date(2021, 12, 31), None),
    ],
)
def test_terms(org_type, is_village, start, end):
    assert term_end(org_type, is_village=is_village, start=start, on=ON) == end


@pytest.mark.parametrize(
    ("ends", "first_day"),
    [
        (dt.date(2027, 9, 30), dt.date(2027, 3, 30)),
        (dt.date(2026, 8, 31), dt.date(2026, 2, 28)),
    ],
)
def test_the_end_of_a_term_is_announced_six_months_ahead(ends, first_day):
    assert warned(on=first_day, org_type="branch", term_ends_on=ends) == ["organisations.term.notice_months"]
    assert warned(on=first_day - dt.timedelta(days=1), org_type="branch", term_ends_on=ends) == []


def test_a_local_setting_moves_the_announcement():
    facts = OrganisationFacts(org_type="branch", term_ends_on=dt.date(2027, 9, 30))

    def earlier(rule_id, _on):
        return LocalValue(9, "利组发〔2025〕1号") if rule_id == "organisations.term.notice_months" else None

    on = dt.date(2026, 12, 30)
    assert organisation_warnings(facts, on=on) == []
    assert len(organisation_warnings(facts, on=on, overrides=earlier)) == 1


def test_a_unit_with_full_members_enough_needs_a_branch():
    assert check_unit(full_members=3, has_own_branch=False, on=ON)[0].facts == {"count": 3, "limit": 3}
    assert check_unit(full_members=2, has_own_branch=False, on=ON) == []
    assert check_unit(full_members=3, has_own_branch=True, on=ON) == []


def test_a_secretary_has_a_year_of_party_age():
    assert check_secretary(party_age_from=dt.date(2024, 2, 29), since=dt.date(2025, 2, 28)) == []
    assert len(check_secretary(party_age_from=dt.date(2024, 2, 29), since=dt.date(2025, 2, 27))) == 1
    assert len(check_secretary(party_age_from=None, since=ON)) == 1
