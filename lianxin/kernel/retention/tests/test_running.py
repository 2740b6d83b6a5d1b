from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from lianxin.kernel.accounts.models import SignInGuard
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.models import Event
from lianxin.kernel.retention import run as running
from lianxin.kernel.retention.plan import check_settings, plan
from lianxin.kernel.retention.run import run, subject_of
from lianxin.kernel.retention.types import Fate, RecordType, declare_records, record_type

SYSTEM = Actor.system("tests")


@pytest.fixture
def guards(db, at):
    old = at - timedelta(days=3)
    SignInGuard.objects.create(key="name:old", failures=[old, old + timedelta(hours=1)])
    SignInGuard.objects.create(key="name:locked", failures=[old], locked_until=at + timedelta(minutes=5))
    SignInGuard.objects.create(key="name:new", failures=[old, at])


def due(key, at):
    return next(one for one in plan(at=at) if one.type.key == key)


def test_the_dry_run_counts_and_changes_nothing(guards, at):
    found = due("kernel.sign_in_guard", at)
    assert (found.count, found.is_deleted) == (1, True)
    assert found.oldest == (at - timedelta(days=3) + timedelta(hours=1)).astimezone().date()
    assert SignInGuard.objects.count() == 3
    assert not Event.objects.filter(kind="retention.deleted").exists()


def test_a_run_deletes_what_is_due_with_one_event_a_type(guards, at, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    for number in range(4):
        SignInGuard.objects.create(key=f"name:{number}", failures=[at - timedelta(days=9)])
    assert run(SYSTEM, at=at)["kernel.sign_in_guard"] == 5
    assert set(SignInGuard.objects.values_list("key", flat=True)) == {"name:locked", "name:new"}
    event = Event.objects.get(kind="retention.deleted")
    assert (event.subject_id, event.data["deleted"]) == (subject_of("kernel.sign_in_guard"), 5)
    assert event.data["rule"] == "retention.sign_in_guard.days"
    assert run(SYSTEM, at=at)["kernel.sign_in_guard"] == 0
    assert Event.objects.filter(kind="retention.deleted").count() == 1


def test_sessions_go_when_they_ended(db, at):
    Session.objects.create(session_key="a" * 32, session_data="", expire_date=at - timedelta(days=2))
    Session.objects.create(session_key="b" * 32, session_data="", expire_date=at + timedelta(days=2))
    assert run(SYSTEM, at=at, only=["kernel.sessions"]) == {"kernel.sessions": 1}
    assert Session.objects.get().session_key == "b" * 32


def test_the_event_log_is_never_deleted(cast, at):
    later = at + timedelta(days=5000)
    before = Event.objects.count()
    found = due("kernel.events", later)
    assert (found.count, found.is_deleted) == (before, False)
    run(SYSTEM, at=later)
    assert Event.objects.filter(kind__startswith="organisations.").count() == before
    with pytest.raises(InvalidInput):
        run(SYSTEM, at=later, only=["kernel.events"])


def test_a_setting_below_the_minimum_stops_everything(guards, at, settings):
    settings.RETENTION_PERIODS = {"retention.events.months": 5}
    assert len(check_settings(at=at)) == 1
    with pytest.raises(InvalidInput):
        run(SYSTEM, at=at)
    settings.RETENTION_PERIODS = {"retention.nonsense": 5}
    assert "retention.nonsense" in check_settings(at=at)[0]
    with pytest.raises(InvalidInput):
        run(SYSTEM, at=at)
    assert SignInGuard.objects.count() == 3


def test_an_unknown_type_is_refused(guards, at):
    with pytest.raises(InvalidInput):
        run(SYSTEM, at=at, only=["kernel.sign_in_guard", "kernel.nonsense"])
    assert SignInGuard.objects.count() == 3


def test_a_failure_in_the_middle_deletes_nothing_of_the_type(guards, at, monkeypatch):
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr(running, "record", fail)
    with pytest.raises(RuntimeError):
        run(SYSTEM, at=at, only=["kernel.sign_in_guard"])
    assert SignInGuard.objects.count() == 3


def test_a_type_to_delete_needs_a_rule():
    wrong = RecordType("tests.wrong", "wrong", "", Fate.DELETE, SignInGuard.objects.all)
    with pytest.raises(ValueError, match="needs a rule"):
        declare_records([wrong])
    assert record_type("tests.wrong") is None


@pytest.mark.parametrize(("who", "status"), [("clerk", 200), ("secretary", 403), ("stranger", 403)])
def test_the_page_is_for_those_who_answer_for_it(cast, who, status):
    answer = cast.client(who).get(reverse("workbench:retention"))
    assert answer.status_code == status
    if status == 200:
        assert "不提供删除" in answer.content.decode()
