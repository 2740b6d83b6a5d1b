"""Rooms an actor may use, and who has one when."""

from datetime import date, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.activities.models import Room, RoomBooking
from lianxin.activities.permissions import VIEW
from lianxin.activities.queries.activities import instants_of
from lianxin.kernel.authz import Actor
from lianxin.kernel.authz.scope import reach_condition
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import SHANGHAI

SHOWN = 500


class Day(NamedTuple):
    """A day of a room's calendar with its bookings."""

    on: date
    bookings: list[RoomBooking]


def is_lent(actor: Actor, room: Room) -> bool:
    """Whether the actor reaches the room, or a place below one that is shared."""
    if actor.may(VIEW, room.organisation_path):
        return True
    return room.is_shared and any(reach.path.startswith(room.organisation_path) for reach in actor.reaches_for(VIEW))


def rooms_for(actor: Actor) -> list[Room]:
    """Open rooms the actor reaches or is lent. One query by ranges and keys of the path."""
    reached = reach_condition(actor, VIEW, field="organisation_path")
    if reached is None:
        return []
    above = {path for reach in actor.reaches_for(VIEW) for path in ancestors(reach.path)}
    condition = reached | Q(is_shared=True, organisation_path__in=above) if reached else Q()
    rows = Room.objects.filter(condition, closed_at__isnull=True).select_related("organisation")
    return list(rows.order_by("organisation_path", "name")[:SHOWN])


def room_for(actor: Actor, room: UUID) -> Room:
    """One room. One query.

    Raises:
        NotVisible: there is none, or it is not lent to the actor's organisations.
    """
    found = Room.objects.select_related("organisation").filter(pk=room).first()
    if found is None or not is_lent(actor, found):
        raise NotVisible(_("There is no such room, or it is not lent to this organisation."))
    return found


def week_of(room: UUID, first: date, days: int = 14) -> list[Day]:
    """The bookings of a room for some days. One query."""
    since, until = instants_of(first, first + timedelta(days=days - 1))
    rows = list(RoomBooking.objects.filter(room=room, during__overlap=(since, until)).order_by("during"))
    shown = []
    for number in range(days):
        day = first + timedelta(days=number)
        shown.append(
            Day(
                day,
                [
                    row
                    for row in rows
                    if row.during.lower.astimezone(SHANGHAI).date()
                    <= day
                    <= (row.during.upper - timedelta(microseconds=1)).astimezone(SHANGHAI).date()
                ],
            )
        )
    return shown
