"""Journeys: the product as it is started by a stranger, in a real browser. Nothing is mocked.

One installation for all of them: an empty folder, `lianxin demo`, then web server and worker. Debian's Chromium drives
it. Both end with this package, not with the session: while Playwright runs, its event loop stands in our thread, and
Django refuses the database to every test that the same process runs afterwards.

While writing journeys, a running installation with the demonstration county serves as well:
`LIANXIN_JOURNEY_URL=http://127.0.0.1:8000 LIANXIN_JOURNEY_VAR=var pytest tests/journeys`. It is changed by them.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

PROJECT = Path(__file__).resolve().parents[2]
CHROMIUM = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}
PASSWORD = "Lianxin-2026"
PICTURES = PROJECT / "var" / "pictures"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "journeys" in str(item.path):
            item.add_marker(pytest.mark.e2e)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Installation:
    """A running installation: its address and how to run a command in it."""

    def __init__(self, var: Path, url: str = "") -> None:
        self.port = _free_port()
        self.url = url or f"http://127.0.0.1:{self.port}"
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("LIANXIN_", "DJANGO_"))},
            "LIANXIN_VAR": str(var),
            "LIANXIN_HOSTS": "127.0.0.1",
            "PYTHONUNBUFFERED": "1",
        }

    def run(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "lianxin.cli", *words],
            cwd=PROJECT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self) -> "subprocess.Popen[bytes]":
        log = Path(self.environment["LIANXIN_VAR"]) / "journeys.log"
        with log.open("wb") as said:
            process = subprocess.Popen(
                [sys.executable, "-m", "lianxin.cli", "up", "--port", str(self.port)],
                cwd=PROJECT,
                env=self.environment,
                stdout=said,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{self.url}/account/login/", timeout=2)  # noqa: S310 - our own address
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert process.poll() is None, log.read_text()
                time.sleep(0.5)
            else:
                return process
        raise AssertionError(log.read_text())


@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    if running := os.environ.get("LIANXIN_JOURNEY_URL"):
        yield Installation(Path(os.environ.get("LIANXIN_JOURNEY_VAR", PROJECT / "var")), running)
        return
    var = tmp_path_factory.mktemp("lx")
    one = Installation(var)
    one.run("messages")
    one.run("demo")
    process = one.start()
    yield one
    os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    assert CHROMIUM, "Install Debian's chromium: apt-get install chromium."
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield one
        one.close()


@pytest.fixture(scope="package")
def county(installation: Installation) -> dict[str, Any]:
    """Whom and what the journeys meet: ids and names, read from the installation's own tables."""
    script = (PROJECT / "tests/journeys/county.py").read_text(encoding="utf-8")
    said = installation.run("manage", "shell", "--verbosity", "0", "--command", script)
    line = next(line for line in said.splitlines() if line.startswith("COUNTY "))
    found: dict[str, Any] = json.loads(line.removeprefix("COUNTY "))
    return found


@pytest.fixture(scope="package")
def cookies() -> dict[str, Any]:
    """The browser state of accounts that have signed in."""
    return {}


Visit = Callable[..., Page]
EXPECTED = ("status of 4", "ERR_INTERNET_DISCONNECTED")
"""What Chromium logs as an error although it is the answer we asked for: refusals, and a network that we cut."""


def sign_in(page: Page, account: str, password: str = PASSWORD) -> None:
    """Through the form, as people do."""
    page.goto("/account/login/")
    page.locator("input[name=login]").fill(account)
    page.locator("input[name=password]").fill(password)
    page.locator("main form.form button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/account/login" not in url)


@pytest.fixture
def visit(installation: Installation, browser: Browser, cookies: dict[str, Any]) -> Iterator[Visit]:
    """A page in a fresh browser context, signed in as the named account (None: a stranger).

    Who has signed in once keeps the cookie; `afresh=True` signs in through the form all the same. Whatever a page
    throws, logs as an error or loads against the content security policy fails the test.
    """
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(
        account: str | None, *, viewport: dict[str, int] = DESK, afresh: bool = False, **options: Any
    ) -> Page:
        if account in cookies and not afresh:
            options["storage_state"] = cookies[account]
        options = {"base_url": installation.url, "locale": "zh-CN", "accept_downloads": True, **options}
        context = browser.new_context(viewport=viewport, **options)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda said: (
                faults.append(f"{page.url}: {said.text}")
                if said.type == "error" and not any(one in said.text for one in EXPECTED)
                else None
            ),
        )
        if account and (afresh or account not in cookies):
            sign_in(page, account)
            if not afresh:
                cookies[account] = context.storage_state()
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
