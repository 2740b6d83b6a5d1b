"""A member on a phone: the own record, a correction, claiming it, large print, the language, sessions, no network."""

import base64
import hashlib
import hmac
import struct
import time
from typing import Any
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.journeys.axe import faults_of
from tests.journeys.conftest import DESK, PASSWORD, PHONE, Installation, Visit, sign_in


def open_menu(page: Page) -> None:
    page.locator(".person-menu > summary").click()


def test_a_member_asks_the_secretary_decides_the_member_reads(visit: Visit, county: dict[str, Any]) -> None:
    phone = visit("member", viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto("/")
    phone.locator("nav.bottom-nav a[href='/me/']").tap()
    expect(phone.locator("main")).to_contain_text(county["own"]["name"])
    record = phone.locator("main").inner_text()
    wanted = next(place for place in ("山东东营", "山东广饶", "山东垦利", "山东沾化") if place not in record)
    phone.locator("main a[href='/me/corrections/ask/']").tap()
    phone.locator("main a[href='?field=native_place']").tap()
    phone.locator("[name=wanted]").fill(wanted)
    phone.locator("[name=reason]").fill("以户口簿为准。")
    phone.locator("main form.form button[type=submit]").tap()
    phone.wait_for_url("**/me/")
    expect(phone.locator("section[aria-labelledby=requests-title]")).to_contain_text(wanted)

    desk = visit("secretary", viewport=DESK)
    desk.goto("/work/members/corrections/")
    desk.locator("tr", has_text=wanted).locator("th a").click()
    expect(desk.locator("main")).to_contain_text("以户口簿为准。")
    desk.locator("[name=answer]").fill("已核对户口簿，情况属实。")
    desk.locator("button[name=decision][value=accept]").click()
    desk.wait_for_url("**/corrections/")
    expect(desk.locator("tr", has_text=wanted)).to_have_count(0)

    phone.reload()
    expect(phone.locator("section[aria-labelledby=requests-title]")).to_contain_text("已核对户口簿，情况属实。")
    expect(phone.locator("dl.facts", has_text=wanted).first).to_be_visible()


def test_a_member_sees_nobody_else(visit: Visit, county: dict[str, Any]) -> None:
    page = visit("member", viewport=PHONE)
    for address in ("/work/", "/work/members/", f"/work/members/{county['mates'][0]['id']}/"):
        answer = page.goto(address)
        assert answer is not None
        assert answer.status in {403, 404}, address
        assert county["mates"][0]["name"] not in page.content()


def test_a_record_is_claimed_with_a_code_on_a_phone(visit: Visit, county: dict[str, Any]) -> None:
    mate = county["mates"][-1]
    desk = visit("clerk")
    desk.goto(f"/work/members/codes/?member={mate['id']}")
    desk.locator("main form button[type=submit]").click()
    expect(desk.locator("main h2", has_text=mate["name"])).to_be_visible()
    code = desk.locator(".count-figure").inner_text()
    assert faults_of(desk) == []

    phone = visit(None, viewport=PHONE, has_touch=True, is_mobile=True)
    phone.goto("/claim/")
    given = {"code": code, "name": mate["name"], "number": "", "username": f"m{uuid4().hex[:8]}"}
    given |= {"password": PASSWORD, "again": PASSWORD}
    for wrong in (True, False):
        given["number"] = mate["tail"] if wrong else mate["number"]
        for name, value in given.items():
            phone.locator(f"[name={name}]").fill(value)
        phone.locator("main form button[type=submit]").tap()
        if wrong:
            expect(phone.locator("main [role=alert], main .field-error").first).to_be_visible()
            assert faults_of(phone) == []
    phone.wait_for_url("**/me/")
    expect(phone.locator("main")).to_contain_text(mate["name"])
    again = visit(None, viewport=PHONE)
    sign_in(again, given["username"])
    again.goto("/me/")
    expect(again.locator("main")).to_contain_text(mate["name"])


def test_large_print_stays(visit: Visit) -> None:
    page = visit("member", viewport=PHONE)
    page.goto("/me/")
    size = "parseFloat(getComputedStyle(document.querySelector('main')).fontSize)"
    before = page.evaluate(size)
    open_menu(page)
    page.locator(".person-menu button[aria-pressed]").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    page.goto("/me/")
    expect(page.locator("html")).to_have_attribute("data-mode", "elder")
    assert page.evaluate(size) >= before * 1.2
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert faults_of(page) == []
    open_menu(page)
    page.locator(".person-menu button[aria-pressed]").click()
    expect(page.locator("html")).to_have_attribute("data-mode", "standard")


def test_the_language_changes_and_comes_back(visit: Visit) -> None:
    page = visit("clerk")
    page.goto("/work/members/")
    chinese = page.locator("h1").inner_text()
    open_menu(page)
    page.locator("button[name=language][value=en]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("h1")).to_have_text("Members")
    assert page.url.endswith("/work/members/")
    open_menu(page)
    page.locator("button[name=language][value=zh-hans]").click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.locator("h1")).to_have_text(chinese)


def test_other_sessions_are_seen_and_ended(visit: Visit, cookies: dict[str, Any]) -> None:
    first = visit("viewer", afresh=True)
    second = visit("viewer", afresh=True, viewport=PHONE)
    cookies.pop("viewer", None)
    first.goto("/account/sessions/")
    assert first.locator("main tbody tr").count() >= 2
    first.locator("main form[action='/account/sessions/'] button").click()
    expect(first.locator("main tbody tr")).to_have_count(1)
    second.goto("/work/")
    second.wait_for_url("**/account/login/**")
    first.goto("/work/")
    expect(first.locator("h1")).to_be_visible()
    assert "/account/login" not in first.url


def code_of(secret: str) -> str:
    """The six digits that an authenticator app shows for this secret now (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def go_confirmed(page: Page, address: str) -> None:
    """Open a page for which the password is asked once more."""
    page.goto(address)
    if "/account/confirm/" in page.url:
        page.locator("main [name=password]").fill(PASSWORD)
        page.locator("main form.form button[type=submit]").first.click()
        page.wait_for_url(f"**{address}")


def test_a_second_factor_is_set_up_asked_for_and_taken_off(visit: Visit, cookies: dict[str, Any]) -> None:
    page = visit("viewer", afresh=True)
    cookies.pop("viewer", None)
    go_confirmed(page, "/account/second-factor/app/")
    secret = page.locator("main code").inner_text().strip()
    page.locator("main [name=code]").fill(code_of(secret))
    page.locator("main form.form button[type=submit]").click()
    go_confirmed(page, "/account/second-factor/codes/")
    expect(page.locator("main li code").first).to_be_visible()
    recovery = page.locator("main li code").first.inner_text()
    assert faults_of(page) == []

    phone = visit(None, viewport=PHONE)
    phone.goto("/account/login/")
    phone.locator("input[name=login]").fill("viewer")
    phone.locator("input[name=password]").fill(PASSWORD)
    phone.locator("main form.form button[type=submit]").first.click()
    phone.wait_for_url("**/account/login/code/")
    assert faults_of(phone) == []
    phone.locator("main [name=code]").fill("000000")
    phone.locator("main form.form button[type=submit]").first.click()
    expect(phone.locator("main .field-error, main [role=alert]").first).to_be_visible()
    phone.locator("main [name=code]").fill(recovery)
    phone.locator("main form.form button[type=submit]").first.click()
    phone.wait_for_url(lambda url: "/account/login" not in url)

    go_confirmed(page, "/account/second-factor/app/remove/")
    assert faults_of(page) == []
    page.locator("main form button[type=submit]").click()
    page.goto("/account/second-factor/")
    expect(page.locator("main a[href='/account/second-factor/app/']")).to_be_visible()


def test_without_network_the_app_says_so(visit: Visit, installation: Installation) -> None:
    page = visit(None, viewport=PHONE)
    page.goto("/account/login/")
    manifest = page.request.get(page.locator("link[rel=manifest]").get_attribute("href") or "").json()
    assert manifest["display"] == "standalone"
    assert {icon["sizes"] for icon in manifest["icons"]} >= {"192x192", "512x512"}
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.goto("/claim/")
    expect(page.locator("main h1")).to_have_text("网络不通")
    assert faults_of(page) == []
    page.context.set_offline(False)
    page.locator("main a.btn-primary").click()
    expect(page.locator("[name=code]")).to_be_visible()
