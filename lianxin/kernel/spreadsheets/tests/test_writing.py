import csv
import datetime as dt
import io
import re
import zipfile

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lianxin.kernel.spreadsheets.cells import MonthDate, Row
from lianxin.kernel.spreadsheets.columns import Choice, Column, Kind
from lianxin.kernel.spreadsheets.matching import Header
from lianxin.kernel.spreadsheets.parsing import CellParser
from lianxin.kernel.spreadsheets.problems import Level, Problem
from lianxin.kernel.spreadsheets.reading import open_workbook
from lianxin.kernel.spreadsheets.returning import write_returned
from lianxin.kernel.spreadsheets.tables import find_table
from lianxin.kernel.spreadsheets.templates import write_template
from lianxin.kernel.spreadsheets.tests.member_columns import MEMBER_COLUMNS
from lianxin.kernel.spreadsheets.text import clean_text, remove_guard
from lianxin.kernel.spreadsheets.writing import sheet_title, write_csv, write_xlsx

TEXT, DATE, NUMBER = Column("t", "文字"), Column("d", "日期", Kind.DATE), Column("n", "数", Kind.INTEGER)
HOSTILE = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "＝1+1",
    "＋1",
    "－1",
    "＠x",
    "'=1",
    "''=1",
    "\n=1",
]


def read(path):
    with open_workbook(path) as book:
        return [row.cells for row in book.sheets[0].rows()]


def test_a_list_comes_back_as_it_was_with_real_dates(tmp_path):
    rows = [["张三", dt.date(2001, 1, 2), 3], ["11010519491231002X", None, 0], [None, dt.date(1949, 10, 1), -5]]
    assert write_xlsx(tmp_path / "a.xlsx", "党员[1]", [TEXT, DATE, NUMBER], rows, ["筛选：全部"]) == 3
    assert read(tmp_path / "a.xlsx")[1:] == [["文字", "日期", "数"], rows[0], ["11010519491231002X", None, 0], rows[2]]
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert (sheet.title, sheet.freeze_panes, sheet["A3"].number_format, sheet["B3"].is_date) == (
        "党员_1_",
        "A3",
        "@",
        True,
    )


def test_no_text_becomes_a_formula_in_a_workbook(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", "S", [TEXT], [[text] for text in HOSTILE], HOSTILE)
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        assert not re.search(r"<f[ >]", archive.read("xl/worksheets/sheet1.xml").decode())


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_starts_like_a_formula_in_csv(text):
    target = io.BytesIO()
    write_csv(target, [Column("x", text)], [[text]])
    raw = target.getvalue().decode("utf-8-sig")
    assert [row[0][0] for row in csv.reader(io.StringIO(raw, newline=""))] == ["'", "'"]


def test_numbers_and_phones_in_csv_are_left_alone():
    target = io.BytesIO()
    write_csv(target, [TEXT, TEXT, NUMBER, DATE], [["+8613812345678", "-12.50", -5, dt.date(2001, 1, 2)]])
    assert target.getvalue().decode("utf-8-sig").splitlines()[1] == "+8613812345678,-12.50,-5,2001-01-02"
    assert target.getvalue().startswith(b"\xef\xbb\xbf")


ANY_TEXT = st.text(max_size=30) | st.builds(
    "{}{}".format, st.sampled_from(["'", "=", "'=", "''@", "_x0041_", "－"]), st.text()
)


@settings(max_examples=60, deadline=None)
@given(st.lists(ANY_TEXT, min_size=1, max_size=8))
def test_text_survives_the_way_out_and_in(tmp_path_factory, texts):
    folder = tmp_path_factory.mktemp("round")
    parse = CellParser(TEXT).parse
    for write, name in ((write_xlsx, "a.xlsx"), (write_csv, "a.csv")):
        columns = [Column("k", "键"), TEXT]
        rows = [["k", text] for text in texts]
        if write is write_xlsx:
            write_xlsx(folder / name, "S", columns, rows)
        else:
            write_csv(folder / name, columns, rows)
        found = [parse(row[1] if len(row) > 1 else None, 1).value for row in read(folder / name)[1:]]
        # Blanks at the ends and invisible signs do not come back.
        assert found == [clean_text(text) or None for text in texts]


def test_a_guard_is_taken_off_exactly_once():
    assert [remove_guard(text) for text in ("'=1", "''=1", "'a", "=1", "")] == ["=1", "'=1", "'a", "=1", ""]


def test_long_text_and_titles_are_cut_to_what_excel_holds(tmp_path):
    write_xlsx(tmp_path / "a.xlsx", "x" * 50, [TEXT], [["字" * 40_000], ["\ud800a"]])
    assert read(tmp_path / "a.xlsx")[1:] == [["字" * 32_767], ["a"]]
    assert sheet_title("'[]'") == "__"
    assert sheet_title("") == "Sheet1"


def test_a_template_has_lists_hints_and_an_example(tmp_path):
    write_template(tmp_path / "t.xlsx", "党员导入", MEMBER_COLUMNS)
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    sheet = book.active
    headers = {cell.value: cell for cell in sheet[1]}
    assert "18 位" in headers["公民身份证号"].comment.text
    assert sheet.cell(2, headers["姓名"].column).value == "张三"
    rules = {str(rule.sqref).split(":")[0]: rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert rules[f"{headers['性别'].column_letter}2"] == '"男,女,未说明的性别"'
    assert rules[f"{headers['是否为失联党员'].column_letter}2"] == '"是,否"'


def test_a_long_list_stands_on_a_hidden_sheet(tmp_path):
    names = [f"第{number}种情况的完整名称" for number in range(60)]
    column = Column(
        "c", "类别", Kind.CODE, choices=lambda: [Choice(str(index), name) for index, name in enumerate(names)]
    )
    write_template(tmp_path / "t.xlsx", "T", [TEXT, column])
    book = openpyxl.load_workbook(tmp_path / "t.xlsx")
    assert book["_lists"].sheet_state == "hidden"
    assert [cell.value for cell in book["_lists"]["B"]] == names
    assert [rule.formula1 for rule in book.worksheets[0].data_validations.dataValidation] == ["_lists!$B$1:$B$60"]
    with open_workbook(tmp_path / "t.xlsx") as opened:
        assert [sheet.name for sheet in opened.sheets] == ["T"]


def test_a_returned_workbook_marks_problems_and_can_be_imported_again(tmp_path):
    headers = [Header(0, "姓名"), Header(1, "公民身份证号"), Header(2, "出生日期"), Header(3, "入党时间")]
    rows = [
        Row(5, ["张三", 4.40524188001010014e17, dt.date(2001, 1, 2), MonthDate(2020, 7, 1)]),
        Row(9, ["=李四", "11010519491231002X"]),
    ]
    problems = [
        Problem("党员", 5, "公民身份证号", Level.ERROR, "Digits were lost.", "lost_digits"),
        Problem("党员", 5, "入党时间", Level.WARNING, "No day.", "month_only", dt.date(2020, 7, 1)),
        Problem("党员", 9, "", Level.ERROR, "Twice in the file.", "duplicate"),
    ]
    path = tmp_path / "r.xlsx"
    assert write_returned(path, "党员", headers, rows, problems) == 2
    sheet = openpyxl.load_workbook(path).active
    assert sheet["B2"].fill.start_color.rgb == "FFF9D6D5"
    assert sheet["B2"].comment.text == "Digits were lost."
    assert sheet["D2"].fill.start_color.rgb == "FFFFF1CC"
    assert sheet["E1"].value == "问题说明"
    assert sheet["E2"].value == "公民身份证号：Digits were lost.\n入党时间：No day. → 2020-07-01"
    assert sheet["E3"].value == "Twice in the file."
    with open_workbook(path) as book:
        table = find_table(book.sheets[0], MEMBER_COLUMNS)
        again = [row.cells[:5] for row in table.rows()]
    assert again[0] == ["张三", "440524188001010000", dt.date(2001, 1, 2), "2020-07", None]
    assert again[1][:2] == ["=李四", "11010519491231002X"]
