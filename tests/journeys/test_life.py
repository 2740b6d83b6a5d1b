"""A theme day from the phone of a secretary to the picture of the county: due, planned, held, recorded, done."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.axe import faults_of
from tests.journeys.conftest import DESK, PHONE, Visit, sign_in

SHANGHAI = ZoneInfo("Asia/Shanghai")
EARLY = 2
"""Until this month the demonstration owes what last year asked as well."""
LISTED = 50
"""Rows on one page of a list."""
ONE_MINUTE = 60_000
READ_WITHIN = 150
"""Seconds until a record has been sealed and read: the page says one or two minutes."""


def planned_now(page: Page, title: str, *, branch: str) -> None:
    """Plan and announce a theme day that began five minutes ago, from the form that is filled in already."""
    begins = datetime.now(SHANGHAI) - timedelta(minutes=5)
    page.goto(f"/work/activities/new/?kind=theme_day&organisation={branch}")
    expect(page.locator("[name=title]")).not_to_have_value("")
    page.locator("[name=title]").fill(title)
    page.locator("[name=on]").fill(f"{begins:%Y-%m-%d}")
    page.locator("[name=begins]").fill(f"{begins:%H:%M}")
    page.locator("[name=ends]").fill("23:59")
    page.locator("[name=room][value=elsewhere]").check()
    page.locator("[name=place]").fill("党群服务中心")
    page.locator("button[name=announce]").click()
    page.wait_for_url(re.compile(r"/work/activities/[0-9a-f-]{36}/$"))
    expect(page.locator("h1")).to_have_text(title)


def write_minutes(page: Page, owner: str, task: str) -> None:
    """Write a decision at every item, give `owner` the task, and confirm."""
    page.locator("section[aria-labelledby=minutes-panel] a.btn").first.click()
    page.locator("main form button[type=submit]").click()
    page.wait_for_url("**/minutes/")
    minutes = page.url
    items = [one.get_attribute("href") or "" for one in page.locator("main a[href*='/minutes/items/']").all()]
    assert items
    for address in items:
        page.goto(address)
        page.locator("[name=decision]").fill("按计划完成。")
        page.locator("button[name=then]").first.click()
    page.goto(f"{items[-1]}resolution/")
    page.locator("[name=text]").fill(task)
    page.locator("[name=owner]").select_option(label=owner)
    page.locator("[name=due_on]").fill(f"{datetime.now(SHANGHAI) + timedelta(days=10):%Y-%m-%d}")
    page.locator("main form.form button[type=submit]").click()
    page.goto(minutes)
    page.locator("main a[href$='/minutes/confirm/']").click()
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/minutes/")
    expect(page.locator(".page-under .state-ok")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_theme_day_from_due_to_done(visit: Visit, county: dict[str, Any], viewport: dict[str, int]) -> None:
    width, branch, own = viewport["width"], county["branch"]["id"], county["own"]["name"]
    title, task = f"主题党日：入户走访（{width}）", f"整理走访情况（{width}）"
    page = visit("secretary", viewport=viewport)
    page.goto("/work/")
    due = page.locator("section[aria-labelledby=due-home]")
    expect(due).to_be_visible()  # what is due …
    expect(due.locator(".due-item a[href^='/work/rules/']").first).to_be_visible()  # … and by which article
    assert page.locator("main section.panel h2").first.get_attribute("id") == "due-home"

    begun = datetime.now(SHANGHAI)
    planned_now(page, title, branch=branch)
    assert (datetime.now(SHANGHAI) - begun).total_seconds() * 1000 < ONE_MINUTE
    activity = page.url

    member = visit("member", viewport=viewport)
    member.goto("/")
    member.locator("section[aria-labelledby=activities-own] a", has_text=title).click()
    member.locator("button[name=coming]").click()
    member.locator("main details > summary").click()
    member.locator("main [name=reason]").fill("临时到县医院复诊")
    assert faults_of(member) == []
    member.locator("main details form button[type=submit]").click()
    expect(member.locator("main")).to_contain_text("临时到县医院复诊")

    page.goto(f"{activity}attendance/")
    row = page.locator(".ticks-row", has_text=own)
    expect(row).to_contain_text("临时到县医院复诊")
    row.locator("button[name=give][value=yes]").click()
    boxes = page.locator("input[name=participants]")
    expect(boxes.first).to_be_visible()
    for box in boxes.all():
        if own not in (box.get_attribute("aria-label") or ""):
            box.check()
    page.locator(".bulk-bar button[type=submit]").click()
    expect(page.locator(".ticks-row .state-ok, .ticks-row .state-due").first).to_be_visible()
    assert faults_of(page) == []

    page.goto(activity)
    page.locator("form[action$='/hold/'] button").click()
    expect(page.locator(".page-under .state-ok")).to_be_visible()
    write_minutes(page, own, task)

    member.goto("/")
    tasks = member.locator("main a", has_text=task)
    expect(tasks.first).to_be_visible()  # the resolution is the member's task
    tasks.first.click()
    member.locator("main [name=note]").fill("已整理并交支部。")
    member.locator("main form.form button[name=act][value=done]").click()
    member.goto("/")
    expect(member.locator("main a", has_text=task)).to_have_count(0)

    _met(page, branch)


def _met(page: Page, branch: str) -> None:
    """The duty of this month stands as met once the log has been read."""
    month = datetime.now(SHANGHAI).month
    wanted = page.locator(".due-block", has=page.locator("h3", has_text="主题党日")).locator(
        "li", has=page.get_by_text(re.compile(rf"^{month}月$"))
    )
    for _second in range(READ_WITHIN // 3):
        page.goto(f"/work/duties/{branch}/")
        if wanted.locator(".state-ok").count():
            break
        page.wait_for_timeout(3000)
    expect(wanted.locator(".state-ok")).to_be_visible()


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_clerk_reaches_a_branch_from_the_picture(
    visit: Visit, county: dict[str, Any], viewport: dict[str, int]
) -> None:
    page = visit("clerk", viewport=viewport)
    page.goto("/work/duties/")
    clicks = 0
    for one in dict.fromkeys((county["town"]["id"], county["branch"]["parent"], county["branch"]["id"])):
        page.locator(f"main tbody th a[href*='{one}']").first.click()
        clicks += 1
    expect(page).to_have_url(re.compile(county["branch"]["id"]))
    expect(page.locator("h1")).to_contain_text(county["branch"]["short_name"])
    assert clicks <= 3


@pytest.mark.parametrize("viewport", [PHONE, DESK], ids=["phone", "desk"])
def test_a_figure_of_the_picture_leads_to_the_overdue_duty(visit: Visit, viewport: dict[str, int]) -> None:
    page, day = visit("clerk", viewport=viewport), datetime.now(SHANGHAI)
    page.goto(f"/work/duties/?key=theme_day&year={day.year if day.month > EARLY else day.year - 1}")
    figure = page.locator(".due-total a", has_text="逾期").first
    overdue = int("".join(re.findall(r"逾期 (\d+)", figure.inner_text())))
    figure.click()
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(min(overdue, LISTED))
    name = rows.first.locator("th a").inner_text()
    rows.first.locator("th a").click()
    expect(page.locator("h1")).to_contain_text(name)
    expect(page.locator("li.due-item:target .state-late")).to_be_in_viewport()
    assert faults_of(page) == []


def test_a_notice_that_must_be_read_is_confirmed(visit: Visit, county: dict[str, Any]) -> None:
    page = visit("secretary", viewport=PHONE)
    page.goto(f"/work/messages/{county['life']['message'][0]}/")
    button = page.locator("form[action$='/confirm/'] button")
    if button.count():
        button.click()
    expect(page.locator("form[action$='/confirm/']")).to_have_count(0)
    town = visit("beisong")
    town.goto(f"/work/messages/{county['life']['message'][0]}/sent/")
    assert faults_of(town) == []
    expect(town.locator("main")).to_contain_text("2")


def test_a_half_filled_sheet_waits_on_the_device_for_its_own_member(visit: Visit) -> None:
    page = visit("member", viewport=PHONE, afresh=True)
    page.goto("/appraisals/")
    page.locator("main a[href$='/sheets/mass/']").click()
    sheet = page.url
    line = page.locator("fieldset.sheet-line").first
    expect(page.locator("[data-kept-says]")).to_be_visible()
    line.locator("input[value=qualified]").check()
    assert faults_of(page) == []

    page.context.clear_cookies(name=re.compile("session"))  # it has ended
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/account/login/**")
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "lx-kept:" in kept
    assert "qualified" not in kept

    sign_in(page, "beisong")  # somebody else on the same device
    assert page.goto(sheet)
    assert page.evaluate("Object.keys(localStorage).filter((one) => one.startsWith('lx-kept:')).length") == 1
    page.context.clear_cookies()

    sign_in(page, "member")
    page.goto(sheet)
    expect(page.locator("[data-kept-found]")).to_be_visible()
    expect(line.locator("input[value=qualified]")).to_be_checked()
    page.locator("[data-kept-discard]").click()
    expect(line.locator("input[value=qualified]")).not_to_be_checked()
    page.reload()
    expect(page.locator("[data-kept-says]")).to_be_visible()
    expect(page.locator("[data-kept-found]")).to_be_hidden()

    line.locator("input[value=qualified]").check()
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url("**/appraisals/")
    page.wait_for_function("!Object.keys(localStorage).some((one) => one.startsWith('lx-kept:'))")
