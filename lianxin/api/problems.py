"""How the service tells that something was refused: problem documents (RFC 9457), whoever refused."""

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

SERVICE = "/api/v1/"
PROBLEM_TYPE = "application/problem+json"
FIRST_REFUSAL = 400
TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    409: "Conflict",
    412: "Precondition Failed",
    413: "Content Too Large",
    422: "Unprocessable Content",
    428: "Precondition Required",
    429: "Too Many Requests",
    500: "Internal Server Error",
}
KEPT_HEADERS = ("Allow", "Retry-After", "WWW-Authenticate")


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> HttpResponse:
    """An application/problem+json answer (RFC 9457)."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": TITLES.get(status, "Error"),
        "status": status,
        "detail": detail,
    }
    if errors:
        body["errors"] = errors
    text = json.dumps(body, ensure_ascii=False).encode(errors="replace")  # names sent by a stranger may be no text
    return HttpResponse(text, status=status, content_type=PROBLEM_TYPE)


class ProblemMiddleware:
    """Refusals of the service that were made elsewhere (an unknown address, a fault) become problem documents too."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request."""
        answer = self.answer(request)
        told = answer.headers.get("Content-Type", "").startswith(PROBLEM_TYPE)
        if not request.path.startswith(SERVICE) or answer.status_code < FIRST_REFUSAL or told:
            return answer
        sentences = {
            404: _("There is nothing at this address. The description of the service lists its addresses."),
            405: _("This address does not take that method."),
            500: _("Something went wrong here. It is written down; try again later."),
        }
        made = problem(answer.status_code, sentences.get(answer.status_code, _("The request was refused.")))
        for name in KEPT_HEADERS:
            if name in answer.headers:
                made.headers[name] = answer.headers[name]
        return made
