"""Foreign keys point down the house, never between features, and leave no reverse name in another module."""

from collections.abc import Iterable, Iterator

import pytest
from django.apps import apps
from django.db import connection, models
from django.test.utils import isolate_apps

HEIGHT = {
    "kernel": 0,
    "ui": 0,
    "accounts": 0,
    "edge": 0,
    "privacy": 0,
    "rules": 1,
    "organisations": 2,
    "members": 3,
    "messaging": 4,
    "files": 5,
    "disclosure": 5,
    "duties": 5,
    "activities": 6,
    "appraisals": 6,
    "preparations": 6,
    "ceremonies": 6,
    "ledgers": 7,
    "portal": 8,
    "workbench": 8,
    "api": 8,
}


def wrong_arrows(tables: Iterable[type[models.Model]]) -> Iterator[str]:
    """Relations that point up, sideways, or leave a reverse accessor in another module."""
    for table in tables:
        home = table._meta.app_label
        for field in table._meta.get_fields():
            if not (field.is_relation and field.concrete and field.related_model):
                continue
            other = field.related_model._meta.app_label
            if other == home:
                continue
            if HEIGHT.get(other, 99) >= HEIGHT[home]:
                yield f"{table.__name__}.{field.name} points at {other}, which is not below {home}."
            elif not field.remote_field.hidden:
                yield f"{table.__name__}.{field.name} leaves a reverse accessor in {other}; set related_name='+'."


def ours() -> list[type[models.Model]]:
    return [table for table in apps.get_models() if table.__module__.startswith("lianxin.")]


def test_every_module_is_placed() -> None:
    assert {table._meta.app_label for table in ours()} <= set(HEIGHT)


def test_foreign_keys_point_down() -> None:
    assert list(wrong_arrows(ours())) == []


@isolate_apps("lianxin.kernel", "lianxin.members", "lianxin.organisations")
def test_a_planted_key_that_points_up_is_found() -> None:
    class Target(models.Model):
        class Meta:
            app_label = "members"

    class Planted(models.Model):
        member = models.ForeignKey(Target, on_delete=models.CASCADE)

        class Meta:
            app_label = "organisations"

    assert list(wrong_arrows([Planted])) == ["Planted.member points at members, which is not below organisations."]


@isolate_apps("lianxin.kernel", "lianxin.members", "lianxin.organisations")
def test_a_planted_reverse_accessor_is_found() -> None:
    class Target(models.Model):
        class Meta:
            app_label = "organisations"

    class Planted(models.Model):
        organisation = models.ForeignKey(Target, on_delete=models.CASCADE)

        class Meta:
            app_label = "members"

    assert [found.split(";")[1] for found in wrong_arrows([Planted])] == [" set related_name='+'."]


@pytest.mark.django_db
def test_the_database_knows_every_key_we_declare() -> None:
    with connection.cursor() as cursor:
        for table in ours():
            keys = connection.introspection.get_relations(cursor, table._meta.db_table)
            declared = {
                f.column for f in table._meta.concrete_fields if isinstance(f, models.ForeignKey) and f.db_constraint
            }
            assert declared <= set(keys), table
