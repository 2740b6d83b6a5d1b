import ast
import datetime as dt
import re
import time
import tracemalloc
import zipfile
from pathlib import Path

import polib
import pytest
import xlwt

from lianxin.kernel.spreadsheets.cells import BadCell, MergedRange, MonthDate
from lianxin.kernel.spreadsheets.limits import Limits
from lianxin.kernel.spreadsheets.problems import CannotRead
from lianxin.kernel.spreadsheets.reading import open_workbook
from lianxin.kernel.spreadsheets.tests.files import locked, package, workbook

ROWS = [["姓名", "出生日期"], ["张三", dt.date(2001, 1, 2)], ["李四", 36893.5]]


def read(path, **options):
    with open_workbook(path, **options) as book:
        return [(row.number, row.cells) for row in book.sheets[0].rows()]


def refusal(path, **options):
    with pytest.raises(CannotRead) as caught:
        read(path, **options)
    sentence = str(caught.value)
    assert sentence.endswith(".")
    assert "  " not in sentence
    return caught.value.code


@pytest.fixture
def path(tmp_path):
    return tmp_path / "党员.xlsx"


def test_an_xlsx_yields_text_dates_and_numbers(path):
    assert read(workbook(path, ROWS)) == [(1, ROWS[0]), (2, ROWS[1]), (3, ROWS[2])]


def test_rows_can_be_read_twice(path):
    with open_workbook(workbook(path, ROWS)) as book:
        assert list(book.sheets[0].rows()) == list(book.sheets[0].rows())


def test_an_xls_yields_the_same(path):
    book = xlwt.Workbook()
    sheet = book.add_sheet("党员")
    style = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    for index, title in enumerate(["姓名", "出生日期"]):
        sheet.write(3, index + 1, title)
    sheet.write(4, 1, "张三")
    sheet.write(4, 2, dt.date(2001, 1, 2), style)
    sheet.write_merge(5, 6, 1, 1, "李四")
    book.add_sheet("hidden").visibility = 1
    book.save(str(path))
    with open_workbook(path) as opened:
        assert [sheet.name for sheet in opened.sheets] == ["党员"]
        assert [(row.number, row.cells) for row in opened.sheets[0].rows()] == [
            (4, [None, "姓名", "出生日期"]),
            (5, [None, "张三", dt.date(2001, 1, 2)]),
            (6, [None, "李四", None]),
        ]
        assert opened.sheets[0].merged_ranges() == (MergedRange(6, 1, 7, 1),)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_text_tables_in_every_encoding_and_delimiter(path, encoding, delimiter):
    lines = [["姓名", "身份证号", "住址"], ["张三", '="11010519491231002X"', '"北宋镇\n一村"']]
    path.write_bytes("\r\n".join(delimiter.join(line) for line in lines).encode(encoding))
    assert read(path) == [(1, lines[0]), (2, ["张三", "11010519491231002X", "北宋镇\n一村"])]


def test_free_text_full_of_other_signs_does_not_choose_the_delimiter(path):
    path.write_text("姓名,说明\n张三,一；二;三;四;五，六，七\n李四,;;;;\n王五,，，，\n", encoding="utf-8")
    assert [row[1][0] for row in read(path)] == ["姓名", "张三", "李四", "王五"]


def test_rare_characters_of_gb18030_survive(path):
    path.write_bytes("姓名,字\n张𠮷,㐂".encode("gb18030"))
    assert read(path)[1] == (2, ["张𠮷", "㐂"])


FOREIGN = {
    "picture": b"\x89PNG\r\n\x1a\n" + b"\x00" * 50,
    "pdf": b"%PDF-1.7\n",
    "archive": b"Rar!\x1a\x07",
    "web_page": b"\xef\xbb\xbf\r\n<HTML><table>",
    "xml": b"<?xml version='1.0'?><Workbook/>",
    "empty": b"",
    "damaged": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600,
    "encoding": b"\x01\x00\x02\xff\xfe" * 40,
    "encoding of the mark": b"\xef\xbb\xbf" + "姓名,性别\n张三,男\n".encode("gb18030"),
    "encoding cut short": "姓名,性别\n张三,男\n".encode("utf-16")[:-1],
    "quotes": '姓名,住址\n张三,"北宋镇'.encode() + b"x" * 200_000,
}


@pytest.mark.parametrize("code", FOREIGN)
def test_what_is_no_table_is_refused_whatever_its_name(path, code):
    path.write_bytes(FOREIGN[code])
    assert refusal(path) == code.partition(" ")[0]


@pytest.mark.parametrize(
    ("part", "code"),
    [
        ("word/document.xml", "word"),
        ("ppt/presentation.xml", "slides"),
        ("photo.jpg", "archive"),
        ("xl/workbook.bin", "xlsb"),
    ],
)
def test_other_packages_are_named(path, part, code):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(part, b"x")
    assert refusal(path) == code


def test_every_truncation_is_refused_in_a_sentence(path, tmp_path):
    whole = workbook(path, ROWS).read_bytes()
    part = tmp_path / "part.xlsx"
    for length in range(10, len(whole), len(whole) // 12):
        part.write_bytes(whole[:length])
        assert refusal(part) == "damaged"


def test_every_broken_byte_is_read_or_refused(path, tmp_path):
    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "姓名")
    book.save(str(tmp_path / "a.xls"))
    workbook(path, ROWS)
    broken = tmp_path / "broken"
    for whole in (path.read_bytes(), (tmp_path / "a.xls").read_bytes()):
        for position in range(0, len(whole), len(whole) // 60):
            broken.write_bytes(whole[:position] + b"\xee" + whole[position + 1 :])
            try:
                read(broken)
            except CannotRead as error:
                assert str(error)  # noqa: PT017  either outcome is right, any other exception is not


def test_passwords(path):
    locked(path, ROWS, "secret")
    assert refusal(path) == "password_needed"
    assert refusal(path, password="wrong") == "wrong_password"
    assert read(path, password="secret")[0] == (1, ROWS[0])


def test_a_zip_bomb_is_refused_before_it_is_unpacked(path):
    package(path, ("<sheetData>", *(" " * 1_000_000 for _ in range(40)), "</sheetData>"))
    assert path.stat().st_size < 200_000
    started = time.perf_counter()
    assert refusal(path) == "bomb"
    assert time.perf_counter() - started < 0.5


def test_a_package_past_the_limit_in_all_is_refused(path):
    workbook(path, ROWS)
    assert refusal(path, limits=Limits(uncompressed=1_000)) == "bomb"


def test_document_types_and_their_entities_are_refused(path):
    prolog = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    package(path, '<sheetData><row><c t="inlineStr"><is><t>&a;</t></is></c></row></sheetData>', prolog=prolog)
    assert refusal(path) == "doctype"


def test_a_million_empty_rows_are_passed_over(path):
    rows = (f'<row r="{n}"/>' for n in range(3, 1_000_003))
    package(
        path,
        (
            '<dimension ref="A1:XFD1048576"/><sheetData><row r="1"><c t="str"><v>姓名</v></c></row>',
            *("".join(chunk) for chunk in _chunks(rows)),
            "</sheetData>",
        ),
    )
    started = time.perf_counter()
    with open_workbook(path) as book:
        sheet = book.sheets[0]
        assert [(row.number, row.cells) for row in sheet.rows()] == [(1, ["姓名"])]
        assert [problem.code for problem in sheet.problems] == ["empty_rows"]
    assert time.perf_counter() - started < 1


def _chunks(rows):
    while chunk := [row for row, _count in zip(rows, range(10_000), strict=False)]:
        yield chunk


def test_a_gap_in_row_numbers_costs_nothing(path):
    package(path, '<sheetData><row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>2</v></c></row></sheetData>')
    assert read(path) == [(1, [1]), (1_048_576, [2])]


def test_hidden_sheets_are_left_out(path):
    with open_workbook(workbook(path, ROWS, before=["old"])) as book:
        assert [sheet.name for sheet in book.sheets] == ["党员"]


def test_a_workbook_without_visible_sheets_is_refused(path):
    package(path, "<sheetData/>", sheets=0)
    assert refusal(path) == "no_sheets"


def test_formulas_give_the_value_stored_with_them_or_say_that_there_is_none(path):
    package(
        path,
        '<sheetData><row r="2"><c r="A2"><f>1+1</f><v>2</v></c><c r="B2"><f>1+1</f></c>'
        '<c r="C2" t="e"><f>X</f><v>#REF!</v></c>'
        '<c r="D2" t="str"><f>A</f><v>甲</v></c><c r="F2" t="b"><v>1</v></c></row></sheetData>',
    )
    assert read(path) == [(2, [2, BadCell("="), BadCell("#REF!"), "甲", None, True])]


def test_rich_text_escapes_and_phonetic_guides(path):
    strings = "<si><r><t>张</t></r><r><t>三</t></r><rPh><t>zhang</t></rPh></si><si><t>a_x000D_b_x005F_x0041_</t></si>"
    package(path, '<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row></sheetData>', strings=strings)
    assert read(path) == [(1, ["张三", "a\rb_x0041_"])]


def test_date_formats_of_china_and_the_date_system_of_1904(path):
    formats = (
        '<numFmts><numFmt numFmtId="180" formatCode="yyyy&quot;年&quot;m&quot;月&quot;d&quot;日&quot;"/>'
        '<numFmt numFmtId="181" formatCode="[$-804]yyyy&quot;年&quot;m&quot;月&quot;"/>'
        '<numFmt numFmtId="182" formatCode="&quot;day&quot;0"/></numFmts><cellXfs>'
        + "".join(f'<xf numFmtId="{number}"/>' for number in (0, 180, 181, 182, 31))
        + "</cellXfs>"
    )
    cells = "".join(f'<c s="{style}"><v>35431</v></c>' for style in range(5))
    package(
        path,
        f"<sheetData><row>{cells}</row></sheetData>",
        styles=formats,
        workbook_properties='<workbookPr date1904="1"/>',
    )
    day = dt.date(2001, 1, 2)
    ((_number, cells),) = read(path)
    assert cells == [35431, day, MonthDate(2001, 1, 1), 35431, day]
    assert isinstance(cells[2], MonthDate)


def test_merged_ranges_are_found_behind_the_rows(path):
    with open_workbook(workbook(path, ROWS, merged=[(4, 0, 6, 1, "村")])) as book:
        assert book.sheets[0].merged_ranges() == (MergedRange(5, 0, 7, 1),)


def test_too_wide_and_too_long(path):
    package(path, '<sheetData><row><c r="XFD1"><v>1</v></c></row></sheetData>')
    assert refusal(path) == "too_wide"
    package(path, ('<sheetData><row><c t="str"><v>', *("x" * 10_000 for _ in range(9)), "</v></c></row></sheetData>"))
    assert refusal(path) == "long_cell"


def test_shared_strings_past_the_limit_go_to_a_file(path):
    strings = "".join(f"<si><t>字符{n}</t></si>" for n in range(9_000))
    cells = "".join(f'<row><c t="s"><v>{n}</v></c></row>' for n in range(9_000))
    package(path, f"<sheetData>{cells}</sheetData>", strings=strings)
    found = [row[1][0] for row in read(path, limits=Limits(strings_in_memory=50_000))]
    assert found == [f"字符{n}" for n in range(9_000)]


def test_memory_does_not_grow_with_the_rows(path):
    row = '<row><c t="str"><v>北宋镇第一村党支部</v></c><c><v>36893</v></c></row>'
    peaks = []
    for count in (10_000, 60_000):
        package(path, ("<sheetData>", *(row * 1_000 for _ in range(count // 1_000)), "</sheetData>"))
        tracemalloc.start()
        with open_workbook(path, limits=Limits(ratio=10_000)) as book:
            assert sum(1 for _row in book.sheets[0].rows()) == count
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] * 1.2


def test_every_sentence_has_its_chinese():
    catalogue = polib.pofile(str(Path(__file__).parents[1] / "locale/zh_Hans/LC_MESSAGES/django.po"))
    translated = {entry.msgid: entry.msgstr for entry in catalogue}
    package = Path(__file__).parents[1]
    sentences = {
        ast.literal_eval(call.args[0])
        for file in package.glob("*.py")
        for call in ast.walk(ast.parse(file.read_text()))
        if isinstance(call, ast.Call) and getattr(call.func, "id", "") in {"_", "translate"}
    }
    assert set(translated) == sentences
    for source, chinese in translated.items():
        assert chinese
        assert sorted(re.findall(r"{\w+}", source)) == sorted(re.findall(r"{\w+}", chinese))
