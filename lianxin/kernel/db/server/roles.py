"""The two roles: `lianxin_owner` owns the schema and migrates, `lianxin_app` owns nothing and may not truncate."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, LiteralString

import psycopg
from psycopg import sql

from lianxin.kernel.db.server.addresses import APP_ROLE, DATABASE, OWNER_ROLE, addresses
from lianxin.kernel.db.server.problem import ServerProblem

if TYPE_CHECKING:
    from psycopg import Connection

    Conn = Connection[tuple[Any, ...]]

OLDEST_MAJOR_VERSION = 15

_FUTURE = "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} IN SCHEMA public "
_RIGHTS: tuple[LiteralString, ...] = (
    "REVOKE ALL ON SCHEMA public FROM PUBLIC",
    "REVOKE CREATE ON SCHEMA public FROM {app}",
    "GRANT USAGE ON SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC",
    _FUTURE + "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    _FUTURE + "GRANT USAGE, SELECT ON SEQUENCES TO {app}",
    _FUTURE + "GRANT EXECUTE ON FUNCTIONS TO {app}",
)


def prepare_cluster(superuser_url: str) -> None:
    """Create roles and database on the embedded server; does nothing to what is already there.

    template1 receives the same rights, so that every database made later (tests, restore) has them from the start.
    """
    with psycopg.connect(superuser_url, autocommit=True) as connection:
        _create_role(connection, OWNER_ROLE, createdb=True)
        _create_role(connection, APP_ROLE, createdb=False)
        _hand_schema_to_owner(connection)
        _grant(connection, owner=OWNER_ROLE, app=APP_ROLE)
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER_ROLE))
            )
        close_database(connection, DATABASE)


def close_database(connection: Conn, database: str, app: str = APP_ROLE) -> None:
    """Let only the owner and the application role into `database`, in UTC; the application may not make tables.

    Not even temporary ones.
    """
    name, role = sql.Identifier(database), sql.Identifier(app)
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(name))
    connection.execute(sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(name, role))
    connection.execute(sql.SQL("ALTER DATABASE {} SET timezone TO 'UTC'").format(name))


def prepare(url: str) -> list[str]:
    """Prepare a server of your own, as far as the role in `url` is permitted to.

    Args:
        url: Address for the role that owns the schema.

    Returns:
        Sentences about what could not be done and what to ask the administrator for; empty when all is well.

    Raises:
        ServerProblem: The server does not answer, or is older than PostgreSQL 15.
    """
    app = _user(addresses().app) if not addresses().embedded else APP_ROLE
    remarks: list[str] = []
    with connect(url) as connection:
        connection.autocommit = True
        require_version(connection)
        owner = connection.info.user
        if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [app]).fetchone():
            try:
                _create_role(connection, app, createdb=False)
            except psycopg.errors.InsufficientPrivilege:
                remarks.append(f"The role {app} does not exist: ask the administrator for CREATE ROLE {app} LOGIN.")
                return remarks
        if owner == app:
            remarks.append(
                "The application uses the role that owns the tables, so the database cannot stop it from changing "
                "them: name a second role in LIANXIN_OWNER_DATABASE_URL."
            )
        try:
            close_database(connection, connection.info.dbname, app)
        except psycopg.errors.InsufficientPrivilege:
            remarks.append(
                f"{owner} does not own the database {connection.info.dbname}: ask the administrator for "
                f"ALTER DATABASE {connection.info.dbname} OWNER TO {owner}."
            )
        try:
            grant_app_privileges(connection)
        except psycopg.errors.InsufficientPrivilege:
            remarks.append(
                f"{owner} may not grant rights in the schema public: ask the administrator for "
                f"ALTER SCHEMA public OWNER TO {owner}."
            )
    return remarks


def grant_app_privileges(owner_connection: Any) -> None:
    """Give the application role its rights in the schema `public`; call it before and after migrating.

    Reading, adding, changing and deleting rows, using sequences, executing functions; neither TRUNCATE nor REFERENCES
    nor TRIGGER nor CREATE. Future tables receive them at creation (default privileges). A table on which the
    application role has any right already is left alone: what a migration has taken away stays away. On tables guarded
    by a trigger named `append_only` (the event log) it may read and add only, whatever was granted before.

    Args:
        owner_connection: A connection of the owning role: psycopg's, or Django's wrapper around one.
    """
    if hasattr(owner_connection, "ensure_connection"):
        owner_connection.ensure_connection()
        owner_connection = owner_connection.connection
    configured = addresses()
    app = APP_ROLE if configured.embedded else _user(configured.app)
    _grant(owner_connection, owner=owner_connection.info.user, app=app)


def require_version(connection: Conn) -> None:
    """Refuse a server older than PostgreSQL 15."""
    major = connection.info.server_version // 10000
    if major < OLDEST_MAJOR_VERSION:
        raise ServerProblem(
            f"The database server is PostgreSQL {major}, but Lianxin needs {OLDEST_MAJOR_VERSION} or later.",
            "Upgrade the server, or unset LIANXIN_DATABASE_URL to use the PostgreSQL that comes with Lianxin.",
        )


def connect(url: str) -> Conn:
    """Connect to `url` or say in one sentence why it does not work.

    Raises:
        ServerProblem: No server there, wrong password, no such database.
    """
    try:
        return psycopg.connect(url, connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = str(error).strip().splitlines()[-1]
        raise ServerProblem(
            f"The database does not answer: {reason}.",
            "Check that the server runs and that the address, user and password in LIANXIN_DATABASE_URL are right.",
        ) from error


def _user(url: str) -> str:
    return str(psycopg.conninfo.conninfo_to_dict(url).get("user") or APP_ROLE)


def _create_role(connection: Conn, role: str, *, createdb: bool) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone():
        return
    right = sql.SQL("CREATEDB" if createdb else "NOCREATEDB")
    connection.execute(
        sql.SQL("CREATE ROLE {} LOGIN NOSUPERUSER NOCREATEROLE NOBYPASSRLS {}").format(sql.Identifier(role), right)
    )


def _hand_schema_to_owner(connection: Conn) -> None:
    connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(sql.Identifier(OWNER_ROLE)))


def _grant(connection: Conn, *, owner: str, app: str) -> None:
    names = {"owner": sql.Identifier(owner), "app": sql.Identifier(app)}
    if owner == app:
        return
    for statement in _RIGHTS:
        connection.execute(sql.SQL(statement).format(**names))
    without_rights = connection.execute(
        """
        SELECT c.relname, c.relkind = 'S'
        FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'S')
          AND pg_has_role(c.relowner, 'USAGE')
          AND NOT EXISTS (
              SELECT 1 FROM aclexplode(c.relacl) a WHERE a.grantee = (SELECT oid FROM pg_roles WHERE rolname = %s)
          )
        """,
        [app],
    ).fetchall()
    for relation, is_sequence in without_rights:
        statement = (
            "GRANT USAGE, SELECT ON SEQUENCE public.{relation} TO {app}"
            if is_sequence
            else "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE public.{relation} TO {app}"
        )
        connection.execute(sql.SQL(statement).format(relation=sql.Identifier(relation), **names))
    connection.execute(sql.SQL("GRANT EXECUTE ON ALL ROUTINES IN SCHEMA public TO {app}").format(**names))
    # Tables a migration has guarded by the trigger `append_only` (the event log) are added to and read, nothing more.
    append_only = connection.execute(
        """
        SELECT c.relname FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid
        WHERE c.relnamespace = 'public'::regnamespace AND t.tgname = 'append_only'
          AND pg_has_role(c.relowner, 'USAGE')
        """
    ).fetchall()
    for (relation,) in append_only:
        connection.execute(
            sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON TABLE public.{relation} FROM {app}").format(
                relation=sql.Identifier(relation), **names
            )
        )
