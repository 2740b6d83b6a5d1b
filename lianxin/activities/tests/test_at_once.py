"""Two at the same time: a room is booked once, sign-ins are neither lost nor doubled."""

from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from django.db import connection

from lianxin.activities.actions.booking import book_room
from lianxin.activities.actions.signing import Result, SignIn, sign_in_many
from lianxin.activities.models import Room, RoomBooking
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import InvalidInput


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


def test_of_two_who_book_a_room_one_has_it(cast, at):
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

    outcomes = at_once(book, book, book)
    assert sum(isinstance(one, RoomBooking) for one in outcomes) == 1
    assert sum(isinstance(one, InvalidInput) for one in outcomes) == 2
    assert RoomBooking.objects.count() == 1


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
