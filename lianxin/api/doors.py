"""The operations of the service, and the permissions that a token can carry for them."""

from collections.abc import Iterator

from ninja import NinjaAPI
from ninja.operation import Operation

from lianxin.api.service import api
from lianxin.kernel.authz import Actor, Permission
from lianxin.kernel.authz import permission as declared


def operations(service: NinjaAPI = api) -> Iterator[tuple[str, Operation]]:
    """Every operation with its address below the service."""
    for router in service._get_bound_routers():  # noqa: SLF001 - ninja's own OpenAPI walk begins here too
        for path, view in router.path_operations.items():
            for operation in view.operations:
                yield f"{router.prefix}{path}", operation


def offered(actor: Actor) -> list[Permission]:
    """The permissions that endpoints ask for and the actor holds somewhere, by name."""
    asked = sorted({operation.view_func.permission for _path, operation in operations()})  # type: ignore[attr-defined]
    return [declared(name) for name in asked if actor.may_somewhere(name)]
