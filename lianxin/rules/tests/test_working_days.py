import datetime as dt

import pytest

from lianxin.rules.facade import add_working_days


@pytest.mark.parametrize(
    ("asked", "count", "due"),
    [
        ("2026-11-20", 1, "2026-11-23"),  # a Friday
        ("2026-11-21", 1, "2026-11-23"),  # a Saturday
        ("2026-11-23", 15, "2026-12-14"),
        ("2026-11-23", 0, "2026-11-23"),
    ],
)
def test_weekends_are_not_counted(asked, count, due):
    assert add_working_days(dt.date.fromisoformat(asked), count) == dt.date.fromisoformat(due)


def test_a_time_limit_does_not_run_backwards():
    with pytest.raises(ValueError, match="forward"):
        add_working_days(dt.date(2026, 11, 23), -1)
