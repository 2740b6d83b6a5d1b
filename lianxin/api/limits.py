"""How often a token may ask.

Counted in the cache of each server process: with several processes each counts for itself.
"""

from time import time
from typing import TYPE_CHECKING, cast

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest
from ninja.throttling import BaseThrottle

if TYPE_CHECKING:
    from lianxin.kernel.rest import ApiRequest

RATES = ((100, 10), (6000, 3600))
"""(requests, seconds), where API_RATES says nothing else. Source: our own choice; a county is 100 pages of 200."""


class TokenThrottle(BaseThrottle):
    """At most so many requests of one token in each window; further ones are told to wait (429 with Retry-After).

    ninja's own throttle keeps its state on itself, which threads share; here the state is one counter in the cache.
    """

    def __init__(self, most: int, seconds: int) -> None:
        self.most = most
        self.seconds = seconds

    def allow_request(self, request: HttpRequest) -> bool:
        """Count the request. ninja asks only after the token was found valid."""
        actor = cast("ApiRequest", request).auth
        key = f"api:{self.seconds}:{int(time()) // self.seconds}:{actor.token_id}"
        cache.add(key, 0, timeout=2 * self.seconds)
        return cache.incr(key) <= self.most

    def wait(self) -> float:
        """Seconds until the next window begins."""
        return self.seconds - time() % self.seconds


def limits() -> list[BaseThrottle]:
    """A limit for the moment and one for the hour."""
    return [TokenThrottle(most, seconds) for most, seconds in getattr(settings, "API_RATES", RATES)]
