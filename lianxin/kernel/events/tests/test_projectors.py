"""Projectors apply each event once and in order, park what they cannot apply, and can begin again."""

import random
from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxin.kernel.events.daily import DAILY_ACTS
from lianxin.kernel.events.projectors import Positioned, Projector, Run, projector, rebuild, retry, run, standing
from lianxin.kernel.events.sealing import seal_waiting
from lianxin.kernel.events.soon import TASK as SOON
from lianxin.kernel.events.tests.conftest import ADDED, AT, RENAMED, act
from lianxin.kernel.events.tests.notes import forget, keep, make_table, noted
from lianxin.kernel.jobs import seal_events, seal_soon
from lianxin.kernel.models import DailyActs, Event, ParkedEvent, Projection

Log = Callable[[int], list[Event]]


@pytest.fixture
def reader(declared: None) -> Projector:
    return projector("tests.noted", apply=keep, reset=forget)


@pytest.fixture
def table(as_owner: None) -> None:
    make_table()


def test_events_are_applied_once_in_order(log: Log, table: None, reader: Projector) -> None:
    log(7)
    seal_waiting(at=AT)
    assert run(reader, at=AT) == Run(applied=7)
    assert run(reader, at=AT) == Run()
    log(2)
    assert run(reader, at=AT) == Run()  # not sealed yet
    seal_waiting(at=AT)
    assert run(reader, at=AT) == Run(applied=2)
    assert noted() == list(range(1, 10))


def test_only_the_kinds_asked_for_are_given(log: Log, table: None, declared: None) -> None:
    log(3)
    act(4, ADDED)
    log(1)
    seal_waiting(at=AT)
    one = projector("tests.added", apply=keep, reset=forget, kinds={ADDED.kind})
    assert run(one, at=AT) == Run(applied=1)
    assert noted() == [4]
    assert Projection.objects.get(name=one.name).position == 5


def test_a_poisoned_event_is_parked_and_the_rest_goes_on(log: Log, table: None, declared: None) -> None:
    sick = {3, 8}

    def apply(batch: Sequence[Positioned]) -> None:
        keep(batch)
        for one in batch:
            if one.position in sick:
                raise ValueError(f"cannot read {one.position}")

    one = projector("tests.poisoned", apply=apply, reset=forget)
    events = log(10)
    seal_waiting(at=AT)
    assert run(one, at=AT) == Run(applied=8, parked=2)
    assert noted() == [1, 2, 4, 5, 6, 7, 9, 10]
    parked = list(ParkedEvent.objects.order_by("position"))
    assert [(held.position, held.event_id, held.reason) for held in parked] == [
        (3, events[2].pk, "ValueError: cannot read 3"),
        (8, events[7].pk, "ValueError: cannot read 8"),
    ]
    sick.remove(8)
    assert retry(one, at=AT + timedelta(hours=1)) == Run(applied=1, parked=1)
    assert noted()[-1] == 8
    held = ParkedEvent.objects.get()
    assert (held.position, held.attempts, held.tried_at, held.parked_at) == (3, 2, AT + timedelta(hours=1), AT)
    sick.clear()
    assert rebuild(one, at=AT) == Run(applied=10)
    assert not ParkedEvent.objects.exists()


def test_an_event_the_database_refuses_is_parked(log: Log, table: None, declared: None) -> None:
    def apply(batch: Sequence[Positioned]) -> None:
        with connection.cursor() as cursor:
            for one in batch:
                cursor.execute("INSERT INTO noted (position) VALUES (10 / (%s - 2))", [one.position])

    log(3)
    seal_waiting(at=AT)
    one = projector("tests.refused", apply=apply, reset=forget)
    assert run(one, at=AT) == Run(applied=2, parked=1)
    assert "division by zero" in ParkedEvent.objects.get().reason


def test_a_failing_database_parks_nothing(log: Log, table: None, declared: None) -> None:
    def apply(batch: Sequence[Positioned]) -> None:
        raise OperationalError("the server went away")

    log(3)
    seal_waiting(at=AT)
    one = projector("tests.gone", apply=apply, reset=forget)
    with pytest.raises(OperationalError), transaction.atomic():
        run(one, at=AT)
    assert not ParkedEvent.objects.exists()
    assert not Projection.objects.filter(name=one.name, position__gt=0).exists()


def test_standing_says_how_far_each_has_come(log: Log, table: None, reader: Projector) -> None:
    log(4)
    seal_waiting(at=AT)
    run(reader, at=AT)
    log(3)
    seal_waiting(at=AT)
    mine = next(one for one in standing() if one.name == reader.name)
    assert (mine.position, mine.behind, mine.parked, mine.moved_at) == (4, 3, 0, AT)


def test_a_name_is_declared_once(reader: Projector) -> None:
    with pytest.raises(ValueError, match="declared twice"):
        projector(reader.name, apply=keep, reset=forget)


def daily() -> list[tuple[Any, ...]]:
    return list(
        DailyActs.objects.order_by("day", "organisation_path", "kind").values_list(
            "day", "organisation_path", "kind", "acts"
        )
    )


def test_daily_acts_rebuilt_equal_those_grown(db: None) -> None:
    drawn = random.Random(7)  # noqa: S311 - a test that can be repeated
    for number in range(60):
        act(
            number,
            drawn.choice([RENAMED, ADDED]),
            at=AT + timedelta(hours=drawn.randrange(72)),
            organisation_path=drawn.choice(["0001", "00010001", "0002"]),
        )
        if number % 7 == 0:
            seal_waiting(at=AT)
            run(DAILY_ACTS, at=AT)
    seal_waiting(at=AT)
    run(DAILY_ACTS, at=AT)
    grown = daily()
    assert sum(row[-1] for row in grown) == 60
    rebuild(DAILY_ACTS, at=AT)
    assert daily() == grown


def test_a_day_begins_at_midnight_in_shanghai(db: None) -> None:
    act(1, at=AT.replace(hour=15, minute=59))
    act(2, at=AT.replace(hour=16, minute=0))
    seal_waiting(at=AT)
    run(DAILY_ACTS, at=AT)
    assert [(str(row[0]), row[-1]) for row in daily()] == [("2026-11-21", 1), ("2026-11-22", 1)]


def test_the_job_seals_and_moves_every_projector(log: Log, table: None, reader: Projector) -> None:
    log(3)
    seal_events()
    assert noted() == [1, 2, 3]
    assert sum(row[-1] for row in daily()) == 3


def waiting() -> int:
    return ProcrastinateJob.objects.filter(task_name=SOON, status="todo").count()


def test_a_kind_wanted_soon_asks_for_one_job_after_the_commit(
    db: None, declared: None, django_capture_on_commit_callbacks: Any
) -> None:
    projector("tests.soon", apply=keep, reset=forget, soon=lambda: {ADDED.kind})
    with django_capture_on_commit_callbacks(execute=True) as asked:
        act(1, ADDED)
        act(2, ADDED)
        assert waiting() == 0
    assert (len(asked), waiting()) == (1, 1)
    with django_capture_on_commit_callbacks(execute=True):
        act(3, ADDED)
    assert waiting() == 1


def test_an_act_taken_back_or_of_another_kind_asks_for_nothing(
    db: None, declared: None, django_capture_on_commit_callbacks: Any
) -> None:
    projector("tests.soon", apply=keep, reset=forget, soon=lambda: {ADDED.kind})

    def taken_back() -> None:
        with transaction.atomic():
            act(1, ADDED)
            raise InterruptedError

    with django_capture_on_commit_callbacks(execute=True) as asked:
        act(2, RENAMED)
        with pytest.raises(InterruptedError):
            taken_back()
    assert (asked, waiting()) == ([], 0)


def test_the_job_that_is_soon_seals_and_moves_only_who_wants_it(log: Log, table: None, declared: None) -> None:
    one = projector("tests.soon", apply=keep, reset=forget, soon=lambda: {ADDED.kind})
    projector("tests.later", apply=keep, reset=forget)
    log(2)
    act(2, ADDED)
    seal_soon()
    assert noted() == [1, 2, 3]
    assert Projection.objects.get(name=one.name).position == 3
    assert not Projection.objects.filter(name="tests.later").exists()
