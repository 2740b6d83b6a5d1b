"""The kit for a hall without network: 200 sign-ins sent again, two phones in conflict, a reload, an old session."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.journeys.axe import faults_of
from tests.journeys.conftest import PASSWORD, PHONE, PROJECT, Installation, Visit

PEOPLE = 200
COUNT = """
import json
from lianxin.activities.models import HallReceipt, Participant, Vote, MinutesItem
from lianxin.kernel.models import Event
rows = Participant.objects.filter(activity="{id}")
print("COUNT " + json.dumps({{
    "came": rows.filter(attendance__in=["present", "late"]).count(),
    "late": rows.filter(attendance="late").count(),
    "voters": rows.filter(may_vote=True).count(),
    "receipts": HallReceipt.objects.filter(activity="{id}").count(),
    "votes": Vote.objects.filter(item__minutes__activity="{id}").count(),
    "notes": sum(len(one.speeches) for one in MinutesItem.objects.filter(minutes__activity="{id}")),
    "ticks": Event.objects.filter(kind="activities.ticked", subject_id="{id}").count(),
}}))
"""
KEPT = """async () => {
  const base = await new Promise((done) => {
    const asked = indexedDB.open('lianxin-hall', 1);
    asked.onsuccess = () => done(asked.result);
  });
  const all = (name) => new Promise((done) => {
    const asked = base.transaction(name).objectStore(name).getAll();
    asked.onsuccess = () => done(asked.result);
  });
  const found = { acts: await all('acts'), kits: await all('kits') };
  base.close();
  return { ...found, pages: await caches.has('hall-kit-pages') };
}"""


@pytest.fixture
def hall(installation: Installation) -> str:
    """The id of a meeting of 200 people."""
    script = (PROJECT / "tests/journeys/hall.py").read_text(encoding="utf-8")
    said = installation.run("manage", "shell", "--verbosity", "0", "--command", script)
    line = next(line for line in said.splitlines() if line.startswith("HALL "))
    return str(json.loads(line.removeprefix("HALL "))["id"])


@pytest.fixture
def stands(installation: Installation) -> Callable[[str], dict[str, int]]:
    """What the server's own tables say of a meeting."""

    def stands(activity: str) -> dict[str, int]:
        said = installation.run("manage", "shell", "--verbosity", "0", "--command", COUNT.format(id=activity))
        line = next(line for line in said.splitlines() if line.startswith("COUNT "))
        found: dict[str, int] = json.loads(line.removeprefix("COUNT "))
        return found

    return stands


@pytest.fixture
def phone(visit: Visit) -> Callable[..., Page]:
    """A phone of the secretary with the kit of a meeting open and kept."""

    def phone(activity: str, *, elsewhere: Callable[[Page], None] | None = None, **options: Any) -> Page:
        page = visit("secretary", viewport=PHONE, has_touch=True, is_mobile=True, **options)
        if elsewhere:
            elsewhere(page)
        page.goto(f"/activities/{activity}/hall-kit/")
        expect(page.locator("main")).to_have_attribute("data-kit-is-ready", "yes", timeout=30_000)
        expect(page.locator("[data-kit-people] > li")).to_have_count(PEOPLE)
        return page

    return phone


def mark(page: Page, number: int, attendance: str) -> None:
    page.locator("[data-kit-people] > li").nth(number).locator(f"[data-mark={attendance}]").click()


def mark_everybody(page: Page) -> None:
    """Each button as a finger does, one after the other."""
    page.evaluate(
        """async () => {
          for (const button of document.querySelectorAll('[data-kit-people] [data-mark=present]')) {
            button.click();
            await new Promise((done) => setTimeout(done, 5));
          }
        }"""
    )


def says(page: Page, words: str) -> None:
    expect(page.locator("[data-kit-count]")).to_have_text(words, timeout=30_000)


def test_two_hundred_sign_in_without_network_and_count_once(
    phone: Callable[..., Page], hall: str, stands: Callable[[str], dict[str, int]]
) -> None:
    page = phone(hall)
    says(page, "已全部上传")
    page.context.set_offline(True)
    mark_everybody(page)
    says(page, f"待上传 {PEOPLE} 项")
    came, voters = (stands(hall)[name] for name in ("came", "voters"))
    assert came == 0
    expect(page.locator("[data-kit-sum]")).to_contain_text(f"应到{voters}人，实到{voters}人")

    page.reload()  # without network, from the phone
    says(page, f"待上传 {PEOPLE} 项")
    assert faults_of(page) == []
    page.locator("[data-kit-part=notes]").click()
    page.locator("[data-kit-agenda] textarea").first.fill("大家同意先修南边的路。")
    page.locator("[data-kit-agenda] button").first.click()
    page.locator("[data-kit-agenda] textarea").nth(1).fill("还没写完")
    page.locator("[data-kit-part=hands]").click()
    page.locator("[name=item]").select_option(index=1)
    page.locator("[name=question]").fill("年度计划")
    page.locator("[name=in_favour]").fill(str(voters - 2))
    page.locator("[name=against]").fill("2")
    page.locator("[name=counter_one]").select_option(index=1)
    page.locator("[name=counter_two]").select_option(index=1)
    page.locator("[data-kit-count-form] button").click()
    expect(page.locator("[data-kit-wrong]")).to_be_visible()
    page.locator("[name=counter_two]").select_option(index=2)
    page.locator("[data-kit-count-form] button").click()
    says(page, f"待上传 {PEOPLE + 2} 项")

    context = page.context  # the phone is put away: closed, opened again, still without network
    page.close()
    page = context.new_page()
    page.goto(f"/activities/{hall}/hall-kit/")
    says(page, f"待上传 {PEOPLE + 2} 项")
    expect(page.locator("[data-kit-agenda] textarea").nth(1)).to_have_value("还没写完")
    assert faults_of(page) == []

    sent: list[str] = []

    def keep(request: Request) -> None:
        if request.url.endswith("/hall-kit/acts/"):
            sent.append(request.post_data or "")

    page.on("request", keep)
    context.set_offline(False)
    says(page, "已全部上传")
    once = {"came": PEOPLE, "late": 0, "voters": voters, "receipts": PEOPLE + 2, "votes": 1, "notes": 1, "ticks": 1}
    assert stands(hall) == once
    assert len(sent) == 1
    for _time in range(2):
        answers = page.evaluate(
            """async ([place, body]) => {
              const { token } = await (await fetch(`${place}list/`)).json();
              const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': token };
              const answer = await fetch(`${place}acts/`, { method: 'POST', headers, body });
              return (await answer.json()).answers.map((one) => one.result);
            }""",
            [f"/activities/{hall}/hall-kit/", sent[0]],
        )
        assert answers == ["already"] * (PEOPLE + 2)
    assert stands(hall) == once
    kept = page.evaluate(KEPT)
    assert kept["acts"] == []
    assert all("idNumber" not in person and "mobile" not in person for person in kept["kits"][0]["listed"]["people"])


def test_two_phones_differ_and_a_person_decides(
    phone: Callable[..., Page], hall: str, stands: Callable[[str], dict[str, int]]
) -> None:
    first, second = phone(hall), phone(hall)
    for page in (first, second):
        page.context.set_offline(True)
    mark(first, 0, "present")
    mark(first, 1, "present")
    mark(second, 0, "late")
    mark(second, 1, "absent")
    mark(second, 2, "present")
    says(second, "待上传 3 项")
    first.context.set_offline(False)
    says(first, "已全部上传")
    second.context.set_offline(False)
    says(second, "2 项有冲突，请决定以哪个为准")
    expect(second.locator("[data-kit-conflict-list] > li")).to_have_count(2)
    assert faults_of(second) == []
    second.reload()  # a conflict outlives a reload
    says(second, "2 项有冲突，请决定以哪个为准")
    expect(second.locator("[data-kit-conflict-list] > li").first).to_contain_text("迟到")
    second.locator("[data-kit-conflict-list] [data-mine]").first.click()
    second.locator("[data-kit-conflict-list] > li").filter(has_text="缺席").locator("[data-theirs]").click()
    says(second, "已全部上传")
    expect(second.locator("[data-kit-conflicts]")).to_be_hidden()
    counted = stands(hall)
    assert (counted["came"], counted["late"]) == (3, 1)


def test_a_session_that_ended_keeps_everything(
    phone: Callable[..., Page], hall: str, stands: Callable[[str], dict[str, int]]
) -> None:
    page = phone(hall, afresh=True)
    page.context.set_offline(True)
    mark(page, 0, "present")
    says(page, "待上传 1 项")
    page.context.clear_cookies()
    page.context.set_offline(False)
    expect(page.locator("[data-kit-told]")).to_contain_text("登录已过期", timeout=30_000)
    says(page, "待上传 1 项")
    assert stands(hall)["came"] == 0
    page.locator("[data-kit-again]").click()
    page.locator("input[name=login]").fill("secretary")
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url("**/hall-kit/")
    says(page, "已全部上传")
    assert stands(hall)["came"] == 1

    page.goto("/")
    page.locator(".person-menu > summary").click()
    page.locator("form[action='/account/logout/'] button").click()
    page.wait_for_url(lambda url: "/hall-kit/" not in url)
    kept = page.evaluate(KEPT)
    assert kept == {"acts": [], "kits": [], "pages": False}


def test_a_clock_an_hour_slow_is_corrected_and_said(
    phone: Callable[..., Page], hall: str, stands: Callable[[str], dict[str, int]]
) -> None:
    slow = datetime.now(UTC) - timedelta(hours=3)
    page = phone(hall, elsewhere=lambda one: one.clock.install(time=slow))
    expect(page.locator("[data-kit-clock]")).to_contain_text("慢 180 分钟")
    page.context.set_offline(True)
    mark(page, 0, "present")
    says(page, "待上传 1 项")
    page.context.set_offline(False)
    says(page, "已全部上传")
    assert stands(hall)["came"] == 1
