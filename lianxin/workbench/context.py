"""What the desk's shell shows around every page."""

from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from lianxin.files.facade import imports_waiting
from lianxin.kernel.authz import Actor
from lianxin.members.facade import count_open_corrections


def around(_request: HttpRequest, actor: Actor) -> dict[str, Any]:
    """Addresses of home and search, and how many things wait for the person. At most two queries."""
    home = reverse("workbench:home")
    return {
        "home_url": home,
        "due_url": home,
        "due_count": imports_waiting(actor) + count_open_corrections(actor),
        "search_url": reverse("workbench:search"),
    }
