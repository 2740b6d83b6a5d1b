"""Row security: for every table of ours who sees, adds and changes its rows, enforced by PostgreSQL (decision 7).

Each module says so in its `row_security.py`, once for every model: `guard` where rows belong to a place, a member or
an account, `leave_open` with the reason where they do not. `install` turns the guards into policies after migrating.

The application role is subject to them; the owner, who migrates and backs up, is not. Conditions are SQL in which
columns of the guarded table stand alone. What they ask is a parameter computed once for each statement:

    reach("organisation_path", "members.")       the actor holds some permission `members.…` there
    changeable("organisation_path", "members.")  one of those that change something
    anywhere("path")                             any permission at all
    own_account("account_id")                    it is theirs
    with_parent("member_id", Member)             whoever sees the parent's row

A policy is a filter, not a way in: the way in is the range of the path that the query itself asks for.
docs/decisions/row-security.md says which forms were measured.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db import transaction
from psycopg import sql

from lianxin.kernel.db.scope import EXACTLY, PREFIX, reach_names

if TYPE_CHECKING:
    from django.db.models import Model

ANYWHERE = "any"


def _setting(name: str) -> str:
    """A setting of the scope, read once for each statement; NULL or empty where nothing was told."""
    return f"(SELECT current_setting('{PREFIX}{name}', true))"


def _value(name: str, kind: str) -> str:
    return f"(SELECT nullif(current_setting('{PREFIX}{name}', true), ''))::{kind}"


EVERYTHING = f"{_setting('everything')} = 'on'"
FUNCTIONS = f"""
CREATE OR REPLACE FUNCTION kernel_account() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('{PREFIX}account', true), '')::uuid
$$;
CREATE OR REPLACE FUNCTION kernel_member() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('{PREFIX}member', true), '')::uuid
$$;
"""
OWN_TRIGGERS = """
SELECT DISTINCT t.tgfoid::regprocedure::text FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_proc f ON f.oid = t.tgfoid
WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace AND f.proname NOT LIKE 'procrastinate%'
    AND f.proowner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
"""
"""Triggers keep what must hold for all rows (counts, places, one membership each), whoever caused them to run."""


@dataclass(frozen=True, slots=True)
class Guard:
    """The conditions of a table's policies."""

    model: type[Model]
    sees: str
    adds: str
    changes: str


_guards: dict[type[Model], Guard] = {}
_open: dict[type[Model], str] = {}
_windows: dict[str, str] = {}


def guard(model: type[Model], *, sees: str, changes: str, adds: str | None = None) -> None:
    """Declare who sees rows of a table, who changes and removes them, and who adds them (else: who changes them).

    The product itself (`Scope.EVERYTHING`) may do all three without being named.
    """
    _guards[model] = Guard(model, sees, changes if adds is None else adds, changes)


def widen(model: type[Model], *, sees: str) -> None:
    """Let rows of a module below be seen for a reason that only a module above knows."""
    held = _guards[model]
    _guards[model] = replace(held, sees=either(held.sees, sees))


def leave_open(*models: type[Model], why: str) -> None:
    """Declare that rows of these tables belong to no organisation, member or account, and why that is right."""
    _open.update(dict.fromkeys(models, why))


def window(function: str, *, returns: str, body: str) -> None:
    """A question past row security that a module must be able to ask, as narrow as it can be.

    `function` is the name with its arguments, `body` the SQL. It runs as the owner, so it answers with what anybody who
    can call it may know, or asks the reach itself.
    """
    _windows[function] = (
        f"CREATE OR REPLACE FUNCTION {function} RETURNS {returns} LANGUAGE sql STABLE SECURITY DEFINER "
        f"SET search_path = public AS $$ {body} $$"
    )


def guards() -> dict[type[Model], Guard]:
    """Every declared guard."""
    return dict(_guards)


def left_open() -> dict[type[Model], str]:
    """Every table left open, with the reason."""
    return dict(_open)


def either(*conditions: str) -> str:
    """One of the conditions holds."""
    return " OR ".join(f"({condition})" for condition in conditions)


def reach(column: str, permissions: str, *, changing: bool = False) -> str:
    """The path in `column` lies where the actor holds a permission whose name begins so.

    Nearly everybody has one reach: two comparisons decide. Further ones are compared by prefix.
    """
    return _reach(column, reach_name(permissions, changing=changing))


def changeable(column: str, permissions: str) -> str:
    """The path in `column` lies where the actor holds such a permission that changes something."""
    return reach(column, permissions, changing=True)


def anywhere(column: str) -> str:
    """The path in `column` lies where the actor holds any permission."""
    return _reach(column, ANYWHERE)


def _reach(column: str, name: str) -> str:
    reach_names.add(name)
    # CASE, not OR: the planner then expects half of the rows to pass, which suits queries that keep to their reach. Of
    # two comparisons with what it cannot know it would expect next to none, and plan for that.
    return (
        f"CASE WHEN {column} >= {_setting(f'{name}_from')} AND {column} < {_setting(f'{name}_to')} THEN true"
        f" ELSE ({column} || '{EXACTLY}') ^@ ANY ({_value(f'{name}_others', 'text[]')}) END"
    )


def own_account(column: str) -> str:
    """The account in `column` is the actor's."""
    return f"{column} = {_value('account', 'uuid')}"


def own_member(column: str) -> str:
    """The member in `column` is the actor."""
    return f"{column} = {_value('member', 'uuid')}"


def with_parent(column: str, parent: type[Model], condition: str = "true") -> str:
    """The actor sees the row of `parent` that `column` names; `condition` may ask more of its columns (`p.…`)."""
    table = parent._meta.db_table  # noqa: SLF001 - Django's documented model API
    key = parent._meta.pk.column  # noqa: SLF001 - the same
    return f"EXISTS (SELECT 1 FROM {table} p WHERE p.{key} = {column} AND ({condition}))"  # noqa: S608 - names of ours


def reach_name(permissions: str, *, changing: bool) -> str:
    """The setting of a reach: the beginning of the permissions' names, and whether only those that change count."""
    return permissions.strip(".:").replace(".", "_").replace(":", "_") + ("_changing" if changing else "")


def install(connection: Any) -> None:
    """Make the database enforce the guards, all at once; run by the owner after migrating, as often as one likes.

    Tables of ours that are not guarded (any more) lose their policies.
    """
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        cursor.execute(FUNCTIONS)
        for statement in _windows.values():
            cursor.execute(statement)
        cursor.execute(
            "SELECT c.relname, p.polname FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid "
            "WHERE c.relnamespace = 'public'::regnamespace"
        )
        for table, policy in cursor.fetchall():
            cursor.execute(sql.SQL("DROP POLICY {} ON {}").format(sql.Identifier(policy), sql.Identifier(table)))
        cursor.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relrowsecurity")
        wanted = {one.model._meta.db_table for one in _guards.values()}  # noqa: SLF001 - Django's documented model API
        for (table,) in cursor.fetchall():
            if table not in wanted:
                cursor.execute(sql.SQL("ALTER TABLE {} DISABLE ROW LEVEL SECURITY").format(sql.Identifier(table)))
        for one in _guards.values():
            for statement in _statements(one):
                cursor.execute(statement)
        cursor.execute(OWN_TRIGGERS)
        for (signature,) in cursor.fetchall():
            cursor.execute(f"ALTER FUNCTION {signature} SECURITY DEFINER SET search_path = public")


def _statements(one: Guard) -> list[str]:
    table = one.model._meta.db_table  # noqa: SLF001 - Django's documented model API
    sees, adds, changes = (_or_everything(text) for text in (one.sees, one.adds, one.changes))
    return [
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"CREATE POLICY sees ON {table} FOR SELECT USING ({sees})",
        f"CREATE POLICY adds ON {table} FOR INSERT WITH CHECK ({adds})",
        # Whoever sees a row may lock it, for an act looks before it refuses; changing it unpermitted is an error.
        f"CREATE POLICY changes ON {table} FOR UPDATE USING ({sees}) WITH CHECK ({changes})",
        f"CREATE POLICY removes ON {table} FOR DELETE USING ({changes})",
    ]


def _or_everything(condition: str) -> str:
    """The product itself passes: its reach is the whole tree, so only where no reach is asked something is added."""
    return condition if "_from', true)" in condition else f"({condition}) OR {EVERYTHING}"
