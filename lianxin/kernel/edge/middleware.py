"""Counts each request and tells those who ask too often to wait: 429 with Retry-After and a sentence."""

import json
import logging
from collections.abc import Callable
from hashlib import sha256
from math import ceil

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kernel.edge.addresses import counted_as
from lianxin.kernel.edge.rates import Rate, rate_named, spend
from lianxin.kernel.time import now
from lianxin.kernel.web.resolving import declared, leads_to

log = logging.getLogger(__name__)

OTHERWISE = "page"
MINUTE = 60
READING = {"GET", "HEAD", "OPTIONS"}


def rate_of(request: HttpRequest) -> Rate:
    """The rate a request counts against: of its address, else declared at its view, else that of any page."""
    for prefix, name in settings.RATE_OF_ADDRESS.items():
        if request.path_info.startswith(prefix):
            return rate_named(name)
    match = leads_to(request)
    if match is None:
        return rate_named(OTHERWISE)
    rate = rate_named(declared(request, "rate") or settings.RATE_OF_VIEW.get(match.view_name, OTHERWISE))
    return rate if rate.reads or request.method not in READING else rate_named(OTHERWISE)


def whom(request: HttpRequest) -> str:
    """The account or token a request counts for; empty for strangers.

    A token is looked at only where tokens are taken, else a made-up one with each request would have no limit. There a
    false token counts for itself, and for the address.
    """
    if any(request.path_info.startswith(prefix) for prefix in settings.RATE_OF_ADDRESS):
        scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer" and text.strip():
            return sha256(text.strip().encode()).hexdigest()
    return str(request.session.get(SESSION_KEY, ""))


class RateMiddleware:
    """Stands outside every transaction of the request, so that what was spent stays spent when the act is undone."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, or tell to wait."""
        if not settings.RATE_LIMITS:
            return self.answer(request)
        rate = rate_of(request)
        if not rate.limits:
            return self.answer(request)
        address = counted_as(request.META.get("REMOTE_ADDR", ""))
        spending = spend(rate, account=whom(request), address=address, at=now())
        if not spending.wait:
            return self.answer(request)
        if spending.refused & (spending.refused - 1) == 0:  # the 1st, 2nd, 4th, 8th … so that a flood fills no disk
            log.warning("Too many requests (%s) from %s, refused %d times.", rate.name, address, spending.refused)
        return told_to_wait(request, spending.wait)


def told_to_wait(request: HttpRequest, wait: float) -> HttpResponse:
    """The refusal: a page for people, a problem document (RFC 9457) for programs."""
    seconds = max(1, ceil(wait))
    sentence = _sentence(seconds)
    if any(request.path_info.startswith(prefix) for prefix in settings.RATE_OF_ADDRESS):
        body = {"type": "about:blank", "title": "Too Many Requests", "status": 429, "detail": sentence}
        text = json.dumps(body, ensure_ascii=False)
        answer = HttpResponse(text, status=429, content_type="application/problem+json")
    else:
        answer = HttpResponse(render_to_string("429.html", {"sentence": sentence}), status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


def _sentence(seconds: int) -> str:
    if seconds <= MINUTE:
        said = ngettext(
            "Too many requests in a short time. Wait %(number)d second and try again.",
            "Too many requests in a short time. Wait %(number)d seconds and try again.",
            seconds,
        )
        return said % {"number": seconds}
    return _("Too many requests in a short time. Wait %(number)d minutes and try again.") % {
        "number": ceil(seconds / MINUTE)
    }
