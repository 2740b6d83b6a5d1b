"""What happens to every request: the actor is found, refusals become pages, headers guard the edge."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Refusal
from lianxin.kernel.web.actors import actor_of

Answer = Callable[[HttpRequest], HttpResponse]


def _actor(request: HttpRequest) -> Actor:
    user = getattr(request, "user", None)
    return actor_of(user) if user is not None and user.is_authenticated else Actor.nobody()


class ActorMiddleware:
    """Put the actor on the request; loaded with one query when first asked for."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.answer(request)


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
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "private, no-store"
        return response
