"""Two at the same time: a room is booked once, sign-ins are neither lost nor doubled."""

from collections import Counter
from datetime import timedelta
from threading import Barrier, Event, Thread
from time import monotonic
from uuid import uuid4

import pytest
from django.db import connection, transaction

from lianxin.activities.actions.booking import book_room
from lianxin.activities.actions.excusing import excuse
from lianxin.activities.actions.hall import HallAct, take_hall_acts
from lianxin.activities.actions.holding import Report, hold, report
from lianxin.activities.actions.signing import Result, SignIn, sign_in_many, tick
from lianxin.activities.models import Activity, Excuse, Room, RoomBooking
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """A copy of the test database, thrown away afterwards, because commits are real."""
    with django_db_blocker.unblock():
        connection.close()
        name = connection.settings_dict["NAME"]
        copy = f"{name}_activities"
        with connection._nodb_cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{copy}" TEMPLATE "{name}"')
        connection.settings_dict["NAME"] = copy
        try:
            yield
        finally:
            connection.close()
            connection.settings_dict["NAME"] = name
            with connection._nodb_cursor() as cursor:
                cursor.execute(f'DROP DATABASE "{copy}" WITH (FORCE)')


def at_once(*works):
    """Run the works at the same moment, each with a connection of its own; what each returned or raised."""
    barrier, outcomes = Barrier(len(works)), [None] * len(works)

    def run(number, work):
        try:
            barrier.wait(10)
            outcomes[number] = work()
        except Exception as error:  # noqa: BLE001 - looked at by the test
            outcomes[number] = error
        finally:
            connection.close()

    threads = [Thread(target=run, args=(number, work)) for number, work in enumerate(works)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(30)
    return outcomes


def test_of_many_who_book_a_room_one_has_it(cast, at):
    room = Room.objects.create(organisation=cast.willow, name="活动室")
    actor = cast.actor("secretary")

    def book():
        with acting(actor):
            return book_room(
                actor,
                room=room.pk,
                organisation=cast.willow.id,
                starts_at=at,
                ends_at=at + timedelta(hours=1),
                purpose="学习",
                at=at,
            )

    for _round in range(10):  # who writes while another looks is chance
        outcomes = at_once(*[book] * 6)
        assert Counter(map(type, outcomes)) == {RoomBooking: 1, InvalidInput: 5}
        RoomBooking.objects.get().delete()


def test_of_many_who_excuse_a_member_one_does(cast, people, at, today):
    actor = cast.actor("clerk")

    def give():
        with acting(actor):
            return excuse(actor, member=people[0].pk, ground="illness", since=today, at=at)

    for _round in range(10):
        outcomes = at_once(*[give] * 6)
        assert Counter(map(type, outcomes)) == {Excuse: 1, InvalidInput: 5}
        Excuse.objects.get().delete()


def test_two_phones_that_replay_at_once_lose_and_double_nothing(cast, people, meeting, row, at):
    made = meeting()
    actor = cast.actor("secretary")
    items = [SignIn(row(made, one).pk, uuid4(), at) for one in people]
    other = [SignIn(one.participant, uuid4(), at) for one in reversed(items)]

    def send(kept):
        def work():
            with acting(actor):
                return sign_in_many(actor, activity=made.pk, items=kept, at=at)

        return work

    answers = at_once(send(items), send(other), send(items), send(other))
    results = [one.result for answer in answers for one in answer]
    assert results.count(Result.ACCEPTED) == 5
    assert results.count(Result.ALREADY) == 15
    assert made.participants.filter(attendance="present").count() == 5


def test_of_two_who_report_the_same_one_record_stays(cast, people, at, today):
    actor = cast.actor("secretary")
    held = Report(kinds=["theme_day"], on=today - timedelta(days=1), place="文化广场", present=[people[0].pk])

    def work():
        with acting(actor):
            return report(actor, organisation=cast.willow.id, report=held, at=at)

    outcomes = at_once(work, work)
    assert sum(isinstance(one, Conflict) for one in outcomes) == 1
    assert Activity.objects.filter(state=Activity.State.HELD).count() == 1


def test_a_phone_that_waited_sees_that_the_meeting_was_closed_meanwhile(cast, people, meeting, row, at):
    made, actor, later = meeting(), cast.actor("secretary"), at + timedelta(minutes=40)
    came = {one.pk: row(made, one).pk for one in people[:2]}
    tick(actor, activity=made.pk, participants=[came[people[0].pk]], at=later)
    act = HallAct(uuid4(), "sign_in", came[people[1].pk], later, "unknown", {"attendance": "present"})
    locked = Event()

    def close():
        with acting(actor), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"hall {made.pk}"])
            locked.set()
            until = monotonic() + 10
            while monotonic() < until:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                if cursor.fetchone()[0]:
                    break
            return hold(actor, activity=made.pk, at=later)

    def send():
        assert locked.wait(10)
        with acting(actor):
            return take_hall_acts(actor, activity=made.pk, acts=[act], at=later)

    closed, answers = at_once(close, send)
    assert closed.state == Activity.State.HELD
    assert [(one.result, one.stands["closed"]) for one in answers] == [("conflict", True)]
    assert row(made, people[1]).attendance == "absent"
