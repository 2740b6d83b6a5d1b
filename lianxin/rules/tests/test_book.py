import datetime as dt

import pytest

from lianxin.rules.facade import (
    LocalValue,
    NoRuleInForce,
    OverrideNotAllowed,
    UnknownRule,
    all_rules,
    history,
    in_force,
    in_force_or_none,
)

ON = dt.date(2026, 11, 21)
NOTICE = "organisations.term.notice_months"


def setting(value):
    return lambda _rule_id, _on: LocalValue(value, "利组发〔2025〕1号")


def test_the_day_chooses_the_version():
    assert in_force("members.application.minimum_age", dt.date(2026, 5, 10)).source.code == "FORM17"
    assert in_force("members.application.minimum_age", dt.date(2026, 5, 11)).source.code == "DEV26"


def test_a_day_before_the_law_has_no_rule():
    before = dt.date(2018, 10, 27)
    with pytest.raises(NoRuleInForce):
        in_force("organisations.branch.maximum_members", before)
    assert in_force_or_none("organisations.branch.maximum_members", before) is None
    assert "organisations.branch.maximum_members" not in {rule.id for rule in all_rules(before)}


def test_an_unknown_rule_is_refused():
    with pytest.raises(UnknownRule):
        in_force("organisations.branch.colour", ON)
    with pytest.raises(UnknownRule):
        in_force_or_none("organisations.branch.colour", ON)


def test_a_local_setting_within_bounds_counts_and_keeps_its_document():
    rule = in_force(NOTICE, ON, overrides=setting(9))
    assert (rule.number, rule.local.document) == (9, "利组发〔2025〕1号")
    assert in_force(NOTICE, ON).number == 6


@pytest.mark.parametrize(
    ("rule_id", "value"), [(NOTICE, 2), (NOTICE, 13), ("organisations.branch.maximum_members", 60)]
)
def test_a_local_setting_outside_the_law_is_refused(rule_id, value):
    with pytest.raises(OverrideNotAllowed, match="利组发"):
        in_force(rule_id, ON, overrides=setting(value))


def test_history_is_newest_first():
    starts = [version.valid_from for version in history("members.probation.months")]
    assert starts == sorted(starts, reverse=True)
    assert len(starts) == 10


def test_values_of_another_kind_are_refused():
    with pytest.raises(TypeError):
        _ = in_force("members.probation.months", ON).number
    with pytest.raises(TypeError):
        _ = in_force("members.dates.order", ON).choices
    with pytest.raises(TypeError):
        _ = in_force("members.dates.order", ON).rows


def test_every_rule_in_force_says_what_it_is_in_both_languages():
    for rule in all_rules(ON):
        assert rule.title.en
        assert rule.title.zh
        assert rule.citation
