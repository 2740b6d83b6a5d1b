"""What every REST endpoint stands on: a declared permission, keyset pages of the screens' lists, versions of records.

An endpoint is declared once, at its door:

    @router.get("/{organisation}", response={200: OrganisationFacts, **PROBLEMS})
    @endpoint(VIEW, version=Version.READ)
    def get_organisation(request: ApiRequest, response: HttpResponse, organisation: UUID) -> Answered: ...

The door checks the permission and writes what it knows (permission, filters, headers) into the OpenAPI document.
"""

from __future__ import annotations

from collections.abc import Callable  # noqa: TC003 - ninja reads the annotations of endpoints
from contextlib import nullcontext
from datetime import date, datetime
from enum import StrEnum
from functools import wraps
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, ParamSpec, TypeVar
from uuid import UUID
from zlib import crc32

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import override
from ninja import Schema
from ninja.utils import contribute_operation_callback
from pydantic import AfterValidator, ConfigDict, Field, field_validator

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.authz import permission as declared
from lianxin.kernel.errors import InvalidInput, NotPermitted, Refusal
from lianxin.kernel.web.listing import MAX_PAGE, Listing
from lianxin.kernel.web.texts import check_query, check_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model, QuerySet
    from ninja.operation import Operation

    from lianxin.kernel.models import Event

Extra = ParamSpec("Extra")
Answer = TypeVar("Answer")
Shown = TypeVar("Shown", bound=Schema)
Parameter = dict[str, Any]
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
FIRST_YEAR, LAST_YEAR = 1850, 2200
CHOICES_SAID = 12


class ApiRequest(HttpRequest):
    """A request whose token has been turned into an actor; for type checking only."""

    auth: Actor


class Problem(Schema):
    """What went wrong, as RFC 9457 wants it told (application/problem+json)."""

    type: str = Field("about:blank", description="Always about:blank: the status says which kind of problem it is.")
    title: str = Field(description="The kind of problem in a few words.", examples=["Not Found"])
    status: int = Field(description="The HTTP status.", examples=[404])
    detail: str = Field(
        description="What is wrong and how to mend it, in the language asked for with Accept-Language.",
        examples=["There is no such record, or it is not in your organisations."],
    )
    errors: dict[str, list[str]] | None = Field(
        None, description="What is wrong by field; the key '' is the request as a whole."
    )


class Sent(Schema):
    """A body. Names that are not known are refused, so that a slip of the pen is not lost."""

    model_config = ConfigDict(extra="forbid")

    @field_validator("*", mode="before")
    @classmethod
    def _can_be_kept(cls, value: Any) -> Any:
        if isinstance(value, str):
            check_text(value)
        return value


class TimelineEntry(Schema):
    """Something that happened."""

    id: UUID
    at: datetime
    kind: str = Field(description="The event.", examples=["organisations.renamed"])
    wording: str = Field(description="The same in words.")
    who: str
    effective_on: date | None
    document_no: str
    reason: str
    changes: dict[str, list[Any]] = Field(description="Field to [old, new]; personal data masked.")

    @classmethod
    def of(cls, event: Event, wording: str) -> TimelineEntry:
        """An entry from its event."""
        return cls(
            id=event.id,
            at=event.at,
            kind=event.kind,
            wording=wording,
            who=event.actor_name,
            effective_on=event.effective_on,
            document_no=event.document_no,
            reason=event.reason,
            changes=event.changes,
        )


class Timeline(Schema):
    """A page of what happened, newest first."""

    items: list[TimelineEntry]
    next: UUID | None = Field(description="Send it as `after` for what happened before; null when there is nothing.")

    @classmethod
    def of(cls, entries: Sequence[tuple[Event, str]], size: int) -> Timeline:
        """A page of at most `size` events with their words."""
        items = [TimelineEntry.of(event, wording) for event, wording in entries]
        return cls(items=items, next=items[-1].id if len(items) == size else None)


PROBLEMS: dict[int, type[Problem]] = dict.fromkeys((400, 401, 403, 404, 409, 412, 413, 422, 428, 429), Problem)
"""The answers every endpoint may give instead; spread into an operation's `response`."""


def _plausible(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(
            _("The year must lie between %(first)d and %(last)d.") % {"first": FIRST_YEAR, "last": LAST_YEAR}
        )
    return day


def _plausible_instant(at: datetime) -> datetime:
    _plausible(at.date())
    return at


Day = Annotated[date, AfterValidator(_plausible)]
"""A calendar day of a plausible year."""
Instant = Annotated[datetime, AfterValidator(_plausible_instant)]
"""An instant of a plausible year."""


class Preconditions(Refusal):
    """A write named a version that is no longer current."""

    status = 412


class PreconditionMissing(Refusal):
    """A write must say which version it changes."""

    status = 428


class Version(StrEnum):
    """What an endpoint does with the version of a record."""

    NONE = ""
    READ = "read"
    CHANGE = "change"
    MAY_CHANGE = "may change"


def endpoint(
    name: str, *, version: Version = Version.NONE, listing: Listing[Any] | None = None
) -> Callable[[Callable[Concatenate[Any, Extra], Answer]], Callable[Concatenate[Any, Extra], Answer]]:
    """Open an endpoint to tokens whose account holds the permission somewhere; reads and acts decide where.

    `version` and `listing` are said in the OpenAPI document: ETag, If-None-Match, If-Match; search, filters, sorts.
    """

    def wrap(view: Callable[Concatenate[Any, Extra], Answer]) -> Callable[Concatenate[Any, Extra], Answer]:
        @wraps(view)
        def door(request: Any, /, *args: Extra.args, **kwargs: Extra.kwargs) -> Answer:
            wanted = declared(name)
            if not wanted.own and not request.auth.may_somewhere(name):
                raise NotPermitted(
                    _("This needs the permission “%(permission)s”, which the token does not have.")
                    % {"permission": name}
                )
            check_query(request)
            with acting(request.auth), nullcontext() if request.method in WRITES else transaction.atomic():
                return view(request, *args, **kwargs)

        door.permission = name  # type: ignore[attr-defined]
        contribute_operation_callback(door, lambda operation: _document(operation, name, version, listing))
        return door

    return wrap


def _document(operation: Operation, name: str, version: Version, listing: Listing[Any] | None) -> None:
    """Write into the OpenAPI document what the door knows."""
    parameters: list[Parameter] = list(parameters_of(listing)) if listing is not None else []
    responses: dict[int, Any] = {}
    success = min(operation.response_models)
    if listing is not None:
        responses[success] = {"headers": {"Link": _header("The next page: <address>; rel=next.")}}
    if version is Version.READ:
        parameters.append(_sent("If-None-Match", "An ETag you hold; 304 answers that it is still current."))
        responses[304] = {"description": "Not Modified"}
    elif version is Version.CHANGE:
        parameters.append(
            _sent("If-Match", "The ETag of the record you change. Without it: 428; outdated: 412.", '"3"')
        )
    elif version is Version.MAY_CHANGE:
        parameters.append(
            _sent("If-Match", "The ETag of the record you change, if you want to be sure; outdated: 412.")
        )
    if version is not Version.NONE:
        responses[success] = {"headers": {"ETag": _header("The version of the record.")}}
    if WRITES & set(operation.methods):
        parameters.append(
            _sent(
                "Idempotency-Key",
                "Up to 255 characters of your choice. Sent again within 24 hours, the write is not repeated.",
            )
        )
    operation.openapi_extra = {
        **(operation.openapi_extra or {}),
        "x-permission": name,
        "parameters": parameters,
        "responses": responses,
    }


def _sent(name: str, description: str, example: str = "") -> Parameter:
    sent: Parameter = {
        "in": "header",
        "name": name,
        "required": False,
        "schema": {"type": "string"},
        "description": description,
    }
    return {**sent, "example": example} if example else sent


def _header(description: str) -> Parameter:
    return {"description": description, "schema": {"type": "string"}}


def parameters_of(listing: Listing[Any]) -> list[Parameter]:
    """The query parameters of a list, as OpenAPI wants them; in English, whatever language is active."""
    with override("en"):
        parameters = [
            _query("sort", "The order; a minus in front turns it round.", {"type": "string", "enum": _orders(listing)}),
            _query(
                "size",
                "Items on a page.",
                {"type": "integer", "minimum": 1, "maximum": MAX_PAGE, "default": listing.page_size},
            ),
            _query("after", "The `next` of the page before.", {"type": "string"}),
        ]
        if listing.search is not None:
            parameters.insert(0, _query("q", "Search, as on the screen.", {"type": "string"}))
        for one in listing.filters:
            said = str(one.label)
            if one.written_as:
                said += f": {one.written_as}"
            elif one.choices is not None:
                choices = [f"{key} {label}" for key, label in one.choices()]
                said += ": " + ", ".join(choices[:CHOICES_SAID]) + (", …" if len(choices) > CHOICES_SAID else "")
            several = {"type": "array", "items": {"type": "string"}}
            parameters.append(_query(one.key, f"{said}. Repeated: any of them.", several))
    return parameters


def _query(name: str, description: str, schema: Parameter) -> Parameter:
    return {"in": "query", "name": name, "required": False, "schema": schema, "description": description}


def _orders(listing: Listing[Any]) -> list[str]:
    return [f"{sign}{one.key}" for one in listing.sorts for sign in ("", "-")]


Entry = TypeVar("Entry", bound="Model")


def page_of(
    request: HttpRequest,
    response: HttpResponse,
    listing: Listing[Entry],
    rows: QuerySet[Entry],
    shown: Callable[[Entry], Shown],
) -> dict[str, Any]:
    """A page of the list that the screen shows, as `{items, next}`, with the address of the next one in Link.

    Raises:
        InvalidInput: a size, order, filter or cursor that the list does not know.
    """
    page = listing.page(rows, request.GET, size=_checked(listing, request))
    if page.next_query:
        response.headers["Link"] = f'<{request.build_absolute_uri(request.path)}?{page.next_query}>; rel="next"'
    return {"items": [shown(row) for row in page.rows], "next": page.after or None}


def _checked(listing: Listing[Any], request: HttpRequest) -> int:
    """The size asked for, once everything in the address is known to the list.

    A parameter that is not known is refused: a mistyped filter must not answer with everything.
    """
    wrong: dict[str, str] = {}
    size = request.GET.get("size", str(listing.page_size))
    if not (size.isascii() and size.isdecimal() and len(size) < 5 and 1 <= int(size) <= MAX_PAGE):  # noqa: PLR2004 - longer than any size
        wrong["size"] = _("Give a number from 1 to %(most)d.") % {"most": MAX_PAGE}
    sort = request.GET.get("sort")
    if sort is not None and sort not in _orders(listing):
        wrong["sort"] = _("The list knows these orders: %(known)s.") % {"known": ", ".join(_orders(listing))}
    known = {"q", "sort", "size", "after", *(one.key for one in listing.filters)}
    for name in sorted(set(request.GET) - known)[:5]:
        wrong[name] = _("The list knows no such parameter.")
    if wrong:
        raise InvalidInput(wrong)
    return int(size)


def tag(response: HttpResponse, version: int, shown: Schema) -> str:
    """Put the tag of the record on the answer: its version, and a sum of what is shown, which may change without it."""
    made = f'"{version}-{crc32(shown.model_dump_json().encode()):08x}"'
    response.headers["ETag"] = made
    return made


def tagged(request: HttpRequest, response: HttpResponse, version: int, shown: Shown) -> Shown | HttpResponse:
    """The record with its tag, or 304 where the caller holds it already (If-None-Match)."""
    made = tag(response, version, shown)
    held = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    if made not in held and "*" not in held:
        return shown
    unchanged = HttpResponse(status=304)
    unchanged.headers["ETag"] = made
    return unchanged


def given_version(request: HttpRequest) -> int | None:
    """The version a write says it changes (If-Match), or None where it says nothing.

    Raises:
        Preconditions: it is not one of our tags.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        return None
    number = given.removeprefix("W/").strip('"').partition("-")[0]
    if not (number.isascii() and number.isdecimal() and len(number) < 10):  # noqa: PLR2004 - a database integer
        raise Preconditions(_("The If-Match header is not an ETag of this service."))
    return int(number)


def required_version(request: HttpRequest) -> int:
    """The version a write says it changes; writes to facts must say one.

    Raises:
        PreconditionMissing: there is no If-Match header.
        Preconditions: it is not one of our tags.
    """
    given = given_version(request)
    if given is None:
        raise PreconditionMissing(_("Say which version you change: send the ETag of the record as If-Match."))
    return given
