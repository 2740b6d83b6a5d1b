"""From a signed-in account to an actor. The module that owns grants registers how (kernel knows no tree)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from lianxin.kernel.accounts.models import Account
    from lianxin.kernel.authz import Actor

_loader: Callable[[Account], Actor] | None = None


def load_actors_with(loader: Callable[[Account], Actor]) -> None:
    """Register how an account becomes an actor; called once, by the module that owns grants."""
    global _loader  # noqa: PLW0603 - one registration at start-up
    _loader = loader


def actor_of(account: Account) -> Actor:
    """The actor behind the account, with grants in force now."""
    if _loader is None:
        raise RuntimeError("No module has registered how accounts become actors.")
    return _loader(account)
