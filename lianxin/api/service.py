"""The REST service: how refusals are told, and the modules' routers."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.openapi.schema import OpenAPISchema

from lianxin.api.authentication import TokenAuthentication
from lianxin.api.problems import PROBLEM_TYPE, problem
from lianxin.kernel.errors import Changed, InvalidInput, Refusal
from lianxin.kernel.web.screens import public

PROBLEM = {"$ref": "#/components/schemas/Problem"}
WHEN = {
    400: "The body is no JSON.",
    401: "There is no token, or it does not work (any more).",
    403: "The token or its account lacks the permission.",
    404: "There is no such record, or it lies outside the account's organisations; the two look alike.",
    409: "The state of the record does not allow the act.",
    412: "The record changed since the version in If-Match.",
    413: "The body is too large.",
    422: "A field is missing or wrong; `errors` says which, why and how to mend it.",
    428: "The change names no version; send If-Match.",
    429: "The token sent too many requests; Retry-After says in how many seconds to go on.",
}
DESCRIPTION = """\
Organisations and members for programs. Reads and writes go through the same acts as the screens: the same
permissions, the same part of the tree, the same checks, the same events.

**Token.** `Authorization: Bearer lx_…`, made under *Programs* by somebody with a role. It acts for its
account, narrowed to some permissions, and never reaches further than the account does at that moment.

**Lists** answer `{"items": […], "next": "…"}`. Send `next` as `after` to go on, or follow the `Link` header;
`next` is null on the last page. Rows added meanwhile neither repeat nor hide others.

**Versions.** Reading a record gives an `ETag`. Send it as `If-None-Match` to be answered 304 where nothing
changed, and as `If-Match` with a change so that you never overwrite what you have not seen.

**Repeating.** Send an `Idempotency-Key` of your choice with a write. If the answer is lost, send the same
request again: it is not done twice, you get the first answer. The key is kept for 24 hours.

**Problems** are `application/problem+json` (RFC 9457); `detail` says what is wrong and how to mend it, in the
language of `Accept-Language`.

**Personal data** is masked. Revealing one field is an act with a reason, which the member can read.
"""


class Service(NinjaAPI):
    """The service; its OpenAPI document says that refusals are problem documents."""

    def get_openapi_schema(self, **options: Any) -> OpenAPISchema:
        """The document, with refusals as `application/problem+json` and a sentence for each."""
        document = super().get_openapi_schema(**options)
        for operations in document["paths"].values():
            for operation in operations.values():
                for status, answer in operation["responses"].items():
                    content = answer.get("content", {}).get("application/json")
                    if status in WHEN and content is not None and content["schema"].get("$ref") == PROBLEM["$ref"]:
                        answer["description"] = WHEN[status]
                        answer["content"] = {PROBLEM_TYPE: {"schema": PROBLEM}}
        return document


api = Service(
    title="Lianxin",
    version="1",
    urls_namespace="api-v1",
    description=DESCRIPTION,
    auth=TokenAuthentication(),
    docs_url=None,
    docs_decorator=public("the description of the service holds no data"),
)


@api.exception_handler(Refusal)
def refused(_request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """An action refused: its sentence, and by field where it said so."""
    errors = None
    if isinstance(refusal, InvalidInput):
        errors = {name: [str(one) for one in said] for name, said in refusal.fields.items()}
    status = 412 if isinstance(refusal, Changed) else refusal.status
    return problem(status, str(refusal.sentence), errors)


@api.exception_handler(ValidationError)
def malformed(_request: HttpRequest, error: ValidationError) -> HttpResponse:
    """The request does not fit the schema: what is wrong, by field."""
    errors: dict[str, list[str]] = {}
    for one in error.errors:
        place = ".".join(str(part) for part in one["loc"][1:] if part not in {"payload", "filters"})
        errors.setdefault(place, []).append(str(one["msg"]).removeprefix("Value error, "))
    return problem(422, _("The request does not fit the description of this endpoint."), errors)


@api.exception_handler(AuthenticationError)
def unknown(_request: HttpRequest, _error: AuthenticationError) -> HttpResponse:
    """No token, or one that does not work."""
    answer = problem(401, _("Send a valid token: Authorization: Bearer lx_…"))
    answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


@api.exception_handler(RequestDataTooBig)
def too_large(_request: HttpRequest, _error: RequestDataTooBig) -> HttpResponse:
    """A body larger than the settings allow."""
    return problem(413, _("The body is too large. Send less at a time, or use an import."))


@api.exception_handler(HttpError)
def told(_request: HttpRequest, error: HttpError) -> HttpResponse:
    """Ninja's own refusals: a body that is not JSON, too many requests."""
    said = {
        400: _("The body is no JSON that this service understands."),
    }
    return problem(error.status_code, said.get(error.status_code, str(error)))


api.add_router("/organisations", "lianxin.organisations.rest.router", tags=["organisations"])
api.add_router("/members", "lianxin.members.rest.router", tags=["members"])
api.add_router("/activities", "lianxin.activities.rest.router", tags=["activities"])
api.add_router("/duties", "lianxin.duties.rest.router", tags=["duties"])
api.add_router("/disclosure", "lianxin.disclosure.rest.router", tags=["disclosure"])
