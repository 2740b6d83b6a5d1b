"""Leave that nobody decided on, or nobody entered, before the meeting was over."""

from datetime import timedelta

import pytest
from django.urls import reverse

from lianxin.activities.actions.holding import correct_attendance, hold
from lianxin.activities.actions.minutes import begin_minutes
from lianxin.activities.actions.replying import decide_leave, enter_leave, reply
from lianxin.activities.actions.signing import tick
from lianxin.activities.models import Activity, Minutes
from lianxin.activities.panels import at_the_desk
from lianxin.activities.queries.minutes import presence_of
from lianxin.kernel.authz import acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.models import Event


@pytest.fixture
def asked(cast, people, meeting, account_of, row, at):
    """A meeting that is over: four came, the fifth had asked for leave and nobody decided."""
    made = meeting()
    account_of(people[4], "fifth")
    reply(cast.actor("fifth"), activity=made.pk, coming=False, reason="住院", at=at)
    Activity.objects.filter(pk=made.pk).update(starts_at=at - timedelta(hours=3), ends_at=at - timedelta(hours=2))
    tick(cast.actor("secretary"), activity=made.pk, participants=[row(made, one).pk for one in people[:4]], at=at)
    return made


@pytest.fixture
def held(cast, asked, at):
    """The same, marked as held."""
    return hold(cast.actor("secretary"), activity=asked.pk, at=at)


def names_on_leave(activity):
    return [one.name for one in presence_of(activity).on_leave]


def test_it_is_decided_after_the_end(cast, people, asked, row, at):
    page = cast.client("secretary").get(reverse("activities:attendance", args=[asked.pk])).content.decode()
    assert reverse("activities:decide_leave", args=[row(asked, people[4]).pk]) in page
    with acting(cast.actor("secretary")):
        assert [(one.pk, number) for one, number in at_the_desk(cast.actor("secretary")).to_close] == [(asked.pk, 1)]
    decide_leave(cast.actor("secretary"), participant=row(asked, people[4]).pk, give=True, at=at)
    assert names_on_leave(hold(cast.actor("secretary"), activity=asked.pk, at=at)) == ["陈静"]


def test_it_is_decided_once_the_attendance_is_closed(cast, people, held, row, at):
    assert names_on_leave(held) == []
    client = cast.client("secretary")
    address = reverse("activities:decide_leave", args=[row(held, people[4]).pk])
    assert address in client.get(reverse("activities:attendance", args=[held.pk])).content.decode()
    assert client.post(address, {"give": "yes"}).status_code == 302
    assert names_on_leave(held) == ["陈静"]


def test_it_is_entered_once_the_attendance_is_closed(cast, people, held, row, at):
    enter_leave(cast.actor("secretary"), participant=row(held, people[4]).pk, reason="住院", told_by="女儿", at=at)
    assert names_on_leave(held) == ["陈静"]


def test_the_attendance_is_corrected_to_leave_and_why_stays_with_the_person(cast, people, held, row, at):
    client = cast.client("secretary")
    given = {"participants": [str(row(held, people[4]).pk)], "attendance": "leave_given", "reason": "当时已准假，漏登"}
    assert client.post(reverse("activities:correct", args=[held.pk]), given).status_code == 302
    found = row(held, people[4])
    assert (found.attendance, found.reply, found.leave_reason) == ("absent", "leave_given", "住院")
    event = Event.objects.get(kind="activities.attendance_corrected")
    assert event.reason == ""
    assert "住院" not in str(event.changes)
    assert (
        correct_attendance(
            cast.actor("secretary"),
            activity=held.pk,
            participants=[found.pk],
            attendance="leave_given",
            reason="再次",
            at=at,
        )
        == 0
    )


def test_who_came_is_corrected_to_leave_with_the_reason_that_is_given(cast, people, held, row, at):
    secretary, found = cast.actor("secretary"), row(held, people[3])
    facts = {"activity": held.pk, "participants": [found.pk], "attendance": "leave_given", "at": at}
    with pytest.raises(InvalidInput):
        correct_attendance(secretary, **facts, reason=" ")
    assert row(held, people[3]).attendance == "present"
    correct_attendance(secretary, **facts, reason="外出务工")
    found = row(held, people[3])
    assert (found.attendance, found.leave_reason, found.signed_at) == ("absent", "外出务工", None)


def test_nobody_corrects_their_own_absence_to_leave(cast, people, held, row, at):
    with pytest.raises(NotPermitted):
        correct_attendance(
            cast.actor("secretary"),
            activity=held.pk,
            participants=[row(held, people[0]).pk],
            attendance="leave_given",
            reason="出差",
            at=at,
        )
    assert row(held, people[0]).attendance == "present"


def test_confirmed_minutes_say_who_was_on_leave_for_good(cast, people, held, row, at):
    secretary, found = cast.actor("secretary"), row(held, people[4])
    begin_minutes(secretary, activity=held.pk, at=at)
    Minutes.objects.filter(activity=held).update(
        state="confirmed", confirmed_at=at, confirmed_by=cast.secretary, content="{}", sha256="0" * 64
    )
    for act in (
        lambda: decide_leave(secretary, participant=found.pk, give=True, at=at),
        lambda: enter_leave(secretary, participant=found.pk, reason="住院", at=at),
        lambda: correct_attendance(
            secretary, activity=held.pk, participants=[found.pk], attendance="leave_given", reason="住院", at=at
        ),
    ):
        with acting(secretary), pytest.raises(Conflict):
            act()
    assert row(held, people[4]).reply == "leave_asked"
    page = cast.client("secretary").get(reverse("activities:attendance", args=[held.pk])).content.decode()
    assert reverse("activities:decide_leave", args=[found.pk]) not in page


def test_the_member_asks_no_more_once_it_is_over(cast, people, asked, row, at):
    with pytest.raises(Conflict):
        reply(cast.actor("fifth"), activity=asked.pk, coming=True, at=at)
    assert row(asked, people[4]).reply == "leave_asked"
