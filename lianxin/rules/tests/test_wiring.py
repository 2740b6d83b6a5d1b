import re
from datetime import timedelta
from pathlib import Path

from lianxin.kernel import accounts
from lianxin.kernel.accounts.policy import minutes, number
from lianxin.kernel.time import today
from lianxin.rules.facade import all_rules

ASKED = re.compile(r"\b(?:number|minutes|days)\(\s*\"([a-z_.]+)\"")


def test_signing_in_takes_its_numbers_from_the_rules():
    assert number("password.minimum_length") == 10
    assert number("lockout.failures") == 5
    assert minutes("session.staff_idle_minutes") == timedelta(minutes=15)


def test_every_number_that_signing_in_asks_for_is_a_rule():
    folder = Path(accounts.__file__).parent
    asked = {name for path in folder.rglob("*.py") for name in ASKED.findall(path.read_text(encoding="utf-8"))}
    assert len(asked) >= 5
    assert {f"security.{name}" for name in asked} <= {rule.id for rule in all_rules(today())}
