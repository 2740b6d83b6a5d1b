"""axe finds nothing on any screen, at desk and phone width; every screen answers and fits its width."""

import os
import re
from collections.abc import Mapping
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.journeys.axe import faults_of
from tests.journeys.conftest import DESK, PASSWORD, PHONE, PICTURES, Visit
from tests.journeys.screens import Screen, filled, screens

HTML = "text/html"
ACT = 405
"""The answer of an address that only takes what is posted to it."""
WIDTHS = {"desk": DESK, "phone": PHONE}
LOOK = bool(os.environ.get("LIANXIN_PICTURES"))
"""Keep a picture of every screen in var/pictures, to be looked at."""


TALLEST = 2200
"""Pixels of a page that a picture shows."""


def made(page: Page, county: Mapping[str, Any]) -> dict[str, Any]:
    """The county with an export and a token, made as people make them."""
    page.goto("/work/files/exports/new/organisations/?q=党委")
    page.locator("main form.form button[type=submit]").click()
    page.wait_for_url(re.compile(r"/work/files/exports/[0-9a-f-]{36}/$"))
    export = page.url.rstrip("/").rsplit("/", 1)[-1]
    page.goto("/api/tokens/new/")
    page.locator("main input[type=text]").first.fill("统计程序")
    for box in page.locator("main input[type=checkbox]").all()[:1]:
        box.check()
    for field in page.locator("main input[type=password]").all():
        field.fill(PASSWORD)
    page.locator("main form.form button[type=submit]").click()
    page.goto("/api/tokens/")
    address = page.locator("main a[href^='/api/tokens/0']").first.get_attribute("href") or ""
    return {**county, "export": export, "token": address.strip("/").rsplit("/", 1)[-1]}


class NotServedError(Exception):
    """An address that ought to answer the account that opens it, and does not."""


def opened(page: Page, screen: Screen) -> bool:
    """Open the address and say whether a page stands there.

    405 is an act, a redirect leads to another screen, a file or an answer for a program is no page.
    """
    answer = page.request.get(screen.address, max_redirects=0)
    if answer.status not in {200, 302, ACT}:
        raise NotServedError(f"{screen.account} {screen.address} answers {answer.status}")
    if answer.status != 200 or not answer.headers.get("content-type", "").startswith(HTML):
        return False
    page.goto(screen.address)
    return True


def wider_than(page: Page) -> str:
    """What stands out of the page on the right, if anything does."""
    return str(
        page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return '';
              const sticksOut = (one) => one.getBoundingClientRect().right > width + 1;
              const out = [...document.querySelectorAll('main *')].find(sticksOut);
              return `${document.documentElement.scrollWidth}px wide: ${out ? out.outerHTML.slice(0, 160) : '?'}`;
            }"""
        )
    )


def looked_at(page: Page, screen: Screen) -> list[str]:
    """The faults of one screen at both widths."""
    found: list[str] = []
    for width, size in WIDTHS.items():
        page.set_viewport_size(size)  # type: ignore[arg-type]
        found += [f"{screen.account} {screen.address} ({width}): {fault}" for fault in faults_of(page)]
        if out := wider_than(page):
            found.append(f"{screen.account} {screen.address} ({width}) is {out}")
        if LOOK:
            PICTURES.mkdir(parents=True, exist_ok=True)
            tall = min(TALLEST, int(page.evaluate("document.documentElement.scrollHeight")))
            area = {"x": 0, "y": 0, "width": size["width"], "height": tall}
            page.screenshot(path=PICTURES / f"{screen.name}-{width}.png", full_page=True, clip=area)  # type: ignore[arg-type]
    return found


@pytest.mark.parametrize(
    "account", ["clerk", "beisong", "secretary", "secretary2", "admin", "security", "audit", "member", "viewer", None]
)
def test_nothing_keeps_anybody_out_of_a_screen(visit: Visit, county: dict[str, Any], account: str | None) -> None:
    page = visit(account)
    facts = made(page, county) if account == "clerk" else {**county, "export": "", "token": ""}
    seen, faults = 0, []
    for screen in screens(facts):
        if screen.account != account:
            continue
        try:
            if not opened(page, screen):
                continue
        except NotServedError as refusal:
            faults.append(str(refusal))
            continue
        seen += 1
        faults += looked_at(page, screen)
        page.set_viewport_size(DESK)  # type: ignore[arg-type]
    assert not faults, "\n".join(faults)
    assert seen >= 2


def test_a_planted_fault_is_found(visit: Visit) -> None:
    page = visit(None)
    page.goto("/account/login/")
    assert faults_of(page) == []
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<img src=\"/static/favicon.svg\">')")
    assert [fault for fault in faults_of(page) if fault.startswith("image-alt")]


def test_a_planted_overflow_is_found(visit: Visit) -> None:
    page = visit(None, viewport=PHONE)
    page.goto("/account/login/")
    assert wider_than(page) == ""
    page.evaluate("document.querySelector('main').insertAdjacentHTML('beforeend', '<p class=\"planted\">…</p>')")
    page.evaluate("document.querySelector('.planted').style.width = '900px'")
    assert wider_than(page) != ""


def test_a_new_parameter_has_to_be_filled_in(county: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        filled("work/planted/<uuid:planted>/", {**county, "export": "", "token": ""})
