from datetime import date

import pytest

from lianxin.kernel.retention.periods import Period, PeriodTooShort, period_of

ON = date(2026, 11, 22)


def months(number):
    return Period("retention.events.months", number, "months", "", "", is_certain=True)


def days(number):
    return Period("retention.files.days", number, "days", "", "", is_certain=True)


def test_an_audit_row_of_the_end_of_january_may_go_at_the_end_of_july():
    assert months(6).first_day_to_delete(date(2026, 1, 31)) == date(2026, 7, 31)
    assert months(6).kept_from(date(2026, 7, 30)) == date(2026, 1, 31)
    assert months(6).kept_from(date(2026, 7, 31)) == date(2026, 2, 1)


@pytest.mark.parametrize(
    ("today", "number", "kept_from"),
    [
        ("2026-02-28", 6, "2025-09-01"),  # 28, 29, 30 and 31 August all fall due on the last of February
        ("2026-03-31", 1, "2026-03-01"),
        ("2024-02-29", 12, "2023-03-01"),
        ("2026-11-22", 36, "2023-11-23"),
    ],
)
def test_days_that_fall_due_together_at_a_months_end(today, number, kept_from):
    day = date.fromisoformat(today)
    found = months(number).kept_from(day)
    assert found == date.fromisoformat(kept_from)
    assert months(number).first_day_to_delete(found) > day


def test_a_period_of_days():
    assert days(7).first_day_to_delete(date(2026, 11, 15)) == ON
    assert days(7).kept_from(ON) == date(2026, 11, 16)


def test_the_rule_says_how_long_and_the_setting_keeps_to_its_bounds():
    assert (period_of("retention.events.months", ON).number, period_of("retention.events.months", ON).unit) == (
        36,
        "months",
    )
    own = period_of("retention.events.months", ON, 6)
    assert (own.number, own.is_local) == (6, True)
    with pytest.raises(PeriodTooShort):
        period_of("retention.events.months", ON, 5)
