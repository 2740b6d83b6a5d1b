"""Where acts really commit: no event is missed or given twice, whoever writes at the same time, whatever crashes."""

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from django.db import connection, transaction

from lianxin.kernel.events import projectors, sealing
from lianxin.kernel.events.projectors import Positioned, Projector, Run, projector, rebuild, run
from lianxin.kernel.events.sealing import seal_waiting
from lianxin.kernel.events.tests.conftest import AT, act
from lianxin.kernel.events.tests.notes import forget, keep, make_table, noted
from lianxin.kernel.events.verification import verify
from lianxin.kernel.models import Event, ParkedEvent, Projection, SealedEvent
from tests.copies import Copy

NAMES = ("tests.noted", "tests.crashing", "tests.alone")


def read_and_be_killed(stop_after: int) -> None:
    """In a process of its own: note batches, and die without a word in the middle of one."""

    def apply(batch: Sequence[Positioned]) -> None:
        keep(batch)
        if batch[-1].position > stop_after:
            os.kill(os.getpid(), signal.SIGKILL)

    try:
        run(Projector("tests.noted", apply, forget), at=AT)
    finally:
        os._exit(1)


@pytest.fixture(autouse=True)
def _small_batches(copy: Copy, monkeypatch: pytest.MonkeyPatch) -> None:
    with copy.connect("owner") as owner:
        owner.execute("DROP TABLE IF EXISTS noted")
    make_table()
    monkeypatch.setattr(projectors, "BATCH", 7)
    monkeypatch.setattr(sealing, "BATCH", 11)


@pytest.fixture
def base(copy: Copy) -> int:
    """The end of the log as other tests left it; readers begin there."""
    seal_waiting(at=AT)
    last = SealedEvent.objects.order_by("-position").values_list("position", flat=True).first() or 0
    Projection.objects.bulk_create([Projection(name=name, position=last) for name in NAMES], ignore_conflicts=True)
    Projection.objects.filter(name__in=NAMES).update(position=last)
    return last


@pytest.fixture
def reader(declared: None) -> Projector:
    return projector("tests.noted", apply=keep, reset=forget)


def test_many_writers_none_missed_none_twice(copy: Copy, base: int, reader: Projector) -> None:
    """Writers hold their transactions open for different times and some roll back, so ids commit out of order."""
    writers, each = 8, 25
    kept: list[Any] = []
    stop = threading.Event()

    def write(seed: int) -> None:
        drawn = random.Random(seed)  # noqa: S311 - a test that can be repeated
        for number in range(each):
            try:
                with transaction.atomic():
                    made = [act(number).pk for _ in range(drawn.randint(1, 3))]
                    time.sleep(drawn.random() * 0.004)
                    if drawn.random() < 0.2:
                        raise InterruptedError  # noqa: TRY301 - the act is taken back
                kept.extend(made)
            except InterruptedError:
                continue

    def until_written(work: Callable[[], object]) -> Callable[[], None]:
        def go() -> None:
            while not stop.is_set():
                work()
                time.sleep(0.002)

        return go

    def write_all() -> None:
        try:
            copy.together(*(lambda seed=seed: write(seed) for seed in range(writers)))
        finally:
            stop.set()

    copy.together(
        write_all,
        until_written(lambda: seal_waiting(at=AT)),
        until_written(lambda: seal_waiting(at=AT)),
        until_written(lambda: run(reader, at=AT)),
        until_written(lambda: run(reader, at=AT)),
    )
    seal_waiting(at=AT, wait=True)
    run(reader, at=AT)

    assert len(kept) > writers * each
    places = dict(SealedEvent.objects.filter(position__gt=base).values_list("event_id", "position"))
    assert set(places) == set(kept)
    assert set(Event.objects.values_list("pk", flat=True)) == set(
        SealedEvent.objects.values_list("event_id", flat=True)
    )
    assert sorted(places.values()) == list(range(base + 1, base + len(kept) + 1))
    assert noted() == list(range(base + 1, base + len(kept) + 1))
    assert verify().is_sound
    # The proof is only one if ids did commit out of order.
    by_place = sorted(places, key=places.__getitem__)
    assert by_place != sorted(by_place)


def test_a_reader_by_id_would_have_missed_one(copy: Copy, base: int, reader: Projector) -> None:
    """Shows the trap: an early id that commits late lies behind a reader that had gone past it."""
    written, passed = threading.Event(), threading.Event()
    early: list[Any] = []

    def slow() -> None:
        with transaction.atomic():
            early.append(act(1).pk)
            written.set()
            passed.wait(5)

    def quick() -> None:
        written.wait(5)
        later = act(2).pk
        seal_waiting(at=AT)
        run(reader, at=AT)
        assert later > early[0]
        assert noted() == [base + 1]
        passed.set()

    copy.together(slow, quick)
    seal_waiting(at=AT)
    run(reader, at=AT)
    assert noted() == [base + 1, base + 2]
    assert SealedEvent.objects.get(position=base + 2).event_id == early[0]


def test_a_crash_in_the_middle_undoes_batch_and_checkpoint(copy: Copy, base: int, declared: None) -> None:
    falls = [base + 20, base + 33]

    def apply(batch: Sequence[Positioned]) -> None:
        keep(batch)
        if falls and batch[-1].position >= falls[0]:
            falls.pop(0)
            with copy.connect("superuser") as superuser, connection.cursor() as cursor:
                cursor.execute("SELECT pg_backend_pid()")
                superuser.execute("SELECT pg_terminate_backend(%s)", [cursor.fetchone()[0]])

    one = projector("tests.crashing", apply=apply, reset=forget)
    for number in range(40):
        act(number)
    seal_waiting(at=AT)
    for _crash in range(2):
        with pytest.raises(Exception, match=r"terminat|closed|lost"):
            run(one, at=AT)
        connection.close()
        assert noted() == list(range(base + 1, Projection.objects.get(name=one.name).position + 1))
    run(one, at=AT)
    assert noted() == list(range(base + 1, base + 41))
    assert not ParkedEvent.objects.exists()


def test_a_killed_process_leaves_a_batch_wholly_applied_or_not(copy: Copy, base: int, reader: Projector) -> None:
    for number in range(60):
        act(number)
    seal_waiting(at=AT)
    child = os.fork()
    if child == 0:
        connection.connection = None  # the parent's; the driver leaves it open in a child
        read_and_be_killed(base + 30)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    position = Projection.objects.get(name=reader.name).position
    assert base < position < base + 60
    assert noted() == list(range(base + 1, position + 1))
    run(reader, at=AT)
    assert noted() == list(range(base + 1, base + 61))


def test_two_workers_never_run_the_same_projector(copy: Copy, base: int, declared: None) -> None:
    inside = Counter[str]()
    most = Counter[str]()

    def apply(batch: Sequence[Positioned]) -> None:
        inside["now"] += 1
        most["now"] = max(most["now"], inside["now"])
        keep(batch)
        time.sleep(0.003)
        inside["now"] -= 1

    one = projector("tests.alone", apply=apply, reset=forget)
    for number in range(70):
        act(number)
    seal_waiting(at=AT)
    found: list[Run] = []
    copy.together(*(lambda: found.append(run(one, at=AT)) for _ in range(5)))
    run(one, at=AT)
    assert most["now"] == 1
    assert noted() == list(range(base + 1, base + 71))


def test_a_rebuild_beside_writers_ends_complete(copy: Copy, base: int, reader: Projector) -> None:
    for number in range(20):
        act(number)
    seal_waiting(at=AT)
    run(reader, at=AT)

    def writer() -> None:
        for number in range(20):
            act(number)
            seal_waiting(at=AT)
            run(reader, at=AT)

    copy.together(writer, lambda: rebuild(reader, at=AT))
    run(reader, at=AT)
    assert noted() == list(range(1, base + 41))
