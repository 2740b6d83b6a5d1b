"""A rule that organisations set is followed by something; a switch without effect would be a lie."""

from lianxin.appraisals.actions.rounds import LEAST_SHEETS
from lianxin.appraisals.queries.results import ONE_IN, PROBATIONARY
from lianxin.duties.facade import all_duties
from lianxin.kernel.time import today
from lianxin.ledgers.study import FOR_COMMITTEES, FOR_MEMBERS, HALF_DAY, LECTURE
from lianxin.rules.facade import all_rules

FOLLOWED = {LEAST_SHEETS, ONE_IN, PROBATIONARY, FOR_COMMITTEES, FOR_MEMBERS, HALF_DAY, LECTURE}
"""Followed by appraisals and ledgers; their `tests/test_local_values.py` show it. Rhythms are followed by duties."""


def test_every_rule_that_organisations_set_is_followed() -> None:
    settable = {rule.id for rule in all_rules(today()) if rule.is_set_by_organisations}
    rhythms = {rule.id for rule in all_rules(today()) if rule.is_rhythm}
    assert settable - rhythms == FOLLOWED
    assert settable & rhythms <= {duty.rule for duty in all_duties()}


def test_what_the_software_must_not_do_is_set_by_nobody() -> None:
    burden = [rule for rule in all_rules(today()) if rule.used_by == "burden"]
    assert burden
    assert not any(rule.may_override_locally for rule in burden)
