"""A clerk at the desk: finds people, walks the tree, merges two villages, looks at last year, exports a list."""

import csv
import io
import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import DESK, PHONE, Visit


def member_link(page: Page, member: dict[str, str]) -> Locator:
    return page.locator(f"main a[href='/work/members/{member['id']}/']")


def node(page: Page, organisation: str) -> Locator:
    return page.locator(f".tree .tree-node:has(> a[href*='{organisation}'])")


def unfold(page: Page, *organisations: str) -> None:
    """Open the branches of the tree one after the other, by their triangles."""
    for one in organisations:
        node(page, one).locator("[data-tree-toggle]").click()


def today() -> date:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


@pytest.mark.parametrize("viewport", [DESK, PHONE])
@pytest.mark.parametrize("key", ["name", "pinyin", "tail"])
def test_a_clerk_finds_anyone(visit: Visit, county: dict[str, Any], viewport: dict[str, int], key: str) -> None:
    page = visit("clerk", viewport=viewport)
    page.goto("/work/")
    page.locator("#search").fill(county["far"][key])
    page.locator("#search").press("Enter")
    link = member_link(page, county["far"])
    expect(link.first).to_be_visible()
    link.first.click()
    expect(page.locator("h1")).to_contain_text(county["far"]["name"])


def test_initials_find_a_member_of_the_branch(visit: Visit, county: dict[str, Any]) -> None:
    page = visit("secretary")
    mate = county["mates"][0]
    page.goto("/work/members/")
    page.locator("#list-search").fill(mate["initials"])
    page.locator("#list-search").press("Enter")
    expect(member_link(page, mate)).to_be_visible()


def test_a_branch_is_three_clicks_away(visit: Visit, county: dict[str, Any]) -> None:
    page = visit("clerk")
    page.goto("/work/organisations/")
    way = [one for one in (county["town"]["id"], county["branch"]["parent"]) if one]
    unfold(page, *dict.fromkeys(way))
    node(page, county["branch"]["id"]).locator("a").click()
    expect(page.locator("h1")).to_contain_text(county["branch"]["name"])
    assert len(dict.fromkeys(way)) + 1 <= 3


def test_two_villages_become_one(visit: Visit, county: dict[str, Any]) -> None:
    page = visit("clerk")
    earlier, later = county["merging"]
    way = dict.fromkeys((county["other_town"]["id"], earlier["parent"]))
    page.goto(f"/work/organisations/{earlier['id']}/merge/")
    box = page.locator("#id_into, [role=combobox]").first
    box.fill(later["short_name"])
    page.locator("[role=option]", has_text=later["short_name"]).first.click()
    page.locator("[name=effective_on]").fill(today().isoformat())
    page.locator("[name=document_no]").fill(f"利组发〔{today().year}〕88号")
    page.locator("[name=reason]").fill("两村合并，党组织随之调整。")
    page.locator("main form.form button[type=submit]").click()

    said = page.locator("section[aria-labelledby=preview-title]")
    expect(said).to_contain_text(earlier["short_name"])
    expect(said).to_contain_text(f"利组发〔{today().year}〕88号")
    meanwhile = page.context.new_page()
    meanwhile.goto("/work/organisations/")
    unfold(meanwhile, *way)
    expect(node(meanwhile, earlier["id"])).to_be_visible()  # a look changes nothing
    said.locator("form button[type=submit]").click()

    page.wait_for_url(re.compile(later["id"]))
    expect(page.locator("main")).to_contain_text(f"利组发〔{today().year}〕88号")
    page.goto("/work/organisations/")
    unfold(page, *way)
    expect(node(page, later["id"])).to_be_visible()
    expect(node(page, earlier["id"])).to_have_count(0)

    page.goto(f"/work/organisations/?on={(today() - timedelta(days=1)).isoformat()}")
    unfold(page, *way)
    expect(node(page, earlier["id"])).to_be_visible()


def test_the_county_as_it_was_last_year(visit: Visit, county: dict[str, Any]) -> None:
    page = visit("clerk")
    before = (date.fromisoformat(county["merged"]["on"]) - timedelta(days=1)).isoformat()
    page.goto("/work/organisations/")
    page.locator("input[name=on]").fill(before)
    page.locator("form:has(input[name=on]) button[type=submit]").click()
    page.wait_for_url(re.compile(f"on={before}"))
    expect(page.locator(".as-of")).to_be_visible()
    unfold(page, *dict.fromkeys(county["merged"]["way"]))
    node(page, county["dissolved"]).locator("a").click()
    page.wait_for_url(re.compile(f"on={before}"))
    expect(page.locator(".as-of")).to_be_visible()
    expect(page.locator("section[aria-labelledby=facts-title]")).to_be_visible()
    page.locator(".as-of a").click()
    expect(page.locator(".as-of")).to_have_count(0)
    assert "on=" not in page.url


def test_a_town_clerk_sees_the_own_town_only(visit: Visit, county: dict[str, Any]) -> None:
    page = visit("beisong")
    page.goto("/work/organisations/")
    expect(node(page, county["town"]["id"])).to_be_visible()
    expect(node(page, county["county"]["id"])).to_have_count(0)
    expect(node(page, county["other_town"]["id"])).to_have_count(0)
    for address in (
        f"/work/organisations/{county['other_town']['id']}/",
        f"/work/organisations/{county['county']['id']}/",
        f"/work/organisations/{county['other_town']['id']}/level/?level=2",
        f"/work/organisations/{county['other_town']['id']}/rename/",
        f"/work/members/{county['far']['id']}/",
        f"/work/members/{county['far']['id']}/history/",
    ):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status == 404, address
        assert county["far"]["name"] not in page.content()
    assert page.goto(f"/work/organisations/{county['branch']['id']}/").status == 200  # type: ignore[union-attr]
    page.goto(f"/work/members/?q={county['far']['tail']}")
    expect(member_link(page, county["far"])).to_have_count(0)
    page.goto(f"/work/search/?q={county['far']['name']}")
    expect(member_link(page, county["far"])).to_have_count(0)


def test_the_export_is_the_list(visit: Visit, county: dict[str, Any], tmp_path: Path) -> None:
    page = visit("clerk")
    page.goto(f"/work/members/?organisation={county['branch']['id']}&person_category=full")
    shown = []
    while True:
        shown += [name.strip() for name in page.locator("#rows tbody th").all_inner_texts()]
        if not page.locator("#rows a[rel=next], main a[rel=next]").count():
            break
        page.locator("main a[rel=next]").first.click()
    page.locator("main a[href*='/exports/new/members/']").click()
    page.locator("[name=format][value=csv]").check()
    page.locator("main form.form button[type=submit]").click()
    with page.expect_download() as downloading:
        page.locator("main a[download]").click(timeout=60_000)
    path = tmp_path / "list.csv"
    downloading.value.save_as(path)
    rows = list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))
    assert len(shown) > 3
    assert [row[0] for row in rows[1:]] == shown


def test_signing_in_and_searching_by_keyboard_alone(visit: Visit, county: dict[str, Any]) -> None:
    page = visit(None)
    page.goto("/account/login/")

    def tab_to(selector: str) -> None:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("(wanted) => document.activeElement.matches(wanted)", selector):
                return
        raise AssertionError(f"Tab does not reach {selector}.")

    tab_to("input[name=login]")
    page.keyboard.type("clerk")
    tab_to("input[name=password]")
    page.keyboard.type("Lianxin-2026")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/account/login" not in url)
    page.goto("/work/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    page.goto("/work/")
    tab_to("#search")
    page.keyboard.type(county["far"]["pinyin"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search/**")
    tab_to(f"main a[href='/work/members/{county['far']['id']}/']")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text(county["far"]["name"])
    page.goto("/work/organisations/")
    tab_to("[role=treeitem]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    opened = page.locator("[role=treeitem][tabindex='0']")
    expect(opened).to_have_attribute("aria-expanded", "true")
