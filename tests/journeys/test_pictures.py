"""The pictures of the readme and the handbook, taken of the demonstration: they are written to var/pictures.

`docs/pictures` holds a copy; take it anew when a screen has changed. Only demonstration people are on them.
"""

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import PHONE, PICTURES, Visit
from tests.journeys.test_clerk import node, unfold

WIDE = {"width": 1280, "height": 800}
MOST_BYTES = 300_000


def tree(page: Page, county: dict[str, Any]) -> None:
    page.goto("/work/organisations/")
    unfold(page, county["town"]["id"])
    expect(node(page, county["branch"]["parent"])).to_be_attached()
    page.mouse.move(0, 0)
    page.evaluate("scrollTo(0, 0)")


def roster(page: Page, county: dict[str, Any]) -> None:
    page.goto(f"/work/members/?organisation={county['town']['id']}&person_category=full")


def member(page: Page, county: dict[str, Any]) -> None:
    page.goto(f"/work/members/{county['own']['id']}/")


def checked_import(page: Page, county: dict[str, Any]) -> None:
    page.goto(f"/work/files/imports/{county['imports']['checked']}/")


def home(page: Page, county: dict[str, Any]) -> None:
    page.goto("/work/")


def own(page: Page, county: dict[str, Any]) -> None:
    page.goto("/me/")


@pytest.mark.parametrize(
    ("name", "account", "viewport", "show"),
    [
        ("tree", "clerk", WIDE, tree),
        ("roster", "clerk", WIDE, roster),
        ("member", "clerk", WIDE, member),
        ("import", "clerk", WIDE, checked_import),
        ("home", "clerk", WIDE, home),
        ("own-phone", "member", PHONE, own),
    ],
)
def test_a_picture_is_taken(
    visit: Visit, county: dict[str, Any], name: str, account: str, viewport: dict[str, int], show: Any
) -> None:
    page = visit(account, viewport=viewport)
    show(page, county)
    expect(page.locator(".demonstration")).to_be_visible()  # it says that nobody here is real
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.png")
    assert 0 < (PICTURES / f"{name}.png").stat().st_size < MOST_BYTES
