"""What the desk's shell shows around every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lianxin.kernel.authz import Actor


def around(_request: HttpRequest, _actor: Actor) -> dict[str, Any]:
    """Addresses of home, search and what is due."""
    home = reverse("workbench:home")
    return {"home_url": home, "due_url": home, "search_url": reverse("workbench:search")}
