"""Every kind of bad file gets a sentence at its place and changes nothing; so does text that could act as a formula."""

import io
from datetime import date

import pytest

from lianxin.files.actions import imports as act
from lianxin.files.models import Import, StoredFile
from lianxin.files.returning import returned_workbook
from lianxin.files.tests.conftest import BAD_KIND, GOOD, HEADINGS, book
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.spreadsheets.reading import open_workbook
from lianxin.kernel.spreadsheets.tests import files as made
from lianxin.organisations.models import Organisation

ROW = ("370522101201", "柳树村支部", "党支部", None, None)


def names():
    return sorted(Organisation.objects.values_list("short_name", flat=True))


def bomb(path):
    rows = (f'<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>{"0" * 30_000}</t></is></c></row>' for n in range(1, 3000))
    return made.package(path, ["<sheetData>", *rows, "</sheetData>"])


def refuse(upload, content, settings, **given):
    before = names()
    with pytest.raises(InvalidInput) as refused:
        upload(content, **given)
    assert not Import.objects.exists()
    assert not StoredFile.objects.exists()
    assert not [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert names() == before
    ((field, (sentence,)),) = refused.value.fields.items()
    assert len(str(sentence)) > 10
    return field


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("名册.xlsx", b"\x89PNG\r\n\x1a\n" + b"\x00" * 600),
        ("名册.xls", b"\xff\xd8\xff\xe0" + b"\x00" * 600),
        ("名册.xlsx", b"%PDF-1.7 " + b"\x00" * 600),
        ("名册.xlsx", b"PK\x03\x04" + b"\x00" * 600),
        ("名册.xlsx", b""),
        ("名册.csv", b"   \r\n  "),
        ("名册.xlsx", b"<html><table><tr><td>1</td></tr></table></html>"),
    ],
)
def test_what_is_no_spreadsheet(upload, settings, name, content):
    assert refuse(upload, content, settings, name=name) == "file"


def test_a_zip_bomb(upload, settings, tmp_path):
    path = bomb(tmp_path / "bomb.xlsx")
    assert path.stat().st_size < 2_000_000
    assert refuse(upload, path.read_bytes(), settings) == "file"


def test_a_protected_workbook_asks_for_its_password_and_opens_with_it(upload, settings, tmp_path, checked):
    content = made.locked(tmp_path / "locked.xlsx", [HEADINGS, ROW], "北宋镇2026").read_bytes()
    assert refuse(upload, content, settings) == "password"
    assert refuse(upload, content, settings, password="wrong") == "password"
    run = checked(content, password="北宋镇2026")
    assert (run.state, run.to_change) == (Import.State.CHECKED, 1)
    run.refresh_from_db()
    assert str(run.password) == "••••"


def test_a_file_that_is_too_large(cast, target, at):
    with pytest.raises(InvalidInput):
        act.hand_in(
            cast.actor("town_clerk"),
            kind="short_names",
            organisation=cast.north.id,
            upload=act.Upload("名册.xlsx", act.LARGEST_UPLOAD + 1, iter([b"never read"])),
            at=at,
        )
    assert not StoredFile.objects.exists()


def test_merged_cells_are_named_and_keep_the_import_from_being_written(checked, tmp_path):
    path = made.workbook(tmp_path / "merged.xlsx", [HEADINGS, ROW, [], ROW], merged=[(2, 1, 3, 1, "合并")])
    before = names()
    run = checked(path.read_bytes())
    (kind,) = [group for group in run.groups if group["code"] == "merged_cells"]
    assert "B3" in kind["message"]
    assert run.errors
    assert names() == before


def test_a_million_empty_rows_are_not_read(checked, tmp_path):
    sheet = (
        "<sheetData>"
        '<row r="1"><c r="A1" t="inlineStr"><is><t>组织代码</t></is></c>'
        '<c r="B1" t="inlineStr"><is><t>简称</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>370522101201</t></is></c>'
        '<c r="B2" t="inlineStr"><is><t>柳树</t></is></c></row>'
    )
    empty = (f'<row r="{n}"/>' for n in range(3, 1_048_577))
    run = checked(made.package(tmp_path / "empty.xlsx", [sheet, *empty, "</sheetData>"]).read_bytes())
    assert (run.rows, run.to_change, run.errors) == (1, 1, 0)


def test_five_styles_of_dates_are_read_and_doubtful_ones_named(checked):
    dates = ["2000-01-02", "2000.1.2", "2000年1月2日", "20000102", "2000/1/2", date(2000, 1, 2)]
    good = [("370522101201", f"柳树{n}", None, value, None) for n, value in enumerate(dates)]
    unsure = ["2000-02-30", "00-1-2", "2000年"]
    doubtful = [("370522101201", f"杨树{n}", None, value, None) for n, value in enumerate(unsure)]
    run = checked(book(*good, *doubtful))
    assert run.errors == len(doubtful)
    assert {finding.row for finding in run.findings.filter(has_errors=True)} == {8, 9, 10}


@pytest.mark.parametrize("name", ['=HYPERLINK("http://x")', "+1+1", "@SUM(A1)", "-2+3"])
def test_formulas_come_in_as_text_and_go_out_as_text(cast, checked, at, name, tmp_path):
    run = checked(f"组织代码,简称\n370522101201,'{name}\n370522101202,x\n".replace('"', "").encode(), name="名册.csv")
    act.write(cast.actor("town_clerk"), import_id=run.pk, at=at)
    act.run_at_once(cast.actor("town_clerk"), run, at=at)
    wanted = name.replace('"', "")
    assert Organisation.objects.get(id=cast.willow.id).short_name == wanted


def test_a_returned_workbook_is_mended_and_handed_in_again(checked, tmp_path):
    run = checked(book(GOOD, BAD_KIND))
    path = tmp_path / "returned.xlsx"
    with returned_workbook(run) as file:
        path.write_bytes(file.read())
    with open_workbook(path) as returned:
        rows = [row.cells for row in returned.sheets[0].rows()]
    assert rows[0][-1] == "问题说明"
    assert rows[1][:2] == list(BAD_KIND[:2])
    assert "类别" in rows[1][-1]
    mended = [list(rows[0]), [rows[1][0], rows[1][1], "党支部", rows[1][3], None, rows[1][-1]]]
    out = io.BytesIO(made.workbook(tmp_path / "mended.xlsx", mended).read_bytes())
    again = checked(out.getvalue())
    assert (again.errors, again.to_change, again.rows) == (0, 1, 1)
    assert again.tables[0]["headers"][-1]["column"] == ""
