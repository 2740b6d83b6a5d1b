"""Writers at the same instant, and one who confirms while another writes. Commits are real: a copy of the database."""

import threading

import pytest
from django.db import connection

from lianxin.activities.actions.minutes import ChangedItem, Speech, begin_minutes, confirm_minutes, write_item
from lianxin.activities.models import Minutes
from lianxin.activities.tests.minutes_meeting import hold, written
from lianxin.kernel.errors import Conflict


@pytest.fixture
def db(django_db_setup, django_db_blocker):
    """A copy of the test database, thrown away afterwards: what is confirmed in it cannot be deleted, by design."""
    with django_db_blocker.unblock():
        connection.close()
        name = connection.settings_dict["NAME"]
        copy = f"{name}_minutes"
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


def together(*works):
    """Begin the works at one instant, each with a connection of its own; what each answered."""
    start, answers = threading.Barrier(len(works)), {}

    def run(number, work):
        try:
            start.wait()
            answers[number] = work()
        except Conflict as refusal:
            answers[number] = refusal
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=one) for one in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [answers[number] for number in range(len(works))]


def writing(actor, item, version, text, at):
    return lambda: write_item(
        actor, item=item.pk, version=version, speeches=[Speech("王建国", text)], decision=text, at=at
    )


def test_of_writers_at_one_instant_one_is_saved_and_the_others_are_shown_that_text(cast, at):
    meeting = hold(cast, at)
    actor = cast.actor("secretary")
    item = begin_minutes(actor, activity=meeting.activity.pk, at=at).items.first()
    answers = together(*(writing(actor, item, 1, f"第{number}稿", at) for number in range(4)))
    refused = [one for one in answers if isinstance(one, ChangedItem)]
    assert len(refused) == 3
    item.refresh_from_db()
    assert item.version == 2
    assert {one.theirs.decision for one in refused} == {item.decision}


def test_what_is_written_while_somebody_confirms_is_either_in_the_content_or_refused(cast, at):
    meeting = hold(cast, at)
    written(cast, meeting)
    actor, key = cast.actor("secretary"), meeting.activity.pk
    item = meeting.minutes.items.first()
    wrote, _confirmed = together(
        writing(actor, item, 2, "最后一稿", at), lambda: confirm_minutes(actor, activity=key, at=at)
    )
    minutes = Minutes.objects.get(activity_id=key)
    assert minutes.is_confirmed
    assert ("最后一稿" in minutes.content) == (not isinstance(wrote, Conflict))
