"""From a bearer token to an actor: the account's own reach, narrowed to the token's permissions."""

from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.security import HttpBearer

from lianxin.api.models import Token
from lianxin.kernel.accounts.gate import has_second_factor, needs_second_factor
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import NotPermitted
from lianxin.kernel.time import now
from lianxin.kernel.web.actors import actor_of

PREFIX = "lx_"
USE_NOTED_EVERY = timedelta(minutes=5)


def digest_of_token(text: str) -> bytes:
    """Under which a token is found; it is long and random, so a plain hash is enough."""
    return sha256(text.encode()).digest()


def token_of(request: HttpRequest) -> Token | None:
    """The valid token a request carries, if any."""
    scheme, _space, text = request.headers.get("Authorization", "").partition(" ")
    return find_token(text.strip()) if scheme.lower() == "bearer" else None


def find_token(text: str) -> Token | None:
    """The token, unless unknown, expired, revoked or of a closed account."""
    if not text.startswith(PREFIX):
        return None
    at = now()
    return (
        Token.objects.select_related("account")
        .filter(digest=digest_of_token(text), revoked_at__isnull=True, expires_at__gt=at, account__is_active=True)
        .first()
    )


class TokenAuthentication(HttpBearer):
    """Bearer tokens: `Authorization: Bearer lx_…`."""

    openapi_description = (
        "A token made under Account → Programs; it acts for its account, narrowed to some permissions."
    )

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002 - ninja's signature
        """The actor, or None for 401.

        Raises:
            NotPermitted: the account needs a second factor and has none; its tokens follow the same rule.
        """
        with acting(Actor.system("finding a token")):  # whose it is shows only when it is found
            found = find_token(token)
            if found is None:
                return None
            at = now()
            unnoted = Q(used_at__isnull=True) | Q(used_at__lt=at - USE_NOTED_EVERY)
            Token.objects.filter(unnoted, pk=found.pk).update(used_at=at)
            actor = actor_of(found.account)
            if needs_second_factor(actor) and not has_second_factor(found.account):
                raise NotPermitted(
                    _("The person behind this token must first set up a second factor: sign in and follow the page.")
                )
            return replace(actor, only=frozenset(found.permissions), token_id=found.id)
