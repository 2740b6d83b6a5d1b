"""Rooms an actor may use, and who has one when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import connection
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
from lianxin.organisations.facade import short_names_of

SHOWN = 500


@dataclass(frozen=True, slots=True)
class Taken:
    """A time a room is taken, and by whom. `booking` says for what, where the actor has the room then or keeps it."""

    first: datetime
    last: datetime
    organisation_name: str
    booking: RoomBooking | None = None


class Day(NamedTuple):
    """A day of a room's calendar with its bookings."""

    on: date
    bookings: list[Taken]


def is_lent(actor: Actor, room: Room) -> bool:
    """Whether the actor reaches the room, or a place below one that is shared."""
    if actor.may(VIEW, room.organisation_path):
        return True
    return room.is_shared and any(reach.path.startswith(room.organisation_path) for reach in actor.reaches_for(VIEW))


def rooms_for(actor: Actor) -> list[Room]:
    """Open rooms the actor reaches, then those it is lent from above. Two queries, by ranges and keys of the path."""
    reached = reach_condition(actor, VIEW, field="organisation_path")
    if reached is None:
        return []
    above = {path for reach in actor.reaches_for(VIEW) for path in ancestors(reach.path)}
    condition = reached | Q(is_shared=True, organisation_path__in=above) if reached else Q()
    rows = Room.objects.filter(condition, closed_at__isnull=True)
    own = [reach.path for reach in actor.reaches_for(VIEW)]
    found = named(rows.order_by("organisation_path", "name")[:SHOWN])
    return sorted(found, key=lambda one: not any(one.organisation_path.startswith(path) for path in own))


def named(rooms: Iterable[Room]) -> list[Room]:
    """Rooms with the names of those who keep them; a lent one's keeper may lie outside the reach. One query."""
    found = list(rooms)
    names = short_names_of({one.organisation_id for one in found}) if found else {}
    for one in found:
        one.organisation_name = names.get(one.organisation_id, "")
    return found


def room_for(actor: Actor, room: UUID) -> Room:
    """One room. Two queries.

    Raises:
        NotVisible: there is none, or it is not lent to the actor's organisations.
    """
    found = next(iter(named(Room.objects.filter(pk=room))), None)
    if found is None or not is_lent(actor, found):
        raise NotVisible(_("There is no such room, or it is not lent to this organisation."))
    return found


def taken_between(room: UUID, since: datetime, until: datetime) -> list[Taken]:
    """When a room is taken, for whoever may use it, in order of time. Two queries."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT booking, lower(during), upper(during), organisation_name FROM activities_taken(%s, %s, %s)",
            [room, since, until],
        )
        rows = cursor.fetchall()
    seen = {one.pk: one for one in RoomBooking.objects.filter(pk__in=[key for key, *_rest in rows])} if rows else {}
    return [Taken(first, last, name, seen.get(key)) for key, first, last, name in rows]


def week_of(room: UUID, first: date, days: int = 14) -> list[Day]:
    """The bookings of a room for some days. Two queries."""
    since, until = instants_of(first, first + timedelta(days=days - 1))
    rows = taken_between(room, since, until)
    shown = []
    for number in range(days):
        day = first + timedelta(days=number)
        shown.append(
            Day(
                day,
                [
                    row
                    for row in rows
                    if row.first.astimezone(SHANGHAI).date()
                    <= day
                    <= (row.last - timedelta(microseconds=1)).astimezone(SHANGHAI).date()
                ],
            )
        )
    return shown
