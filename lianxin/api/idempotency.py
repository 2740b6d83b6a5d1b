"""A write sent twice with one Idempotency-Key is done once; the second time the kept answer is sent.

1. The key is kept in the same transaction as what the write does: both are there, or neither.
2. A second request with the key waits for the first (unique index), then gets its answer.
3. The same key with another request is refused (422).
"""

from collections.abc import Callable
from hashlib import sha256

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from lianxin.api.authentication import token_of
from lianxin.api.models import KeptAnswer, Token
from lianxin.api.service import problem
from lianxin.kernel.time import now

WRITES = {"POST", "PUT", "PATCH", "DELETE"}
LONGEST_KEY = 255
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
SERVER_FAULT = 500


class _Undone(Exception):  # noqa: N818 - carries an answer out of the transaction
    def __init__(self, answer: HttpResponse) -> None:
        super().__init__()
        self.answer = answer


class IdempotencyMiddleware:
    """Guards writes under /api/ that carry a key."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer the request, once."""
        key = request.headers.get("Idempotency-Key", "")
        if not key or request.method not in WRITES or not request.path.startswith("/api/"):
            return self.answer(request)
        if len(key) > LONGEST_KEY:
            return problem(400, _("The Idempotency-Key is longer than 255 characters."))
        token = token_of(request)
        if token is None:
            return self.answer(request)
        digest = sha256(b"\x00".join((str(request.method).encode(), request.get_full_path().encode(), request.body))).digest()
        try:
            return self._once(request, token, key, digest)
        except _Undone as undone:
            return undone.answer
        except IntegrityError:
            return self._again(token, key, digest)

    def _once(self, request: HttpRequest, token: Token, key: str, digest: bytes) -> HttpResponse:
        if KeptAnswer.objects.filter(token=token, key=key).exists():
            return self._again(token, key, digest)
        with transaction.atomic():
            kept = KeptAnswer.objects.create(token=token, key=key, request_digest=digest, at=now())
            answer = self.answer(request)
            if answer.status_code >= SERVER_FAULT:
                raise _Undone(answer)
            kept.status = answer.status_code
            kept.headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
            kept.body = answer.content
            kept.save()
        return answer

    def _again(self, token: Token, key: str, digest: bytes) -> HttpResponse:
        kept = KeptAnswer.objects.filter(token=token, key=key).first()
        if kept is None:
            return problem(409, _("A request with this Idempotency-Key is being worked on. Repeat it in a moment."))
        if bytes(kept.request_digest) != digest:
            return problem(422, _("This Idempotency-Key was used for another request. Use a new one for a new request."))
        answer = HttpResponse(bytes(kept.body), status=kept.status)
        for name, value in kept.headers.items():
            answer.headers[name] = value
        answer.headers["Idempotency-Replayed"] = "true"
        return answer
