"""The scope of the work in hand: what row security lets it see, told to the database in each transaction.

Whoever opens a door (a request, a job, a command) binds the scope with `scoped`. The wrapper around every statement
hands it to PostgreSQL as settings that end with the transaction, so a connection that goes back to a pool, ours or
PgBouncer's, carries nothing over. Where nobody bound a scope the settings are empty and guarded tables are empty too.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import transaction
from psycopg.pq import TransactionStatus

from lianxin.kernel.db.paths import end_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from uuid import UUID

PREFIX = "lianxin."
TELL = "SELECT set_config(name, value, true) FROM unnest(%s::text[], %s::text[]) AS told(name, value)"
NOT_IN_A_TRANSACTION = ("VACUUM", "CREATE DATABASE", "DROP DATABASE")
AFTER_ITSELF = " "
"""Sorts before each letter of a path."""
EXACTLY = "."
"""Ends a path in a reach that covers the node alone; policies compare with the row's path and this mark behind it."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What policies ask: whether everything is seen, whose account and record this is, and the reaches by name."""

    everything: bool = False
    account: UUID | None = None
    member: UUID | None = None
    reaches: tuple[tuple[str, tuple[str, ...]], ...] = ()

    NOTHING: ClassVar[Scope]
    EVERYTHING: ClassVar[Scope]

    def settings(self) -> dict[str, str]:
        """What policies ask, by the name of the setting; what is empty is left out, but the reach from the very top."""
        told = {
            "everything": "on" if self.everything else "",
            "account": str(self.account or ""),
            "member": str(self.member or ""),
        }
        whole = tuple((name, ("",)) for name in sorted(reach_names)) if self.everything else ()
        for name, paths in whole or self.reaches:
            if paths:
                first, *others = paths
                told[f"{name}_from"] = first.removesuffix(EXACTLY)
                told[f"{name}_to"] = _end(first)
                told[f"{name}_others"] = _array(others)
        return {PREFIX + name: value for name, value in told.items() if value or name.endswith("_from")}


def _every_name() -> list[str]:
    names = ["everything", "account", "member"]
    names += [f"{name}_{part}" for name in sorted(reach_names) for part in ("from", "to", "others")]
    return [PREFIX + name for name in names]


Scope.NOTHING = Scope()
Scope.EVERYTHING = Scope(everything=True)


def _end(reach: str) -> str:
    """The first text after the reach: after all below it, or right after the node alone."""
    return reach.removesuffix(EXACTLY) + AFTER_ITSELF if reach.endswith(EXACTLY) else end_of(reach)


def _array(paths: Sequence[str]) -> str:
    return "{" + ",".join(f'"{path}"' for path in paths) + "}" if paths else ""


reach_names: set[str] = set()
"""The reaches that policies ask for; `lianxin.kernel.db.row_security` fills it as modules declare their guards."""

_bound: ContextVar[Scope] = ContextVar("scope", default=Scope.NOTHING)


@contextmanager
def scoped(scope: Scope) -> Iterator[None]:
    """Let the work inside see what `scope` says; afterwards it is as before."""
    token = _bound.set(scope)
    try:
        yield
    finally:
        _bound.reset(token)


def begin_with(scope: Scope) -> None:
    """Let this process see what `scope` says from now on; for console commands, whose only door is their beginning."""
    _bound.set(scope)


def present_scope() -> Scope:
    """The scope of the work in hand."""
    return _bound.get()


def tell_scope(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Mapping[str, Any]) -> Any:  # noqa: FBT001 - Django's signature
    """Around every statement: the transaction knows the scope before the statement runs.

    A statement outside a transaction gets one of its own, for the settings must end with it. After a rollback to a
    savepoint the settings are what they were at the savepoint, so they are told again.
    """
    connection = context["connection"]
    text = sql if isinstance(sql, str) else ""  # composed statements are never a savepoint
    if text.startswith("ROLLBACK TO"):
        connection.told_scope = None
        return execute(sql, params, many, context)
    if connection.in_atomic_block:
        _tell(connection, _bound.get())
        return execute(sql, params, many, context)
    if _bound.get() is Scope.NOTHING or not connection.get_autocommit() or text.startswith(NOT_IN_A_TRANSACTION):
        return execute(sql, params, many, context)
    with transaction.atomic(using=connection.alias):
        _tell(connection, _bound.get())
        return execute(sql, params, many, context)


def _tell(connection: Any, scope: Scope) -> None:
    status = connection.connection.info.transaction_status
    if status == TransactionStatus.INERROR:  # the statement will say so
        return
    is_new = status == TransactionStatus.IDLE
    told = Scope.NOTHING if is_new else getattr(connection, "told_scope", None)
    if told != scope:
        # In a new transaction nothing is set; within one, what another scope has set goes.
        settings = scope.settings() if is_new else dict.fromkeys(_every_name(), "") | scope.settings()
        with connection.wrap_database_errors:  # else Django would not know that the connection is lost
            connection.connection.execute(TELL, [list(settings), list(settings.values())])
    connection.told_scope = scope


def wrap_statements(*, connection: Any, **_: Any) -> None:
    """Put the wrapper around the statements of a new connection; receiver of `connection_created`."""
    if tell_scope not in connection.execute_wrappers:
        connection.execute_wrappers.insert(0, tell_scope)
