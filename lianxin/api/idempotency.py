"""A write sent twice with one Idempotency-Key is done once; the second time the kept answer is sent.

1. The key is kept in the same transaction as what the write does: both are there, or neither.
2. A second request with the key waits for the first (unique index), then gets its answer.
3. The same key with another request is refused (422).
4. Kept answers are sealed, for they may hold personal data, and removed after 24 hours.
"""

import base64
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lianxin.api.authentication import token_of
from lianxin.api.models import KeptAnswer, Token
from lianxin.api.problems import SERVICE, problem
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.kernel.rest import WRITES
from lianxin.kernel.time import now

LONGEST_KEY = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
KEPT_FOR = timedelta(hours=24)
SERVER_FAULT = 500
NOT_DONE = {401, 429}
"""Refusals about the moment, not about the request: sent again, it is tried again."""


class _Undone(Exception):  # noqa: N818 - carries an answer out of the transaction
    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


class IdempotencyMiddleware:
    """Guards writes to the service that carry a key."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, once."""
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in WRITES or not request.path.startswith(SERVICE):
            return self.answer(request)
        if len(key) > LONGEST_KEY:
            return problem(400, _("The Idempotency-Key is longer than 255 characters."))
        with acting(Actor.system("finding a token")):
            token = token_of(request)
        digest = digest_of_request(request)
        if token is None or digest is None:
            return self.answer(request)
        with acting(Actor(name=token.account.name, account_id=token.account_id)):
            try:
                return self._once(request, token, key, digest)
            except _Undone as undone:
                return undone.answer
            except IntegrityError:
                return _again(token, key, digest)

    def _once(self, request: HttpRequest, token: Token, key: str, digest: bytes) -> HttpResponse:
        if KeptAnswer.objects.filter(token=token, key=key).exists():
            return _again(token, key, digest)
        with transaction.atomic():
            kept = KeptAnswer.objects.create(token=token, key=key, request_digest=digest, at=now())
            answer = self.answer(request)
            if answer.status_code >= SERVER_FAULT or answer.status_code in NOT_DONE:
                raise _Undone(answer)
            kept.status = answer.status_code
            kept.headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
            kept.body = base64.b64encode(answer.content).decode()
            kept.save()
        return answer


def digest_of_request(request: HttpRequest) -> bytes | None:
    """What makes a request the same: method, address, body, and the version it changes; None for too large a body."""
    parts = (str(request.method), request.get_full_path(), request.headers.get("If-Match", ""))
    try:
        return sha256(b"\x00".join((*(part.encode() for part in parts), request.body))).digest()
    except RequestDataTooBig:
        return None


def _again(token: Token, key: str, digest: bytes) -> HttpResponse:
    kept = KeptAnswer.objects.filter(token=token, key=key).first()
    if kept is None:
        return problem(409, _("A request with this Idempotency-Key is being worked on. Repeat it in a moment."))
    if bytes(kept.request_digest) != digest:
        return problem(422, _("This Idempotency-Key was used for another request. Use a new one for a new request."))
    answer = HttpResponse(_opened(kept.body), status=kept.status)
    for name, value in kept.headers.items():
        answer.headers[name] = value
    answer.headers["Idempotency-Replayed"] = "true"
    return answer


def _opened(body: Sealed | None) -> bytes:
    return b"" if body is None else base64.b64decode(body.reveal())


def forget_answers(*, at: datetime) -> int:
    """Remove answers kept longer than 24 hours; how many."""
    count, _by_model = KeptAnswer.objects.filter(at__lt=at - KEPT_FOR).delete()
    return count
