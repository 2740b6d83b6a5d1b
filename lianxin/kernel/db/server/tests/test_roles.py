from __future__ import annotations

from typing import TYPE_CHECKING

import psycopg
import pytest

from lianxin.kernel.db.server import ensure_running, grant_app_privileges, prepare, stop
from lianxin.kernel.db.server.addresses import embedded_url

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from lianxin.kernel.db.server import Server


@pytest.fixture(scope="module")
def server(lasting_place: Path) -> Iterator[Server]:
    running = ensure_running(lasting_place / "var")
    with psycopg.connect(running.url("owner")) as owner:
        owner.execute("CREATE TABLE village (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text)")
        owner.execute("CREATE SEQUENCE receipt")
        owner.execute("CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n * 2'")
    yield running
    stop(running.var)


@pytest.fixture
def app(server: Server) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.url("app"), autocommit=True) as connection:
        yield connection


def test_the_application_reads_adds_changes_and_deletes_rows(app):
    app.execute("INSERT INTO village (name) VALUES ('利津')")
    app.execute("UPDATE village SET name = '东津'")
    assert app.execute("SELECT name FROM village").fetchall() == [("东津",)]
    app.execute("DELETE FROM village")
    assert app.execute("SELECT nextval('receipt'), twice(4)").fetchone() == (1, 8)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE mine (n integer)",
        "CREATE TEMPORARY TABLE mine (n integer)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION mine() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        "ALTER TABLE village ADD COLUMN secret text",
        "ALTER TABLE village OWNER TO lianxin_app",
        "TRUNCATE village",
        "DROP TABLE village",
        "CREATE TRIGGER t BEFORE INSERT ON village FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()",
        "CREATE INDEX ON village (name)",
        "ALTER TABLE village DISABLE ROW LEVEL SECURITY",
        "SET ROLE lianxin_owner",
        "SET SESSION AUTHORIZATION lianxin_owner",
        "CREATE ROLE friend",
        "CREATE DATABASE other",
        "COPY village TO PROGRAM 'cat'",
    ],
)
def test_the_application_may_not(app, statement):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(statement)


def test_the_application_owns_nothing(server):
    with psycopg.connect(server.url("superuser")) as connection:
        owned = connection.execute(
            "SELECT count(*) FROM pg_shdepend WHERE deptype = 'o' AND refobjid = 'lianxin_app'::regrole"
        ).fetchone()
    assert owned == (0,)


def test_row_security_binds_the_application(server, app):
    with psycopg.connect(server.url("owner")) as owner:
        owner.execute("CREATE TABLE guarded (n integer)")
        owner.execute("INSERT INTO guarded VALUES (1)")
        owner.execute("ALTER TABLE guarded ENABLE ROW LEVEL SECURITY")
    assert app.execute("SELECT count(*) FROM guarded").fetchone() == (0,)


def test_what_a_migration_took_away_stays_away(server, app):
    with psycopg.connect(server.url("owner")) as owner:
        owner.execute("CREATE TABLE entry (n integer)")
        owner.execute("REVOKE UPDATE, DELETE ON entry FROM lianxin_app")
        grant_app_privileges(owner)
    app.execute("INSERT INTO entry VALUES (1)")
    for statement in ("UPDATE entry SET n = 2", "DELETE FROM entry"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute(statement)


def test_a_table_without_any_grant_receives_them(server, app):
    with psycopg.connect(server.url("owner")) as owner:
        owner.execute("CREATE TABLE restored (n integer)")
        owner.execute("REVOKE ALL ON restored FROM lianxin_app")
        grant_app_privileges(owner)
    app.execute("INSERT INTO restored VALUES (1)")


def test_a_database_made_later_has_the_same_rights(server):
    with psycopg.connect(server.url("owner"), autocommit=True) as owner:
        owner.execute("CREATE DATABASE later")
    with psycopg.connect(server.url("owner", "later")) as owner:
        owner.execute("CREATE TABLE t (n integer)")
    with psycopg.connect(server.url("app", "later"), autocommit=True) as app:
        app.execute("INSERT INTO t VALUES (1)")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("TRUNCATE t")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            app.execute("CREATE TABLE u (n integer)")


class TestServerOfOnesOwn:
    """The embedded server plays the part of a server somebody else runs, with roles and database under other names."""

    @pytest.fixture
    def theirs(self, server: Server, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
        with psycopg.connect(server.url("superuser", "template1"), autocommit=True) as admin:
            admin.execute("CREATE ROLE county_owner LOGIN")
            admin.execute("CREATE ROLE county_web LOGIN")
            admin.execute("CREATE DATABASE county OWNER county_owner TEMPLATE template0")
        owner = embedded_url(server.var, "owner", "county").replace("lianxin_owner", "county_owner")
        monkeypatch.setenv("LIANXIN_OWNER_DATABASE_URL", owner)
        monkeypatch.setenv("LIANXIN_DATABASE_URL", owner.replace("county_owner", "county_web"))
        yield owner
        with psycopg.connect(server.url("superuser", "template1"), autocommit=True) as admin:
            admin.execute("DROP DATABASE county WITH (FORCE)")
            admin.execute("DROP ROLE county_owner")
            admin.execute("DROP ROLE county_web")

    def test_is_prepared_as_far_as_permitted(self, theirs):
        assert prepare(theirs) == []
        with psycopg.connect(theirs) as owner:
            owner.execute("CREATE TABLE t (n integer)")
        with psycopg.connect(theirs.replace("county_owner", "county_web"), autocommit=True) as web:
            web.execute("INSERT INTO t VALUES (1)")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                web.execute("TRUNCATE t")

    def test_one_role_for_both_is_remarked_on(self, theirs, monkeypatch):
        monkeypatch.setenv("LIANXIN_DATABASE_URL", theirs)
        assert any("LIANXIN_OWNER_DATABASE_URL" in remark for remark in prepare(theirs))

    def test_a_missing_role_that_cannot_be_made_is_remarked_on(self, theirs, monkeypatch):
        monkeypatch.setenv("LIANXIN_DATABASE_URL", theirs.replace("county_owner", "county_nobody"))
        assert prepare(theirs) == [
            "The role county_nobody does not exist: ask the administrator for CREATE ROLE county_nobody LOGIN."
        ]
