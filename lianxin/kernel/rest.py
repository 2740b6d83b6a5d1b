"""What every REST endpoint stands on: a declared permission, keyset pages, ETags, one query's parameters."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from ninja import Schema

from lianxin.kernel.authz import Actor
from lianxin.kernel.authz import permission as declared
from lianxin.kernel.errors import NotPermitted, Refusal, Sentence

Extra = ParamSpec("Extra")
Answer = TypeVar("Answer")


class ApiRequest(HttpRequest):
    """A request whose token has been turned into an actor; for type checking only."""

    auth: Actor


class Problem(Schema):
    """What went wrong, as RFC 9457 wants it told (application/problem+json)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    errors: dict[str, list[str]] | None = None


PROBLEMS = {code: Problem for code in (400, 401, 403, 404, 409, 412, 422, 428, 429)}
"""The answers every endpoint may give instead; spread into an operation's `response`."""


class Preconditions(Refusal):
    """A write named no version, or one that is no longer current."""

    status = 412


class PreconditionMissing(Refusal):
    """A write must say which version it changes."""

    status = 428


def endpoint(name: str) -> Callable[[Callable[Concatenate[Any, Extra], Answer]], Callable[Concatenate[Any, Extra], Answer]]:
    """Open an endpoint to tokens whose account holds the permission somewhere; reads and acts decide where."""

    def wrap(view: Callable[Concatenate[Any, Extra], Answer]) -> Callable[Concatenate[Any, Extra], Answer]:
        @wraps(view)
        def door(request: Any, *args: Extra.args, **kwargs: Extra.kwargs) -> Answer:
            wanted = declared(name)
            if not wanted.own and not request.auth.may_somewhere(name):
                sentence: Sentence = _("This needs the permission “%(permission)s”, which the token does not have.")
                raise NotPermitted(str(sentence) % {"permission": name})
            return view(request, *args, **kwargs)

        door.permission = name  # type: ignore[attr-defined]
        return door

    return wrap


def etag(version: int) -> str:
    """The entity tag of a record's version."""
    return f'"{version}"'


def tag(response: HttpResponse, version: int) -> None:
    """Put the record's version on the answer."""
    response.headers["ETag"] = etag(version)


def is_unchanged(request: HttpRequest, version: int) -> bool:
    """Whether the caller already holds this version (If-None-Match)."""
    held = [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]
    return etag(version) in held or "*" in held


def required_version(request: HttpRequest) -> int:
    """The version a write says it changes (If-Match).

    Raises:
        PreconditionMissing: there is no If-Match header.
        Preconditions: it is not one of our tags.
    """
    given = request.headers.get("If-Match", "")
    if not given:
        raise PreconditionMissing(_("Say which version you change: send the ETag of the record as If-Match."))
    text = given.strip().removeprefix("W/").strip('"')
    if not text.isdecimal():
        raise Preconditions(_("The If-Match header is not an ETag of this service."))
    return int(text)


def check_version(request: HttpRequest, current: int) -> None:
    """Let a write go on only if it changes the current version.

    Raises:
        PreconditionMissing, Preconditions: see `required_version`; or the record has changed since.
    """
    if required_version(request) != current:
        raise Preconditions(_("The record has changed since you read it. Read it again and repeat the change."))


