"""The page of the keys: which there are, and how far a rotation is."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lianxin.kernel.privacy.permissions import VIEW
from lianxin.kernel.privacy.standing import standing
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@screen(VIEW)
@require_safe
def keys(request: Request) -> HttpResponse:
    """Keys and rotations."""
    return render(request, "privacy/keys.html", {"standing": standing()})


@screen(VIEW)
@require_safe
def progress(request: Request) -> HttpResponse:  # noqa: ARG001 - the door has looked at it
    """How far the rotation is, for the page that shows it."""
    latest = next(iter(standing(size=1).rotations), None)
    if latest is None:
        return JsonResponse({"done": 0, "total": 0, "state": "done"})
    state = "done" if latest.rotation.finished_at else "running"
    return JsonResponse({"done": latest.done, "total": latest.total, "state": state})
