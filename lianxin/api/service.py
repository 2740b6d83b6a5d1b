"""The REST service: its versions, how refusals are told, and the modules' routers."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.docs import Swagger

from lianxin.api.authentication import TokenAuthentication
from lianxin.kernel.errors import InvalidInput, Refusal

TITLES = {
    400: "Malformed request",
    401: "Not authenticated",
    403: "Not permitted",
    404: "Not found",
    409: "Conflict",
    412: "Changed since you read it",
    422: "Invalid input",
    428: "Version missing",
    429: "Too many requests",
}

api = NinjaAPI(
    title="Lianxin",
    version="1",
    urls_namespace="api-v1",
    description=(
        "Organisations and members for programs. Reads and writes go through the same actions as the screens: the same permissions, "
        "scope, checks and events. Send `Idempotency-Key` with a write to make repeating it safe, and `If-Match` with a change."
    ),
    auth=TokenAuthentication(),
    docs=Swagger(settings={"persistAuthorization": False}),
    docs_url=None,
)


def problem(status: int, detail: str, errors: dict[str, list[str]] | None = None) -> HttpResponse:
    """An application/problem+json answer (RFC 9457)."""
    body: dict[str, Any] = {"type": "about:blank", "title": TITLES.get(status, "Error"), "status": status, "detail": detail}
    if errors:
        body["errors"] = errors
    return HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type="application/problem+json")


@api.exception_handler(Refusal)
def refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """An action refused: its sentence, and by field where it said so."""
    errors = None
    if isinstance(refusal, InvalidInput):
        errors = {name: [str(one) for one in said] for name, said in refusal.fields.items()}
    return problem(refusal.status, str(refusal.sentence), errors)


@api.exception_handler(ValidationError)
def malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request does not fit the schema: what is wrong, by field."""
    errors: dict[str, list[str]] = {}
    for one in error.errors:
        place = ".".join(str(part) for part in one["loc"][1:] if part not in {"payload", "filters"})
        errors.setdefault(place, []).append(str(one["msg"]))
    return problem(422, _("The request does not fit the description of this endpoint."), errors)


@api.exception_handler(AuthenticationError)
def unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """No token, or one that does not work."""
    answer = problem(401, _("Send a valid token: Authorization: Bearer lx_…"))
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(HttpError)
def told(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own refusals, such as a body that is not JSON."""
    return problem(error.status_code, str(error))


api.add_router("/organisations", "lianxin.organisations.rest.router", tags=["organisations"])
api.add_router("/members", "lianxin.members.rest.router", tags=["members"])
