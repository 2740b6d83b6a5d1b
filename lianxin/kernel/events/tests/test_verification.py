# ruff: noqa: S608 - the statements are the tests' own
"""Each way of tampering is done by somebody who can take the guard off, and each is found and named."""

import hashlib
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from django.db import connection

from lianxin.kernel.authz import Actor
from lianxin.kernel.events import sealing, verification
from lianxin.kernel.events.audit import last_verification, verify_and_record
from lianxin.kernel.events.digests import ALGORITHMS
from lianxin.kernel.events.sealing import queue_loaded, seal_waiting
from lianxin.kernel.events.tests.conftest import AT, act
from lianxin.kernel.events.verification import Head, Problem, current_head, verify
from lianxin.kernel.models import Event, Seal, SealedEvent

pytestmark = pytest.mark.usefixtures("as_owner")
Log = Callable[[int], list[Event]]


@pytest.fixture
def sealed(log: Log, monkeypatch: pytest.MonkeyPatch) -> list[Event]:
    """Ten events under four seals: 1-3, 4-6, 7-9, 10."""
    monkeypatch.setattr(sealing, "BATCH", 3)
    events = log(10)
    assert seal_waiting(at=AT) == sealing.Sealing(4, 10)
    return events


def tamper(*statements: str) -> None:
    """Do what only somebody above the product's roles can: with the guards off, then put back so that nothing shows."""
    with connection.cursor() as cursor:
        for table in verification.GUARDED:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        for statement in statements:
            cursor.execute(statement)
        for table in verification.GUARDED:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def only(problems: list[Problem]) -> Problem:
    assert len(problems) == 1, problems
    return problems[0]


def test_an_untouched_log_is_sound(sealed: list[Event]) -> None:
    report = verify()
    assert report.is_sound
    assert (report.seals, report.events, report.waiting) == (4, 10, 0)
    assert report.head == current_head()


def test_positions_follow_the_order_of_writing(sealed: list[Event]) -> None:
    assert list(SealedEvent.objects.order_by("position").values_list("position", "event_id")) == [
        (place, event.pk) for place, event in enumerate(sealed, start=1)
    ]


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ("reason = '别的原因'", ("reason",)),
        ("actor_name = '李四', at = at - interval '1 day'", ("at", "actor_name")),
        ("actor_id = NULL", ("actor_id",)),
        ("""changes = '{"name": ["甲", "乙"]}'""", ("changes",)),
        ("organisation_path = '0002'", ("organisation_path",)),
        ("batch_id = subject_id", ("batch_id",)),
        ("effective_on = '2026-01-01', document_no = ''", ("effective_on", "document_no")),
    ],
)
def test_a_changed_row_is_named_with_its_fields(sealed: list[Event], change: str, fields: tuple[str, ...]) -> None:
    tamper(f"UPDATE kernel_event SET {change} WHERE id = '{sealed[4].pk}'")
    problem = only(verify().problems)
    assert (problem.kind, problem.seal, problem.position, problem.event) == ("changed", 2, 5, sealed[4].pk)
    assert problem.fields == fields


def test_a_removed_row_is_named(sealed: list[Event]) -> None:
    tamper(f"DELETE FROM kernel_event WHERE id = '{sealed[7].pk}'")
    problem = only(verify().problems)
    assert (problem.kind, problem.seal, problem.position, problem.event) == ("removed", 3, 8, sealed[7].pk)


def test_a_row_removed_with_its_place_is_named(sealed: list[Event]) -> None:
    event = sealed[7].pk
    tamper(
        f"DELETE FROM kernel_event WHERE id = '{event}'", f"DELETE FROM kernel_event_sealed WHERE event_id = '{event}'"
    )
    problem = only(verify().problems)
    assert (problem.kind, problem.seal, problem.position) == ("place_removed", 3, 8)


def test_an_exchanged_order_is_named(sealed: list[Event]) -> None:
    tamper(
        "UPDATE kernel_event_sealed SET position = -2 WHERE position = 2",
        "UPDATE kernel_event_sealed SET position = 2 WHERE position = 9",
        "UPDATE kernel_event_sealed SET position = 9 WHERE position = -2",
    )
    first, second = verify().problems
    assert (first.kind, first.seal, first.position, first.event) == ("reordered", 1, 2, sealed[8].pk)
    assert (second.kind, second.seal, second.position, second.event) == ("reordered", 3, 9, sealed[1].pk)


def test_another_event_in_the_place_is_named(sealed: list[Event]) -> None:
    stranger = act(99).pk
    tamper(
        "DELETE FROM kernel_event_waiting", f"UPDATE kernel_event_sealed SET event_id = '{stranger}' WHERE position = 6"
    )
    found = {problem.kind: problem for problem in verify().problems}
    assert (found["replaced"].position, found["replaced"].event) == (6, stranger)
    assert found["inserted"].event == sealed[5].pk


def test_an_inserted_row_is_named(sealed: list[Event]) -> None:
    stranger = sealed[0]
    stranger.pk = None
    columns = ", ".join(f.column for f in Event._meta.concrete_fields if f.column != "id")
    tamper(
        "INSERT INTO kernel_event (id, " + columns + ") SELECT '00000000-0000-0000-0000-0000000000ff', " + columns + " "
        "FROM kernel_event ORDER BY id LIMIT 1"
    )
    problem = only(verify().problems)
    assert (problem.kind, str(problem.event)) == ("inserted", "00000000-0000-0000-0000-0000000000ff")


def test_a_row_appended_past_the_seals_is_named(sealed: list[Event]) -> None:
    stranger = act(99).pk
    tamper(
        "DELETE FROM kernel_event_waiting",
        f"INSERT INTO kernel_event_sealed VALUES (11, '{stranger}', '\\x00', '\\x00')",
    )
    problem = only(verify().problems)
    assert (problem.kind, problem.position, problem.event) == ("inserted", 11, stranger)


def test_a_row_removed_before_it_was_sealed_is_named(sealed: list[Event]) -> None:
    gone = act(99).pk
    tamper(f"DELETE FROM kernel_event WHERE id = '{gone}'")
    assert seal_waiting(at=AT).events == 0
    problem = only(verify().problems)
    assert (problem.kind, problem.event) == ("removed", gone)


@pytest.mark.parametrize(
    "change",
    [
        "sealed_at = sealed_at - interval '1 day'",
        "digest = decode(repeat('00', 32), 'hex')",
        "algorithm = 'sm3'",
        "count = 2",
    ],
)
def test_a_changed_seal_is_named(sealed: list[Event], change: str) -> None:
    tamper(f"UPDATE kernel_seal SET {change} WHERE number = 2")
    problems = verify().problems
    assert problems
    assert all(problem.seal == 2 for problem in problems[:1])


def test_absurd_numbers_on_a_seal_do_not_keep_the_check_busy(sealed: list[Event]) -> None:
    tamper("UPDATE kernel_seal SET last_position = 9000000000000000000, count = 2000000000 WHERE number = 2")
    assert any(problem.kind == "seal_changed" and problem.seal == 2 for problem in verify().problems)


def test_a_removed_seal_is_named(sealed: list[Event]) -> None:
    tamper("DELETE FROM kernel_seal WHERE number = 2")
    assert any(problem.kind == "seal_removed" and "Seal 2" in problem.sentence for problem in verify().problems)


def test_a_forger_who_computes_the_digest_again_is_found_by_the_seal(sealed: list[Event]) -> None:
    tamper(f"UPDATE kernel_event SET reason = 'x' WHERE id = '{sealed[1].pk}'")
    forge(2)
    problem = only(verify().problems)
    assert (problem.kind, problem.seal) == ("seal_changed", 1)


def forge(position: int) -> None:
    """Write digest and marks that fit the changed row."""
    place = SealedEvent.objects.get(position=position)
    event = Event.objects.get(pk=place.event_id)
    fields = verification_fields(event)
    digest = hashlib.sha256(sealing.joined(position, fields)).hexdigest()
    marks = sealing.marks_of(position, fields).hex()
    tamper(
        f"UPDATE kernel_event_sealed SET digest = decode('{digest}', 'hex'), marks = decode('{marks}', 'hex') "
        f"WHERE position = {position}"
    )


def verification_fields(event: Event) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(sealing.field_expressions())} FROM kernel_event e WHERE id = %s", [event.pk])
        return list(cursor.fetchone())


def test_only_a_kept_head_finds_a_chain_forged_to_its_end(sealed: list[Event]) -> None:
    kept = current_head()
    assert kept
    tamper(f"UPDATE kernel_event SET reason = 'x' WHERE id = '{sealed[1].pk}'")
    forge(2)
    previous = bytes(32)
    for seal in Seal.objects.order_by("number"):
        digests = SealedEvent.objects.filter(position__range=(seal.first_position, seal.last_position))
        seal.previous = previous
        previous = sealing.seal_digest(seal, b"".join(bytes(one.digest) for one in digests.order_by("position")))
        tamper(
            f"UPDATE kernel_seal SET previous = decode('{bytes(seal.previous).hex()}', 'hex'), "
            f"digest = decode('{previous.hex()}', 'hex') WHERE number = {seal.number}"
        )
    assert verify().is_sound
    problem = only(verify(kept=kept).problems)
    assert (problem.kind, problem.seal) == ("rewritten", 4)


def test_only_a_kept_head_finds_an_end_that_was_cut_off(sealed: list[Event]) -> None:
    kept = current_head()
    assert kept
    tamper(
        f"DELETE FROM kernel_event WHERE id = '{sealed[9].pk}'",
        "DELETE FROM kernel_event_sealed WHERE position = 10",
        "DELETE FROM kernel_seal WHERE number = 4",
    )
    assert verify().is_sound
    assert only(verify(kept=kept).problems).kind == "cut_off"


def test_an_earlier_head_still_fits_when_the_log_grew(sealed: list[Event]) -> None:
    kept = current_head()
    assert kept
    act(11)
    seal_waiting(at=AT + timedelta(minutes=1))
    assert verify(kept=Head.from_data(json.loads(json.dumps(kept.as_data())))).is_sound


@pytest.mark.parametrize("data", [{}, [], {"format": "other"}, {"format": "lianxin.head.1", "seal": 1}, None])
def test_a_file_that_is_no_head_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match="no head"):
        Head.from_data(data)


def test_a_guard_that_is_off_is_named(sealed: list[Event]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_seal DISABLE TRIGGER append_only")
    problem = only(verify().problems)
    assert problem.kind == "guard_missing"
    assert "kernel_seal" in problem.sentence


def test_sm3_seals_and_a_change_of_algorithm_in_one_chain(sealed: list[Event], settings: Any) -> None:
    settings.EVENT_LOG_DIGEST = "sm3"
    changed = act(11).pk
    seal_waiting(at=AT)
    assert Seal.objects.order_by("-number").values_list("algorithm", flat=True)[0] == "sm3"
    assert verify().is_sound
    tamper(f"UPDATE kernel_event SET reason = '' WHERE id = '{changed}'")
    assert only(verify().problems).event == changed


def test_an_unknown_algorithm_is_refused(log: Log, settings: Any) -> None:
    settings.EVENT_LOG_DIGEST = "md5"
    log(1)
    with pytest.raises(ValueError, match="sha256 or sm3"):
        seal_waiting(at=AT)


def test_sm3_is_the_standards() -> None:
    # source: GB/T 32905-2016, A.1
    wanted = "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    computing = hashes.Hash(hashes.SM3())
    computing.update(b"abc")
    assert ALGORITHMS["sm3"](b"abc").hex() == computing.finalize().hex() == wanted


def test_the_result_is_recorded_and_sealed_itself(sealed: list[Event]) -> None:
    verify_and_record(Actor.system("tests"), at=AT)
    found = last_verification()
    assert found
    assert (found.data["events"], found.data["problems"], found.data["head"]["seal"]) == (10, 0, 4)
    assert seal_waiting(at=AT).events == 1


def test_a_bulk_load_with_resting_triggers_is_sealed_when_queued(sealed: list[Event]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE kernel_event DISABLE TRIGGER USER")
        act(50)
        cursor.execute("ALTER TABLE kernel_event ENABLE TRIGGER USER")
        assert only(verify().problems).kind == "inserted"
        queue_loaded(cursor)
        queue_loaded(cursor)
    assert seal_waiting(at=AT).events == 1
    assert verify().is_sound


def test_what_waits_twice_is_sealed_once(sealed: list[Event]) -> None:
    event = act(11)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO kernel_event_waiting (event_id) VALUES (%s), (%s)", [event.pk, sealed[0].pk])
    assert seal_waiting(at=AT).events == 1
    assert verify().is_sound
