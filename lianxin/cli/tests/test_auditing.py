"""The commands of the event log, run for real inside the test's database."""

from __future__ import annotations

import hashlib
import json
import os
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from typer.testing import CliRunner

from lianxin.cli.main import app
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.events.record import record
from lianxin.kernel.events.types import EventType
from lianxin.kernel.models import DailyActs, Event, SealedEvent
from lianxin.kernel.time import now

if TYPE_CHECKING:
    from pathlib import Path

    from typer.testing import Result


@pytest.fixture(autouse=True)
def _role(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANXIN_ROLE", os.environ.get("LIANXIN_ROLE", ""))


@pytest.fixture
def events(db: None) -> list[Event]:
    return [
        record(Actor(name="王"), EventType("tests.acted", "acted"), at=now(), subject=new_id(), organisation=None)
        for _ in range(5)
    ]


def lianxin(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


@pytest.mark.parametrize("group", ["audit", "events"])
def test_each_command_says_what_it_does(group: str) -> None:
    assert lianxin(group, "--help").exit_code == 0


def test_seal_then_verify_is_sound(events: list[Event]) -> None:
    assert lianxin("audit", "seal").exit_code == 0
    assert SealedEvent.objects.count() == 5
    assert lianxin("audit", "verify").exit_code == 0
    assert Event.objects.filter(kind="audit.verified").count() == 1


@pytest.mark.usefixtures("as_owner")
def test_verify_names_a_changed_row_and_fails(events: list[Event]) -> None:
    lianxin("audit", "seal")
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_event DISABLE TRIGGER append_only")
        cursor.execute("UPDATE kernel_event SET actor_name = '李' WHERE id = %s", [events[2].pk])
        cursor.execute("ALTER TABLE kernel_event ENABLE TRIGGER append_only")
    done = lianxin("audit", "verify")
    assert done.exit_code == 1
    assert f"Seal 1, position 3: the event {events[2].pk} was changed in actor_name." in done.output


def test_a_kept_head_fits_and_another_does_not(events: list[Event], tmp_path: Path) -> None:
    file = tmp_path / "head.json"
    lianxin("audit", "seal")
    assert lianxin("audit", "head", "--out", str(file)).exit_code == 0
    assert lianxin("audit", "verify", "--head", str(file)).exit_code == 0
    head = json.loads(file.read_text())
    assert json.loads(lianxin("audit", "head").stdout) == head
    file.write_text(json.dumps(head | {"digest": "00" * 32}))
    done = lianxin("audit", "verify", "--head", str(file))
    assert done.exit_code == 1
    assert "rewritten" in done.output


def test_a_file_that_is_no_head_and_a_taken_file_are_refused(events: list[Event], tmp_path: Path) -> None:
    file = tmp_path / "head.json"
    file.write_text("{}")
    lianxin("audit", "seal")
    for arguments in (("verify", "--head", str(file)), ("head", "--out", str(file)), ("export", str(file))):
        done = lianxin("audit", *arguments)
        assert done.exit_code == 1
        assert getattr(done.exception, "what_to_do", "")
    assert file.read_text() == "{}"


def test_a_copy_can_be_checked_without_lianxin(events: list[Event], tmp_path: Path) -> None:
    """What the decision record says of the form is enough: nothing of ours is used below."""
    file = tmp_path / "log.jsonl"
    lianxin("audit", "seal")
    lianxin("audit", "verify")
    lianxin("audit", "seal")
    assert lianxin("audit", "export", str(file)).exit_code == 0
    lines = file.read_bytes().splitlines()
    previous, heading, digests = "00" * 32, json.loads(lines[0]), b""
    checked = 0
    for line in [*lines[1:], b'{"end": true}']:
        if line.startswith(b"["):
            digests += hashlib.sha256(line).digest()
            continue
        facts = heading["seal"]
        assert facts[6] == previous
        assert hashlib.sha256(json.dumps(facts).encode() + b"\n" + digests).hexdigest() == heading["digest"]
        previous, heading, digests = heading["digest"], json.loads(line), b""
        checked += 1
    assert checked == 2
    assert Event.objects.filter(kind="audit.copied").count() == 1


def test_readers_are_run_listed_rebuilt_and_retried(events: list[Event]) -> None:
    lianxin("audit", "seal")
    assert "5 behind" in lianxin("events", "projectors").stdout
    assert lianxin("events", "run").exit_code == 0
    assert sum(DailyActs.objects.values_list("acts", flat=True)) == 5
    assert "0 behind, 0 parked" in lianxin("events", "projectors").stdout
    assert lianxin("events", "rebuild", "kernel.daily_acts").exit_code == 0
    assert lianxin("events", "retry", "kernel.daily_acts").exit_code == 0
    assert sum(DailyActs.objects.values_list("acts", flat=True)) == 5


def test_an_unknown_reader_is_refused_with_those_known(db: None) -> None:
    done = lianxin("events", "rebuild", "nobody")
    assert done.exit_code == 1
    assert "kernel.daily_acts" in getattr(done.exception, "what_to_do", "")
