"""Journeys: the product as it is started by a stranger, in a real browser. Nothing is mocked.

One installation for the session: an empty folder, `lianxin demo`, then web server and worker. Debian's Chromium
drives it.
"""

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

    def __init__(self, var: Path) -> None:
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
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
        log = (Path(self.environment["LIANXIN_VAR"]) / "journeys.log").open("wb")
        process = subprocess.Popen(
            [sys.executable, "-m", "lianxin.cli", "up", "--port", str(self.port)],
            cwd=PROJECT,
            env=self.environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        for _ in range(240):
            try:
                urllib.request.urlopen(f"{self.url}/account/login/", timeout=2)  # noqa: S310 - our own address
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                assert process.poll() is None, Path(log.name).read_text()
                time.sleep(0.5)
            else:
                return process
        raise AssertionError(Path(log.name).read_text())


@pytest.fixture(scope="session")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
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


@pytest.fixture(scope="session")
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


Visit = Callable[..., Page]


@pytest.fixture
def visit(installation: Installation, browser: Browser) -> Iterator[Visit]:
    """A page in a fresh browser context, signed in as the named account (None: a stranger)."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_page(account: str | None, *, viewport: dict[str, int] = DESK, **options: Any) -> Page:
        context = browser.new_context(
            base_url=installation.url, viewport=viewport, locale="zh-CN", accept_downloads=True, **options
        )
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda said: faults.append(said.text) if said.type == "error" and "status of 4" not in said.text else None,
        )
        if account:
            page.goto("/account/login/")
            page.locator("input[name=login]").fill(account)
            page.locator("input[name=password]").fill(PASSWORD)
            page.locator("form[action*=login] button[type=submit], main form button[type=submit]").first.click()
            page.wait_for_url(lambda url: "/account/login" not in url)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert faults == []
