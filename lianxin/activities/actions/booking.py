"""Rooms: keeping them, and taking one for a while. The database lets no two bookings of a room overlap."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.utils.translation import gettext as _

from lianxin.activities.events import ROOM_BOOKED, ROOM_CLOSED, ROOM_KEPT, ROOM_RELEASED
from lianxin.activities.models import Activity, Room, RoomBooking
from lianxin.activities.permissions import PLAN, ROOMS, VIEW
from lianxin.activities.queries.rooms import Taken, taken_between
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.db.turns import take_turn
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.time import SHANGHAI
from lianxin.organisations.facade import organisation_for

NAME, EQUIPMENT = 80, 200
MOST_SEATS = 20_000


def taken_by(room: UUID, during: DateTimeTZRange, *, but: UUID | None = None) -> Taken | None:
    """What stands in the way, if anything does. Two queries."""
    rows = taken_between(room, during.lower, during.upper)
    return next((one for one in rows if one.booking is None or but is None or one.booking.activity_id != but), None)


def taken_sentence(taken: Taken | None) -> str:
    """Who has the room, for what where that is known to the actor, and what to do."""
    if taken is None:
        return _("The room was just taken for that time. Choose another room or time.")
    first, last = (moment.astimezone(SHANGHAI) for moment in (taken.first, taken.last))
    facts = {
        "who": taken.organisation_name,
        "from": f"{first:%Y-%m-%d %H:%M}",
        "to": f"{last:%H:%M}" if first.date() == last.date() else f"{last:%Y-%m-%d %H:%M}",
    }
    if taken.booking is None:
        return _("%(who)s has this room from %(from)s to %(to)s. Choose another room or time.") % facts
    return _("%(who)s has this room from %(from)s to %(to)s (%(for)s). Choose another room or time.") % (
        facts | {"for": taken.booking.purpose}
    )


def book_for(actor: Actor, activity: Activity, *, at: datetime) -> None:
    """Give an activity the room it names for its time, and back any other; inside the act's transaction.

    Raises:
        InvalidInput: somebody else has the room then; the sentence at `room` says who.
    """
    booking = RoomBooking.objects.filter(activity=activity.pk).first()
    if activity.room_id is None or activity.state == Activity.State.CANCELLED:
        if booking is not None:
            booking.delete()
        return
    booking = booking or RoomBooking(activity_id=activity.pk, booked_by_id=actor.account_id, booked_at=at)
    booking.room_id = activity.room_id
    booking.organisation_id = activity.organisation_id
    booking.organisation_name = activity.organisation.short_name
    booking.purpose = activity.title
    booking.during = DateTimeTZRange(activity.starts_at, activity.ends_at)
    _write(booking)


def _write(booking: RoomBooking) -> None:
    take_turn(f"room {booking.room_id}")
    try:
        with transaction.atomic():
            booking.save()
    except IntegrityError as error:
        if "room_taken_once" in str(error):
            raise InvalidInput(
                {"room": taken_sentence(taken_by(booking.room_id, booking.during, but=booking.activity_id))}
            ) from error
        raise


@transaction.atomic
def book_room(
    actor: Actor, *, room: UUID, organisation: UUID, starts_at: datetime, ends_at: datetime, purpose: str, at: datetime
) -> RoomBooking:
    """Take a room for something that is no activity.

    Raises:
        NotVisible, NotPermitted: the room or the organisation is not the actor's.
        InvalidInput: no purpose, an end before the beginning, or somebody else has it then.
    """
    place = organisation_for(actor, organisation, PLAN)
    found = Room.objects.filter(pk=room, closed_at__isnull=True).first()
    if found is None or not (
        found.organisation_id == place.pk or (found.is_shared and place.path.startswith(found.organisation_path))
    ):
        raise NotVisible(_("There is no such room, or it is not lent to this organisation."))
    wrong = {}
    if not purpose.strip():
        wrong["purpose"] = _("Say what the room is for.")
    if ends_at <= starts_at:
        wrong["ends_at"] = _("The end lies before the beginning.")
    if wrong:
        raise InvalidInput(wrong)
    booking = RoomBooking(
        room=found,
        organisation=place,
        organisation_name=place.short_name,
        purpose=purpose.strip()[:120],
        during=DateTimeTZRange(starts_at, ends_at),
        booked_by_id=actor.account_id,
        booked_at=at,
    )
    _write(booking)
    record(
        actor,
        ROOM_BOOKED,
        at=at,
        subject=found.pk,
        organisation=place.pk,
        organisation_path=place.path,
        data={"booking": str(booking.pk), "purpose": booking.purpose, "from": starts_at, "to": ends_at},
    )
    return booking


@transaction.atomic
def release_room(actor: Actor, *, booking: UUID, at: datetime) -> None:
    """Give a room back: who booked it, or who keeps the room. One taken by an activity is freed with the activity.

    Raises:
        NotVisible, NotPermitted: neither the booking nor the room is the actor's.
        Conflict: it belongs to an activity.
    """
    found = RoomBooking.objects.select_for_update().filter(pk=booking).first()
    if found is None:
        raise NotVisible(_("There is no such booking, or it is not in your organisations."))
    if not actor.may(ROOMS, found.room_path):
        require(actor, PLAN, found.organisation_path, seen_by=VIEW)
    if found.activity_id is not None:
        raise Conflict(_("This time belongs to an activity. Change its room or cancel it there."))
    found.delete()
    record(
        actor,
        ROOM_RELEASED,
        at=at,
        subject=found.room_id,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"purpose": found.purpose, "from": found.during.lower, "to": found.during.upper},
    )


@transaction.atomic
def keep_room(
    actor: Actor,
    *,
    organisation: UUID,
    room: UUID | None = None,
    name: str,
    seats: int = 0,
    equipment: str = "",
    address: str = "",
    is_shared: bool = False,
    at: datetime,
) -> Room:
    """Add a room, or say anew what is true of it.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: no name, one that is taken, or an impossible number of seats.
    """
    place = organisation_for(actor, organisation, ROOMS)
    wrong = {}
    if not name.strip() or len(name.strip()) > NAME:
        wrong["name"] = _("Write the name of the room, in at most 80 characters.")
    if not 0 <= seats <= MOST_SEATS:
        wrong["seats"] = _("Choose 0 to 20,000 seats.")
    same = Room.objects.filter(organisation=place, name=name.strip(), closed_at__isnull=True)
    if any(one != room for one in same.values_list("pk", flat=True)):
        wrong["name"] = _("This organisation has a room of that name already.")
    if wrong:
        raise InvalidInput(wrong)
    found = Room.objects.select_for_update().filter(pk=room, organisation=place).first() if room else None
    if room and found is None:
        raise NotVisible(_("There is no such room, or it is not lent to this organisation."))
    found = found or Room(organisation=place)
    found.name, found.seats, found.is_shared = name.strip(), seats, is_shared
    found.equipment, found.address = equipment.strip()[:EQUIPMENT], address.strip()[:120]
    found.save()
    record(
        actor,
        ROOM_KEPT,
        at=at,
        subject=found.pk,
        organisation=place.pk,
        organisation_path=place.path,
        data={"name": found.name, "seats": found.seats, "shared": found.is_shared},
    )
    return found


@transaction.atomic
def close_room(actor: Actor, *, room: UUID, at: datetime) -> Room:
    """Close a room; what is booked in the future has to go first.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it is still booked.
    """
    found = Room.objects.select_for_update().filter(pk=room, closed_at__isnull=True).first()
    if found is None:
        raise NotVisible(_("There is no such room, or it is not lent to this organisation."))
    require(actor, ROOMS, found.organisation_path, seen_by=VIEW)
    coming = RoomBooking.objects.filter(room=found, during__endswith__gt=at).order_by("during").first()
    if coming is not None:
        raise Conflict(
            taken_sentence(Taken(coming.during.lower, coming.during.upper, coming.organisation_name, coming))
        )
    found.closed_at = at
    found.save(update_fields=["closed_at"])
    record(
        actor,
        ROOM_CLOSED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"name": found.name},
    )
    return found
