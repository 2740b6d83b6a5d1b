"""Every screen, endpoint and job says what it needs: a declared permission, or why it is public."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, URLResolver, get_resolver, path

from lianxin.kernel.authz import permission
from lianxin.kernel.web.screens import public, screen

# Pages of libraries we mount: they decide for the signed-in person's own account only.
LIBRARIES = ("allauth.", "django.contrib.staticfiles.")


def routes(resolver: Any, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for entry in resolver.url_patterns:
        if isinstance(entry, URLResolver):
            yield from routes(entry, prefix + str(entry.pattern))
        elif isinstance(entry, URLPattern):
            yield prefix + str(entry.pattern), entry.callback


def undeclared(resolver: Any) -> list[str]:
    """Routes whose view names no declared permission and no reason to be public."""
    wrong = []
    for route, view in routes(resolver):
        module = getattr(view, "__module__", "")
        if getattr(view, "public", "") or module.startswith(LIBRARIES) or route.startswith("api/"):
            continue
        try:
            permission(getattr(view, "permission", ""))
        except KeyError:
            wrong.append(f"{route} ({module}.{getattr(view, '__name__', view)})")
    return wrong


def test_every_screen_declares_what_it_needs() -> None:
    assert undeclared(get_resolver()) == []


class _Planted:
    def __init__(self, view: Any) -> None:
        self.url_patterns = [path("planted/", view)]


def _view(_request: HttpRequest) -> HttpResponse:
    return HttpResponse()


@pytest.mark.parametrize("view", [_view, screen("members.member:fly")(_view)])
def test_a_planted_undeclared_screen_is_found(view: Any) -> None:
    assert len(undeclared(_Planted(view))) == 1


@pytest.mark.parametrize("view", [public("a test")(_view), screen("members.member:view")(_view)])
def test_a_declared_screen_passes(view: Any) -> None:
    assert undeclared(_Planted(view)) == []
