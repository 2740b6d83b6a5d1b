"""The request as our views see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor


class Request(HttpRequest):
    """A request with the actor and htmx details that the middleware put there; for type checking only."""

    actor: Actor
    htmx: HtmxDetails
    user: Account
