"""A clerk imports a roster with mistakes: columns, errors, suggestions, mending, writing, taking back."""

import re
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
from playwright.sync_api import Locator, Page, expect

from lianxin.demo.faulty import write_faulty_roster
from tests.journeys.axe import faults_of
from tests.journeys.conftest import Visit

MENDED = "欧阳补正"
"""Nobody in the county has this name."""


def count(page: Page, view: str) -> int:
    """The figure above the list of errors, additions and so on; 0 where none is shown."""
    figure = page.locator(f".counts a[href='?view={view}'] .count-figure")
    return int(figure.inner_text().replace(",", "")) if figure.count() else 0


def checked(page: Page) -> None:
    """Wait until the rows have been checked."""
    expect(page.locator(".counts")).to_be_visible(timeout=60_000)


def row_panel(page: Page, row: int) -> Locator:
    """The panel of a row of the spreadsheet among the problems."""
    return page.locator("section.panel", has=page.locator("h2", has_text=re.compile(rf"第{row}行|row {row}\b")))


def hand_in(page: Page, path: Path, organisation: str) -> None:
    """Give the file, look at the columns, have the rows checked."""
    page.goto("/work/files/imports/new/")
    page.locator("[name=kind][value=members]").check()
    page.locator("[name=organisation]").select_option(organisation)
    page.locator("[name=file]").set_input_files(path)
    page.locator("form[data-island=dropzone] button[type=submit]").click()
    page.wait_for_url(re.compile(r"/imports/[0-9a-f-]{36}/$"))
    columns = page.locator("form[action$='/columns/']")
    expect(columns.locator("select")).to_have_count(20)  # the national sheet
    number, *others = columns.locator("select").all()
    assert number.input_value() == ""  # 序号 is a heading without a meaning
    assert all(one.input_value() for one in others)
    assert faults_of(page) == []
    columns.locator("button[type=submit]").click()
    checked(page)


def returned_texts(page: Page, path: Path) -> set[str]:
    """What stands in the cells of the workbook in which problems are marked."""
    with page.expect_download() as downloading:
        page.locator("a[href*='returned.xlsx']").first.click()
    downloading.value.save_as(path)
    return {str(cell.value) for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row}


def mend(page: Page, address: str, nameless: int) -> None:
    """Take the suggestions, write the missing name into its cell, leave the other rows with errors out."""
    errors = count(page, "errors")
    while page.locator("form[action$='/suggestions/'] button").count():
        page.locator("form[action$='/suggestions/'] button").first.click()
        checked(page)
    fewer = count(page, "errors")
    assert 0 < fewer < errors
    page.goto(f"{address}?view=errors")
    for cell in row_panel(page, nameless).locator("input[name^='cell.']").all():
        cell.fill(MENDED)
    page.locator("form[action$='/mend/'] .form-acts button").click()
    checked(page)
    assert count(page, "errors") == fewer - 1
    page.locator("form[action$='/leave-out/'] button").click()
    checked(page)
    assert count(page, "errors") == 0


def found(page: Page) -> Locator:
    """The rows of the roster that have the mended name."""
    page.goto(f"/work/members/?q={MENDED}")
    return page.locator("#rows tbody th a")


def test_a_faulty_roster_is_mended_written_and_taken_back(visit: Visit, county: dict[str, Any], tmp_path: Path) -> None:
    path = tmp_path / "新增党员名册.xlsx"
    faults = write_faulty_roster(path, today=datetime.now(ZoneInfo("Asia/Shanghai")).date())
    row = {fault.kind: fault.row for fault in faults}
    page = visit("clerk")
    hand_in(page, path, county["county"]["id"])
    address = page.url
    assert count(page, "errors") >= 8
    assert count(page, "additions") >= 25
    assert row_panel(page, row["unknown_branch"]).locator("input[name^='cell.']").input_value()  # a branch is suggested
    assert faults_of(page) == []
    assert any("不存在村" in text for text in returned_texts(page, tmp_path / "returned.xlsx"))

    mend(page, address, row["missing_name"])
    added = count(page, "additions")
    assert added >= 30
    expect(found(page)).to_have_count(0)  # nothing is written before it is said
    page.goto(address)
    page.locator("form[action$='/write/'] button").click()
    expect(page.locator("[data-dialog=take-back]")).to_be_visible(timeout=60_000)
    expect(page.locator("main dl.facts")).to_contain_text(str(added))

    found(page).click()
    expect(page.locator("h1")).to_contain_text(MENDED)
    member = page.url
    page.goto(address)
    page.locator("[data-dialog=take-back]").click()
    assert faults_of(page) == []
    page.locator("dialog#take-back .dialog-acts button").last.click()
    expect(page.locator("[data-dialog=take-back]")).to_have_count(0, timeout=60_000)
    answer = page.goto(member)
    assert answer is not None
    assert answer.status == 404
    expect(found(page)).to_have_count(0)


def test_the_blank_template_has_drop_downs(visit: Visit, tmp_path: Path) -> None:
    page = visit("clerk")
    page.goto("/work/files/")
    with page.expect_download() as downloading:
        page.locator("a[href$='/templates/members.xlsx']").click()
    downloading.value.save_as(tmp_path / "template.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "template.xlsx").worksheets[0]
    assert len(sheet.data_validations.dataValidation) >= 5


def test_a_picture_renamed_is_refused_with_a_sentence(visit: Visit, tmp_path: Path) -> None:
    path = tmp_path / "名册.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(200))
    page = visit("clerk")
    page.goto("/work/files/imports/new/")
    page.locator("[name=kind][value=members]").check()
    page.locator("[name=file]").set_input_files(path)
    page.locator("form[data-island=dropzone] button[type=submit]").click()
    expect(
        page.locator("main [role=alert]:visible, main .field-error:visible, main .form-errors:visible").first
    ).to_be_visible()
    assert page.url.endswith("/imports/new/")
