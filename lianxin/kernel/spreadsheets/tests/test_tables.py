import datetime as dt

import pytest

from lianxin.kernel.spreadsheets.matching import match_columns
from lianxin.kernel.spreadsheets.problems import CannotRead
from lianxin.kernel.spreadsheets.reading import open_workbook
from lianxin.kernel.spreadsheets.tables import find_table
from lianxin.kernel.spreadsheets.tests.files import workbook
from lianxin.kernel.spreadsheets.tests.member_columns import MEMBER_COLUMNS, NATIONAL_HEADERS

PERSON = [1, "张三", "一村党支部", "11010519491231002X", "男", "汉族", dt.date(1949, 12, 31), "初中毕业", "正式党员"]


def table_of(tmp_path, rows, **options):
    with open_workbook(workbook(tmp_path / "a.xlsx", rows, **options)) as book:
        table = find_table(book.sheets[0], MEMBER_COLUMNS)
        return table, list(table.rows())


def test_the_national_sheet_has_its_header_in_row_four_and_a_signature_below(tmp_path):
    rows = [
        ["党员基本信息汇总表"],
        ["填报单位（盖章）：北宋镇党委"],
        ["注：日期按 2001-01-02 填写"],
        NATIONAL_HEADERS,
        PERSON,
        [2, "李四", *PERSON[2:]],
        [],
        ["填表人：王五", None, None, "审核人：赵六", None, "填表日期：2017年6月1日"],
    ]
    table, found = table_of(tmp_path, rows)
    assert table.header_row == 4
    assert [header.text for header in table.headers] == NATIONAL_HEADERS
    assert [row.number for row in found] == [5, 6]
    assert table.skipped == [8]
    assert table.problems == []
    assert sum(one.key is not None for one in match_columns(table.headers, table.samples, MEMBER_COLUMNS)) == 19


def test_titles_merged_across_the_header_stay_out_of_it(tmp_path):
    rows = [
        ["名册"],
        ["单位：北宋镇", None, "日期：6月1日"],
        ["姓名", "性别", "民族", "学历"],
        ["张三", "男", "汉族", "初中毕业"],
    ]
    merged = [(0, 0, 0, 3, "名册"), (1, 0, 1, 1, "单位：北宋镇"), (1, 2, 1, 3, "日期：6月1日")]
    table, found = table_of(tmp_path, rows, merged=merged)
    assert [header.text for header in table.headers] == rows[2]
    assert [row.number for row in found] == [4]


def test_a_header_of_two_rows_is_joined(tmp_path):
    rows = [
        ["名册"],
        ["姓名", None, None, None, "性别"],
        [None, "日期", "是否失联", "流向"],
        ["张三", "2001-1", "否", "北京", "男"],
    ]
    merged = [(1, 0, 2, 0, "姓名"), (1, 1, 1, 3, "失联"), (1, 4, 2, 4, "性别")]
    table, found = table_of(tmp_path, rows, merged=merged)
    assert table.header_row == 3
    assert [header.text for header in table.headers] == ["姓名", "失联 日期", "失联 是否失联", "失联 流向", "性别"]
    keys = [one.key for one in match_columns(table.headers, table.samples, MEMBER_COLUMNS)]
    assert keys == ["name", "lost_since", "is_lost", "flow_to", "sex"]
    assert [row.number for row in found] == [4]


def test_merged_data_cells_are_reported_with_their_place(tmp_path):
    rows = [["姓名", "所在党支部"], ["张三", "一村党支部"], ["李四"], ["王五"]]
    table, found = table_of(tmp_path, rows, merged=[(1, 1, 3, 1, "一村党支部")])
    assert len(found) == 3
    (problem,) = table.problems
    assert (problem.code, problem.row, problem.column) == ("merged_cells", 2, "所在党支部")
    assert "B2" in str(problem.message)
    assert "B4" in str(problem.message)


def test_page_headers_totals_and_our_own_remarks_are_left_out(tmp_path):
    header = ["姓名", "性别", "民族", "问题说明"]
    rows = [
        header,
        ["张三", "男", "汉族", "性别：…"],
        header,
        ["李四", "女", "汉族"],
        [None, None, None, "remark"],
        ["合计", 2],
    ]
    table, found = table_of(tmp_path, rows)
    assert [row.cells for row in found] == [["张三", "男", "汉族", None], ["李四", "女", "汉族"]]
    assert table.skipped == [3, 5, 6]


def test_a_person_called_like_a_note_is_not_left_out(tmp_path):
    _table, found = table_of(tmp_path, [["姓名", "性别", "民族", "学历"], ["注意", "男", "汉族", "初中毕业"]])
    assert len(found) == 1


def test_unknown_headers_are_taken_by_their_looks(tmp_path):
    table, found = table_of(tmp_path, [["名册"], ["甲", "乙", "丙"], [1, 2, 3]])
    assert table.header_row == 2
    assert len(found) == 1


@pytest.mark.parametrize(("rows", "code"), [([], "empty_sheet"), ([[1, 2], [3, 4]], "no_header")])
def test_sheets_without_a_table_are_refused(tmp_path, rows, code):
    with pytest.raises(CannotRead) as caught:
        table_of(tmp_path, rows)
    assert caught.value.code == code
