import csv
import json

import pytest
from django.urls import reverse
from django.utils.translation import override

from lianxin.kernel import processing
from lianxin.kernel.processing import all_processing, undeclared_columns
from lianxin.kernel.retention.types import record_type
from lianxin.members.facts import FACTS
from lianxin.portal.processing import lines

pytestmark = pytest.mark.django_db


def test_every_sealed_column_is_in_the_register():
    assert undeclared_columns() == []


def test_a_column_nobody_declared_is_found(monkeypatch):
    declared = processing.sealed_columns()
    monkeypatch.setattr(processing, "sealed_columns", lambda: declared | {"members.Member.passport"})
    assert undeclared_columns() == ["members.Member.passport"]


def test_every_fact_of_members_is_in_the_register():
    said = {item for line in lines() for item in line.items}
    assert {str(fact.label) for fact in FACTS} <= said


def test_every_activity_says_why_who_and_how_long():
    for line in lines():
        assert all((line.label, line.persons, line.purpose, line.basis, line.items))
        assert all((line.seen_by, line.kept, line.sharing))
    assert {key for one in all_processing() for key in one.records if record_type(key) is None} == set()


def test_the_notice_is_open_to_everybody_in_both_languages(client):
    page = client.get(reverse("processing")).content.decode()
    assert "第十七条" in page or "17" in page
    assert "党员名册管理" in page
    with override("en"):
        assert "Register of members" in [line.label for line in lines()]


def test_it_can_be_taken_away(client):
    told = json.loads(client.get(reverse("processing_json")).content)
    assert told["format"] == "lianxin.processing/1"
    table = client.get(reverse("processing_csv")).content.decode("utf-8-sig").splitlines()
    assert len(list(csv.reader(table))) == len(told["activities"]) + 1


def test_signing_in_shows_the_way(client):
    assert reverse("processing") in client.get(reverse("account_login")).content.decode()
