"""Which view a request leads to, for middleware that stands before it."""

from typing import Any

from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

KEPT = "_lx_leads_to"


def leads_to(request: HttpRequest) -> ResolverMatch | None:
    """What answers the request; None where nothing does. Found once for a request."""
    if not hasattr(request, KEPT):
        try:
            found = resolve(request.path_info, getattr(request, "urlconf", None))
        except Resolver404:
            found = None
        setattr(request, KEPT, found)
    kept: ResolverMatch | None = getattr(request, KEPT)
    return kept


def declared(request: HttpRequest, name: str) -> Any:
    """What the view of the request declares at its door under a name; None where nothing is declared, or no view is."""
    match = leads_to(request)
    return getattr(match.func, name, None) if match is not None else None
