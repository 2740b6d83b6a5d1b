"""What the database itself refuses, and that places follow the tree."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from lianxin.activities.models import Activity, ActivityParty, Room, RoomBooking
from lianxin.kernel.authz import Actor, acting
from lianxin.organisations.facade import move


def meeting(cast, at, place="willow", **facts):
    organisation = getattr(cast, place)
    defaults = {
        "organisation": organisation,
        "kinds": ["theme_day"],
        "title": "主题党日",
        "starts_at": at,
        "ends_at": at + timedelta(hours=1),
        "created_at": at,
    }
    made = Activity.objects.create(**defaults | facts)
    ActivityParty.objects.create(
        activity=made, organisation=organisation, organisation_name=organisation.short_name, is_host=True
    )
    return made


def booking(room, cast, at, hours=(0, 1)):
    first, last = (at + timedelta(hours=hour) for hour in hours)
    return RoomBooking.objects.create(
        room=room,
        organisation=cast.willow,
        organisation_name="柳树村党支部",
        purpose="学习",
        during=DateTimeTZRange(first, last),
        booked_at=at,
    )


def test_a_room_is_taken_once(cast, at):
    room = Room.objects.create(organisation=cast.north, name="会议室")
    booking(room, cast, at)
    with pytest.raises(IntegrityError, match="room_taken_once"), transaction.atomic():
        booking(room, cast, at, (0.5, 2))
    booking(room, cast, at, (1, 2))
    assert RoomBooking.objects.count() == 2


@pytest.mark.parametrize(
    "facts",
    [
        {"kinds": []},
        {"state": "held"},
        {"state": "cancelled"},
        {"audience": "group"},
    ],
)
def test_impossible_activities_are_refused(cast, at, facts):
    with pytest.raises(IntegrityError), transaction.atomic():
        meeting(cast, at, **facts)


def test_places_follow_the_tree(cast, at, today):
    made = meeting(cast, at)
    move(
        Actor.system("tests"),
        organisation=cast.willow.id,
        parent=cast.south.id,
        effective_on=today,
        document_no="1",
        reason="调整",
        at=at,
    )
    made.refresh_from_db()
    cast.willow.refresh_from_db()
    assert made.organisation_path == cast.willow.path
    assert made.parties.get().activity_path == cast.willow.path
    assert cast.willow.path.startswith(cast.south.path)


def test_row_security_shows_a_shared_room_below_and_hides_the_rest(cast, at):
    Room.objects.create(organisation=cast.north, name="共享", is_shared=True)
    Room.objects.create(organisation=cast.north, name="自用")
    with acting(cast.actor("secretary")):
        assert [room.name for room in Room.objects.all()] == ["共享"]
    with acting(cast.actor("far_secretary")):
        assert not Room.objects.exists()


def test_row_security_shows_a_joint_activity_to_the_other_party_alone(cast, at):
    made = meeting(cast, at)
    with acting(cast.actor("far_secretary")):
        assert not Activity.objects.exists()
    ActivityParty.objects.create(activity=made, organisation=cast.reed, organisation_name="芦苇村党支部")
    with acting(cast.actor("far_secretary")):
        assert Activity.objects.get().pk == made.pk
    with acting(cast.actor("sibling")):
        assert not Activity.objects.exists()
