"""What happens to every request: the actor is found, refusals become pages, headers guard the edge."""

from collections.abc import Callable

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Refusal
from lianxin.kernel.web.actors import actor_of
from lianxin.kernel.web.resolving import declared

READING = {"GET", "HEAD"}
SERVER_FAULT = 500
Answer = Callable[[HttpRequest], HttpResponse]
PERMISSIONS_POLICY = ", ".join(
    f"{name}=()"
    for name in ("camera", "microphone", "geolocation", "payment", "usb", "display-capture", "browsing-topics")
)


def _actor(request: HttpRequest) -> Actor:
    """Account and grants are read anew for each request: what was revoked counts at once."""
    if declared(request, "before_account"):
        return Actor.nobody()
    return actor_of(request.user) if request.user.is_authenticated else Actor.nobody()


class ActorMiddleware:
    """Put the actor on the request and let the database see no more than the actor does (decision 7).

    A request that only reads is one transaction: the scope is told once, and what the page shows is of one moment.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        actor = _actor(request)
        request.actor = actor  # type: ignore[attr-defined]
        with acting(actor):
            if request.method not in READING or not actor.is_signed_in:
                return self.answer(request)
            with transaction.atomic():
                response = self.answer(request)
                if response.status_code >= SERVER_FAULT:
                    transaction.set_rollback(True)
                return response


class RefusalMiddleware:
    """A refusal that no form caught becomes a page with its sentence and status."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render the refusal; other exceptions go their way."""
        if not isinstance(exception, Refusal):
            return None
        template = {404: "404.html", 403: "403.html"}.get(exception.status, "refused.html")
        return render(request, template, {"sentence": exception.sentence}, status=exception.status)


class EdgeMiddleware:
    """Content security policy without inline, and no caching of personal pages by anything in between."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request and set the headers."""
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", settings.CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response
