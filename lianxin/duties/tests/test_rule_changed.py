from datetime import date

import pytest
import yaml

from lianxin.duties.actions.derive import derive
from lianxin.duties.declared import duty_named
from lianxin.duties.models import DutyRow
from lianxin.duties.periods import periods_of
from lianxin.duties.tests.conftest import SYSTEM
from lianxin.rules import book

RULE = "organisation_life.general_meeting.interval_months"


@pytest.fixture
def changed(monkeypatch, tmp_path):
    """The law with another rhythm of general meetings from a day of 2026 on."""

    def change(months, begins):
        path = book.FOLDER / "organisation_life.yaml"
        rules = yaml.safe_load(path.read_text(encoding="utf-8"))
        (rule,) = [one for one in rules if one["id"] == RULE]
        rule["versions"][0]["valid_to"] = date.fromordinal(begins.toordinal() - 1)
        rule["versions"].append(rule["versions"][0] | {"value": months, "valid_from": begins})
        rule["versions"][1].pop("valid_to")
        (tmp_path / "law.yaml").write_text(yaml.safe_dump([rule], allow_unicode=True), encoding="utf-8")
        new = {**book.book(), **book.read_book([tmp_path / "law.yaml"], book.sources())}
        monkeypatch.setattr(book, "book", lambda: new)
        book._in_force.cache_clear()

    yield change
    monkeypatch.undo()
    book._in_force.cache_clear()


def starts(place):
    rows = DutyRow.objects.filter(organisation=place, key="general_meeting", withdrawn="").order_by("period_start")
    return [(row.period_start.month, row.period_end.month, row.rule[-10:]) for row in rows]


def test_a_rule_changed_in_mid_year_leaves_earlier_periods_as_they_were(cast, changed):
    derive(SYSTEM, organisations=[cast.willow.id], on=date(2026, 1, 1), registered_on=date(2026, 1, 1))
    assert starts(cast.willow) == [(m, m + 2, "2018-10-28") for m in (1, 4, 7, 10)]
    changed(6, date(2026, 7, 1))
    derive(SYSTEM, organisations=[cast.willow.id], on=date(2026, 5, 20), registered_on=date(2026, 1, 1))
    assert starts(cast.willow) == [(1, 3, "2018-10-28"), (4, 6, "2018-10-28"), (7, 12, "2026-07-01")]
    assert set(DutyRow.objects.exclude(withdrawn="").values_list("withdrawn", "period_start")) == {
        ("rule_changed", date(2026, 10, 1))
    }


def test_what_is_over_is_never_rewritten_even_where_the_new_version_is_learned_late(cast, changed):
    derive(SYSTEM, organisations=[cast.willow.id], on=date(2026, 1, 1), registered_on=date(2026, 1, 1))
    changed(1, date(2026, 7, 1))
    derive(SYSTEM, organisations=[cast.willow.id], on=date(2026, 10, 5), registered_on=date(2026, 1, 1))
    rows = starts(cast.willow)
    assert rows[:3] == [(1, 3, "2018-10-28"), (4, 6, "2018-10-28"), (7, 9, "2018-10-28")]
    assert rows[3:] == [(10, 10, "2026-07-01"), (11, 11, "2026-07-01"), (12, 12, "2026-07-01")]


def test_a_running_period_stays_under_the_rule_it_began_with(changed):
    changed(1, date(2026, 5, 15))
    found = [(one.start.month, one.end.month) for one in periods_of(duty_named("general_meeting"), 2026)]
    assert found == [(1, 3), (4, 6), *((month, month) for month in range(6, 13))]
