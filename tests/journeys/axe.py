"""Asking axe-core about a page."""

from typing import Any

from playwright.sync_api import Page

from tests.journeys.conftest import PROJECT

AXE = PROJECT / "frontend/node_modules/axe-core/axe.min.js"
RULES = {"resultTypes": ["violations"]}


def faults_of(page: Page) -> list[str]:
    """What axe finds on the page as it stands, one line for each rule broken. Nothing found: an empty list."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    result: dict[str, Any] = page.evaluate("(options) => axe.run(document, options)", RULES)
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in result["violations"]
    ]
