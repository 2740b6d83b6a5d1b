"""Every table of ours says who sees its rows, the database enforces it, and every job says for whom it works."""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.db import connection, models
from procrastinate.contrib.django import app as jobs

from lianxin.kernel.db.row_security import guards, left_open
from lianxin.members.models import Member
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Iterable

BELONGS = {"organisation_path", "organisation_id", "member_id"}
WITHOUT_POLICY = {"kernel_account"}
"""Tables that name a member and are open all the same: an account is found before anybody is known."""


def ours() -> list[type[models.Model]]:
    return [one for one in apps.get_models() if one.__module__.startswith("lianxin.") and one._meta.managed]


def undeclared(every: Iterable[type[models.Model]]) -> list[str]:
    """Tables that say nothing, and tables left open although their rows belong to somebody."""
    said, opened = guards(), left_open()
    wrong = []
    for model in every:
        table = model._meta.db_table
        if model not in said and model not in opened:
            wrong.append(f"{table}: say in its module's row_security.py who sees its rows")
        elif model in opened and _belongs(model) and table not in WITHOUT_POLICY:
            wrong.append(f"{table}: its rows belong to an organisation or member, so it cannot be left open")
        elif model in opened and model in said:
            wrong.append(f"{table}: guarded and left open")
    return wrong


def _belongs(model: type[models.Model]) -> bool:
    fields = model._meta.concrete_fields
    refers = {one.related_model for one in fields if one.is_relation}
    return bool({one.attname for one in fields} & BELONGS or refers & {Organisation, Member})


def test_every_table_says_who_sees_its_rows() -> None:
    assert undeclared(ours()) == []


def test_a_table_without_a_policy_is_found() -> None:
    class Meta:
        app_label = "members"
        db_table = "members_planted"

    body = {"__module__": "lianxin.members.models", "Meta": Meta, "organisation_path": models.CharField(max_length=9)}
    planted: Any = type("Planted", (models.Model,), body)
    try:
        assert undeclared([planted]) == ["members_planted: say in its module's row_security.py who sees its rows"]
        left_before = dict(left_open())
        assert planted not in left_before
    finally:
        apps.all_models["members"].pop("planted", None)
        apps.clear_cache()


@pytest.mark.django_db
def test_the_database_enforces_what_is_said() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, c.relrowsecurity, pg_has_role(current_user, c.relowner, 'MEMBER'),"
            " (SELECT array_agg(polcmd::text ORDER BY polcmd) FROM pg_policy WHERE polrelid = c.oid)"
            " FROM pg_class c WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace"
        )
        found = {name: (enforced, owned, commands) for name, enforced, owned, commands in cursor.fetchall()}
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)
    for model in guards():
        enforced, owned, commands = found[model._meta.db_table]
        assert (enforced, owned, commands) == (True, False, ["a", "d", "r", "w"]), model
    for model in left_open():
        assert found[model._meta.db_table][0] is False, model


def test_every_job_says_for_whom_it_works() -> None:
    silent = []
    for name, task in jobs.tasks.items():
        function: Any = task.func
        if not function.__module__.startswith("lianxin.") or hasattr(function, "acts_as"):
            continue
        if "acting(" not in inspect.getsource(function):
            silent.append(name)
    assert silent == []
