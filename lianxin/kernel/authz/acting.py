"""Acting: while an actor works, the database lets through what that actor's permissions reach, and nothing else."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from lianxin.kernel.authz.actor import Actor, Reach
from lianxin.kernel.authz.permissions import all_permissions
from lianxin.kernel.db.row_security import ANYWHERE, reach_name
from lianxin.kernel.db.scope import EXACTLY, Scope, reach_names, scoped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lianxin.kernel.authz.roles import Role

Given = ParamSpec("Given")
Returned = TypeVar("Returned")

LOOKING = frozenset({"view", "see", "read", "export", "reveal"})
"""Verbs of permissions that change nothing in what they name."""


@contextmanager
def acting(actor: Actor) -> Iterator[None]:
    """Let the work inside see and change the rows that the actor's permissions reach."""
    with scoped(scope_of(actor)):
        yield


def acting_as_system(work: str) -> Callable[[Callable[Given, Returned]], Callable[Given, Returned]]:
    """For work of the product itself that serves all organisations (jobs, commands); `work` says which."""

    def decorate(function: Callable[Given, Returned]) -> Callable[Given, Returned]:
        @wraps(function)
        def with_scope(*args: Given.args, **named: Given.kwargs) -> Returned:
            with acting(Actor.system(work)):
                return function(*args, **named)

        with_scope.acts_as = work  # type: ignore[attr-defined] # read by the test that every job says so
        return with_scope

    return decorate


def scope_of(actor: Actor) -> Scope:
    """What row security lets the actor see."""
    if actor.is_system:
        return Scope.EVERYTHING
    if not (actor.account_id or actor.member_id or actor.reaches):
        return Scope.NOTHING
    return Scope(
        account=actor.account_id,
        member=actor.member_id,
        reaches=_reaches(actor.reaches, actor.only),
    )


@lru_cache(maxsize=1024)
def _reaches(reaches: tuple[Reach, ...], only: frozenset[str] | None) -> tuple[tuple[str, tuple[str, ...]], ...]:
    found: dict[str, dict[str, None]] = {name: {} for name in reach_names}
    by_role: dict[Role, list[Reach]] = {}
    for one in reaches:
        by_role.setdefault(one.role, []).append(one)
    for permission in all_permissions():
        if only is not None and permission.name not in only:
            continue
        changing = permission.name.rpartition(":")[2] not in LOOKING
        names = [name for name in _names(permission.name, changing=changing) if name in found]
        paths = [_told(one) for role in permission.roles for one in by_role.get(role, ())]
        for name in names:
            found[name].update(dict.fromkeys(paths))
    return tuple(
        (name, tuple(sorted(paths, key=lambda path: (len(path), path)))) for name, paths in sorted(found.items())
    )


def _names(permission: str, *, changing: bool) -> Iterator[str]:
    module, _, thing = permission.partition(".")
    for beginning in (module, f"{module}.{thing.partition(':')[0]}", permission):
        yield reach_name(beginning, changing=False)
        if changing:
            yield reach_name(beginning, changing=True)
    yield ANYWHERE


def _told(reach: Reach) -> str:
    return reach.path if reach.below else reach.path + EXACTLY
