"""Every operation of the service declares its permission at its door, as every screen does."""

from typing import Any

import pytest
from ninja import NinjaAPI, Router

from lianxin.api.doors import operations
from lianxin.api.service import api
from lianxin.kernel.authz import permission
from lianxin.kernel.rest import endpoint


def undeclared(service: NinjaAPI) -> list[str]:
    """Operations that ask for no token, or whose view names no declared permission."""
    wrong = []
    for path, operation in operations(service):
        try:
            permission(getattr(operation.view_func, "permission", ""))
        except KeyError:
            wrong.append(f"{operation.methods} {path}")
            continue
        if not operation.auth_callbacks:
            wrong.append(f"{operation.methods} {path}: no token")
    return wrong


def test_every_operation_declares_what_it_needs() -> None:
    assert len(list(operations(api))) > 20
    assert undeclared(api) == []


def _view(request: Any) -> None:
    return None


@pytest.mark.parametrize(
    ("view", "options"),
    [
        (_view, {"auth": lambda _request: True}),
        (endpoint("members.member:fly")(_view), {"auth": lambda _request: True}),
        (endpoint("members.member:view")(_view), {}),
    ],
)
def test_a_planted_operation_without_declaration_or_token_is_found(view: Any, options: dict[str, Any]) -> None:
    planted = NinjaAPI(urls_namespace="planted")
    router = Router()
    router.get("/planted", **options)(view)
    planted.add_router("", router)
    assert len(undeclared(planted)) == 1


def test_a_declared_operation_passes() -> None:
    sound = NinjaAPI(urls_namespace="sound", auth=lambda _request: True)
    router = Router()
    router.get("/sound")(endpoint("members.member:view")(_view))
    sound.add_router("", router)
    assert undeclared(sound) == []
