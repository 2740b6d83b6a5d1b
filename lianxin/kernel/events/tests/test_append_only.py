# ruff: noqa: S608 - the statements are the tests' own
"""Nobody changes what happened: the application has no right to, and the owner is refused by the guard."""

import psycopg
import pytest

from lianxin.kernel.db.scope import Scope
from lianxin.kernel.db.server import grant_app_privileges
from lianxin.kernel.events.sealing import seal_waiting
from lianxin.kernel.events.tests.conftest import AT, act
from lianxin.kernel.events.verification import verify
from lianxin.kernel.models import Event
from tests.copies import Copy

TABLES = ("kernel_event", "kernel_event_sealed", "kernel_seal")
COLUMN = {"kernel_event": "reason", "kernel_event_sealed": "position", "kernel_seal": "number"}


@pytest.fixture
def sealed(copy: Copy) -> Copy:
    act(1)
    seal_waiting(at=AT)
    return copy


def statements(table: str) -> list[str]:
    column = COLUMN[table]
    return [
        f"UPDATE {table} SET {column} = {column}",
        f"UPDATE {table} SET {column} = {column} WHERE false",
        f"DELETE FROM {table}",
        f"DELETE FROM {table} WHERE false",
        f"TRUNCATE {table}",
        f"MERGE INTO {table} t USING (SELECT 1) s ON true WHEN MATCHED THEN DELETE",
    ]


def test_the_application_may_only_read_and_add(sealed: Copy) -> None:
    with sealed.connect("app") as app:
        for name, value in Scope.EVERYTHING.settings().items():
            app.execute("SELECT set_config(%s, %s, false)", [name, value])
        for table in TABLES:
            for statement in statements(table):
                with pytest.raises(psycopg.errors.InsufficientPrivilege):
                    app.execute(statement)
            assert app.execute(f"SELECT count(*) > 0 FROM {table}").fetchone() == (True,)


def test_the_owner_is_refused_by_the_guard(sealed: Copy) -> None:
    with sealed.connect("owner") as owner:
        for table in TABLES:
            for statement in statements(table):
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
                    owner.execute(statement)
            assert owner.execute(f"SELECT count(*) > 0 FROM {table}").fetchone() == (True,)


def test_even_the_superuser_is_refused_while_the_guard_stands(sealed: Copy) -> None:
    with sealed.connect("superuser") as superuser:
        superuser.execute("SET session_replication_role = replica")
        for table in TABLES:
            for statement in statements(table):
                with pytest.raises(psycopg.errors.IntegrityConstraintViolation, match="append-only"):
                    superuser.execute(statement)


def test_the_application_cannot_take_the_guard_off(sealed: Copy) -> None:
    with sealed.connect("app") as app:
        for statement in (
            "ALTER TABLE kernel_event DISABLE TRIGGER append_only",
            "DROP TRIGGER append_only ON kernel_event",
            "DROP FUNCTION kernel_is_append_only() CASCADE",
            "SET session_replication_role = replica",
            "DROP TABLE kernel_event",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                app.execute(statement)


def test_granting_again_gives_nothing_back(sealed: Copy) -> None:
    with sealed.connect("owner") as owner:
        owner.execute("GRANT UPDATE, DELETE ON kernel_event TO lianxin_app")
        grant_app_privileges(owner)
    with sealed.connect("app") as app, pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute("DELETE FROM kernel_event")


def test_an_act_writes_and_seals_as_the_application(copy: Copy) -> None:
    with copy.played_by("lianxin_app"):
        before = Event.objects.count()
        act(1)
        assert seal_waiting(at=AT).events == 1
        assert Event.objects.count() == before + 1


def test_a_superuser_who_takes_the_guard_off_is_found(sealed: Copy) -> None:
    event = act(1)
    seal_waiting(at=AT)
    assert verify().is_sound
    with sealed.connect("superuser") as superuser:
        superuser.execute("ALTER TABLE kernel_event DISABLE TRIGGER append_only")
        superuser.execute("UPDATE kernel_event SET reason = 'x' WHERE id = %s", [event.pk])
        superuser.execute("ALTER TABLE kernel_event ENABLE ALWAYS TRIGGER append_only")
    (problem,) = verify().problems
    assert (problem.kind, problem.event, problem.fields) == ("changed", event.pk, ("reason",))
