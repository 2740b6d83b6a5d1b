import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lianxin.kernel.spreadsheets.cells import BadCell, MonthDate
from lianxin.kernel.spreadsheets.columns import Choice, Column, Kind
from lianxin.kernel.spreadsheets.parsing import CellParser
from lianxin.kernel.spreadsheets.problems import Level
from lianxin.kernel.spreadsheets.tests.member_columns import EDUCATION_LEVELS, ETHNIC_GROUPS, MEMBER_COLUMNS, SEXES

JANUARY = dt.date(2001, 1, 2)


def parse(kind, cell, **options):
    date1904 = options.pop("date1904", False)
    return CellParser(Column("c", "列", kind, **options), sheet="表", date1904=date1904).parse(cell, 7)


@pytest.mark.parametrize(
    "cell",
    [
        "2001-1-2", "2001/01/02", "2001.1.2", "2001年1月2日", "20010102", "２００１．１．２",
        " '2001-01-02 ", "2001 1 2",
        "2001-01-02 00:00:00", "2001-01-02T00:00:00", "2001\u00a0年1月2日", "2001年01月02号", "2001、1、2",
        36893, 36893.0, "36893",
        20010102, JANUARY, dt.datetime(2001, 1, 2, 8, 0),  # noqa: DTZ001  cells have no zone
    ],
)  # fmt: skip
def test_dates_in_every_style(cell):
    assert parse(Kind.DATE, cell) == (JANUARY, None)


def test_serial_days_follow_the_workbooks_date_system():
    assert parse(Kind.DATE, 36893 - 1462, date1904=True).value == JANUARY


@pytest.mark.parametrize(
    ("cell", "code", "suggestion"),
    [
        ("2001.1", "month_only", dt.date(2001, 1, 1)),
        (2001.1, "month_only", dt.date(2001, 1, 1)),
        ("200101", "month_only", dt.date(2001, 1, 1)),
        (MonthDate(2001, 1, 1), "month_only", dt.date(2001, 1, 1)),
        ("2001年", "year_only", dt.date(2001, 1, 1)),
        (2001, "year_only", dt.date(2001, 1, 1)),
        ("85.3.1", "short_year", dt.date(1985, 3, 1)),
        ("3/25/2001", "day_order", dt.date(2001, 3, 25)),
        ("3/4/2001", "day_order", None),
        ("2001-02-30", "no_such_day", None),
        ("不详", "unreadable_date", None),
        ("9999-01-01", "date_out_of_range", None),
        (float("nan"), "unreadable_date", None),
    ],
)
def test_doubtful_dates_are_named_with_a_suggestion(cell, code, suggestion):
    value, problem = parse(Kind.DATE, cell)
    assert value is None
    assert (problem.code, problem.suggestion, problem.level) == (code, suggestion, Level.ERROR)
    assert (problem.sheet, problem.row, problem.column) == ("表", 7, "列")


@pytest.mark.parametrize("cell", ["/", "—", "无", " ", "\u200b", None])
def test_marks_for_nothing_are_nothing(cell):
    assert parse(Kind.DATE, cell) == (None, None)


def test_months():
    assert parse(Kind.MONTH, "2001年1月").value == dt.date(2001, 1, 1)
    assert parse(Kind.MONTH, "2001-01-17").value == dt.date(2001, 1, 1)
    assert parse(Kind.MONTH, "春天").problem.code == "unreadable_month"


@pytest.mark.parametrize(
    "cell", ["11010519491231002X", "11010519491231002x", " '１１０１０５19491231002Ｘ", "110105 19491231 002x"]
)
def test_identity_numbers_get_one_form(cell):
    assert parse(Kind.ID_NUMBER, cell).value == "11010519491231002X"


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (440524188001010014, "lost_digits"),
        (4.40524188001010014e17, "lost_digits"),
        ("4.40524E+17", "lost_digits"),
        ("110105491231002", "id_15"),
        (110105491231002, "id_15"),
        ("3705**********1234", "masked"),
        ("1101051949123100", "id_form"),
        ("张三", "id_form"),
    ],
)
def test_identity_numbers_that_cannot_be_right(cell, code):
    assert parse(Kind.ID_NUMBER, cell).problem.code == code


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        (13812345678, "13812345678"), (13812345678.0, "13812345678"), ("1.3812345678E+10", "13812345678"),
        ("138 1234 5678", "13812345678"), ("+86-138-1234-5678", "13812345678"),
        ("１３８１２３４５６７８", "13812345678"),
        ("0546-1234567", "0546-1234567"), ("05461234567", "0546-1234567"),
        ("（0546）1234567", "0546-1234567"), ("1234567", "1234567"),
    ],
)  # fmt: skip
def test_phones_get_one_form(cell, number):
    assert parse(Kind.PHONE, cell).value == number


@pytest.mark.parametrize(
    ("cell", "code", "suggestion"),
    [
        ("1.38E+10", "lost_digits", None),
        ("13812345678/13912345678", "several_phones", "13812345678"),
        ("1381234", None, None),
        ("138123456", "phone_form", None),
        ("138****5678", "masked", None),
    ],
)
def test_phones_that_cannot_be_right(cell, code, suggestion):
    problem = parse(Kind.PHONE, cell).problem
    assert (problem and problem.code, problem and problem.suggestion) == (code, suggestion)


@pytest.mark.parametrize(
    ("cell", "code"),
    [("男", "1"), ("1", "1"), (1, "1"), (2.0, "2"), ("0", "2"), ("1-男", "1"), (" 女 ", "2")],
)
def test_codes_by_name_code_and_the_columns_own_spelling(cell, code):
    assert parse(Kind.CODE, cell, choices=lambda: SEXES, aliases={"0": "2"}).value == code


def test_codes_without_their_zero_and_by_alias():
    assert parse(Kind.CODE, 1, choices=lambda: ETHNIC_GROUPS).value == "01"
    assert parse(Kind.CODE, "汉", choices=lambda: ETHNIC_GROUPS).value == "01"
    assert parse(Kind.CODE, "大专", choices=lambda: EDUCATION_LEVELS).value == "31"


def test_an_unknown_code_suggests_the_nearest_name():
    problem = parse(Kind.CODE, "大学本科毕亚", choices=lambda: EDUCATION_LEVELS).problem
    assert (problem.code, problem.suggestion) == ("unknown_choice", "21")
    assert "大学本科毕业" in str(problem.message)


def test_a_code_table_is_fetched_once():
    calls = []

    def provider():
        calls.append(1)
        return [Choice("1", "男")]

    parser = CellParser(Column("c", "列", Kind.CODE, choices=provider))
    assert [parser.parse("男", row).value for row in range(3)] == ["1"] * 3
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("cell", "value"),
    [("是", True), ("√", True), ("有", True), ("Y", True), (1, True), ("否", False), ("无", False), (0.0, False)],
)
def test_yes_and_no(cell, value):
    assert parse(Kind.YES_NO, cell).value is value


def test_a_yes_with_a_remark_is_only_suggested():
    value, problem = parse(Kind.YES_NO, "是（2015年起）")
    assert value is None
    assert problem.suggestion is True


def test_integers():
    assert parse(Kind.INTEGER, "１，２３４").value == 1234
    assert parse(Kind.INTEGER, 12.0).value == 12
    assert parse(Kind.INTEGER, "12人").problem.suggestion == 12
    assert parse(Kind.INTEGER, "1.5").problem.code == "not_whole_number"


def test_names_lose_their_layout_and_text_its_invisible_signs():
    assert parse(Kind.NAME, "张　三").value == "张三"
    assert parse(Kind.NAME, "John Smith").value == "John Smith"
    assert parse(Kind.TEXT, "\u202a北宋镇\u200b（一）\xa0").value == "北宋镇（一）"


def test_formulas_stay_text_and_our_own_guard_comes_off():
    assert parse(Kind.TEXT, "=1+1").value == "=1+1"
    assert parse(Kind.TEXT, "'=1+1").value == "=1+1"
    assert parse(Kind.TEXT, "'hello").value == "'hello"


def test_errors_missing_values_and_checks_are_reported():
    assert parse(Kind.TEXT, BadCell("#REF!")).problem.code == "cell_error"
    assert parse(Kind.TEXT, BadCell("=")).problem.code == "formula_without_value"
    assert parse(Kind.TEXT, None, required=True).problem.code == "missing"
    value, problem = parse(Kind.INTEGER, 7, check=lambda number: "too small" if number < 9 else None)
    assert (value, problem.level, str(problem.message)) == (7, Level.WARNING, "too small")


CELLS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.dates(), st.datetimes(), st.times(),
    st.from_regex(r"[0-9０-９./年月日Ee+* x-]{1,24}", fullmatch=True), st.builds(BadCell, st.text()),
)  # fmt: skip
PARSERS = [CellParser(column) for column in MEMBER_COLUMNS] + [CellParser(Column("n", "数", Kind.INTEGER))]


@given(CELLS)
def test_parsers_never_raise_and_every_problem_is_a_sentence(cell):
    for parser in PARSERS:
        value, problem = parser.parse(cell, 1)
        assert problem is None or (value is None and str(problem.message).endswith("."))
        parser.fits(cell)
