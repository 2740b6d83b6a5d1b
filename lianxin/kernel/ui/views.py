"""Doors of the interface: service worker, offline page, elder mode, the gallery of components."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.kernel.ui import gallery as samples
from lianxin.kernel.web.redirects import redirect_back
from lianxin.kernel.web.screens import public

if TYPE_CHECKING:
    from django.http import HttpRequest

MODE_COOKIE = "lx_mode"
MODES = ("elder", "standard")
YEAR_SECONDS = 365 * 24 * 3600
SHELLS = {"workbench": "ui/workbench.html", "portal": "ui/portal.html", "sign-in": "ui/sign_in.html"}


@public("Browsers fetch the service worker before anybody has signed in; it holds no data.")
@require_GET
def service_worker(_request: HttpRequest) -> HttpResponse:
    """The built service worker, from the root so that its scope is the whole site."""
    found = finders.find("sw.js")
    if not isinstance(found, str):
        raise Http404(_("The front end has not been built. Run `npm run build` in frontend/."))
    response = HttpResponse(Path(found).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Service-Worker-Allowed"] = "/"
    response["Cache-Control"] = "no-cache"
    return response


@public("Kept by the service worker for days without a connection; it holds no data.")
@require_GET
def offline(request: HttpRequest) -> HttpResponse:
    """What people see when a page cannot be reached."""
    return render(request, "offline.html")


@public("Large print is for everybody, also on the sign-in page.")
@require_POST
def set_mode(request: HttpRequest) -> HttpResponse:
    """Turn elder mode on or off for this browser and go back to where the person was."""
    mode = request.POST.get("mode", "")
    response = redirect_back(request)
    response.set_cookie(
        MODE_COOKIE,
        mode if mode in MODES else "standard",
        max_age=YEAR_SECONDS,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
    return response


@public("Shows components with invented content, no data.")
@require_GET
def gallery(request: HttpRequest) -> HttpResponse:
    """Every component in every state."""
    return _draw_gallery(request, "workbench")


@public("Shows components with invented content, no data.")
@require_GET
def gallery_shell(request: HttpRequest, shell: str) -> HttpResponse:
    """The gallery inside one of the shells: workbench, portal or sign-in."""
    return _draw_gallery(request, shell)


def _draw_gallery(request: HttpRequest, shell: str) -> HttpResponse:
    if shell not in SHELLS:
        raise Http404(_("There is no shell of that name."))
    template = "ui/gallery/sign_in.html" if shell == "sign-in" else "ui/gallery/gallery.html"
    return render(request, template, samples.context(SHELLS[shell], shell))


@public("Answers the gallery's own components with invented content.")
@require_GET
def gallery_sample(request: HttpRequest) -> JsonResponse:
    """Invented answers for the components that fetch: chart, choice, progress."""
    kind = request.GET.get("kind", "")
    answers = {"structure": samples.structure, "choices": samples.choices, "progress": samples.progress}
    if kind not in answers:
        raise Http404(_("There is no sample of that name."))
    return JsonResponse(answers[kind](request.GET))
