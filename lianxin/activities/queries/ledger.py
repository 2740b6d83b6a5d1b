"""What ledgers read of organisation life: who came, what minutes say, what was made up for, what was resolved.

The caller has made sure that the actor may see the organisation's activities; row security holds besides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from lianxin.activities.models import Activity, MakeUp, Minutes, MinutesItem, Participant, Resolution
from lianxin.activities.queries.activities import instants_of


@dataclass(frozen=True, slots=True)
class MadeUp:
    """A missed activity that somebody made up for."""

    activity: UUID
    member: UUID
    what: str
    done_on: date


def held_between(organisation: UUID, since: date, until: date) -> list[Activity]:
    """What was held and counts for the organisation, begun from `since` to `until`, both included; oldest first.

    Two queries: the activities and their points of the agenda (`agenda.all()`).
    """
    first, last = instants_of(since, until)
    return list(
        Activity.objects.filter(
            parties__organisation=organisation,
            state=Activity.State.HELD,
            starts_at__gte=first,
            starts_at__lt=last,
        )
        .prefetch_related("agenda")
        .order_by("starts_at", "id")
    )


def participants_of(activities: Iterable[UUID], organisation: UUID) -> list[Participant]:
    """The organisation's own members invited to the activities, by activity and name. One query."""
    rows = Participant.objects.filter(
        activity__in=list(activities), member_organisation=organisation, role=Participant.Role.MEMBER
    )
    return list(rows.order_by("activity__starts_at", "activity_id", "pinyin", "id"))


def decisions_of(activities: Iterable[UUID]) -> dict[UUID, list[MinutesItem]]:
    """Activity → the items of its confirmed minutes. One query."""
    found: dict[UUID, list[MinutesItem]] = {}
    rows = MinutesItem.objects.filter(
        minutes__activity__in=list(activities), minutes__state=Minutes.State.CONFIRMED
    ).select_related("minutes")
    for row in rows.order_by("minutes_id", "position", "id"):
        found.setdefault(row.minutes.activity_id, []).append(row)
    return found


def made_up_between(organisation: UUID, since: date, until: date) -> list[MadeUp]:
    """What members invited from the organisation made up for in these days, by day, whoever held it. One query."""
    own = Participant.objects.filter(
        activity=OuterRef("minutes__activity"), member=OuterRef("member"), member_organisation=organisation
    )
    rows = MakeUp.objects.filter(Exists(own), done_on__gte=since, done_on__lte=until)
    rows = rows.exclude(minutes__activity__state=Activity.State.CANCELLED)
    return [
        MadeUp(row.minutes.activity_id, row.member_id, row.what, row.done_on)
        for row in rows.select_related("minutes").order_by("done_on", "id")
    ]


def resolutions_between(organisation: UUID, since: date, until: date) -> list[Resolution]:
    """Resolutions of confirmed minutes of meetings in these days, with their activity; oldest first. One query.

    Those of a meeting whose record was annulled are left out.
    """
    first, last = instants_of(since, until)
    rows = Resolution.objects.filter(
        ~Q(state=Resolution.State.DRAFT),
        organisation=organisation,
        item__minutes__activity__starts_at__gte=first,
        item__minutes__activity__starts_at__lt=last,
    ).exclude(item__minutes__activity__state=Activity.State.CANCELLED)
    return list(
        rows.select_related("item__minutes__activity").order_by("item__minutes__activity__starts_at", "due_on", "id")
    )


def activities_named(activities: Iterable[UUID]) -> list[Activity]:
    """The activities with their points of the agenda, as far as row security shows them. Two queries."""
    return list(Activity.objects.filter(pk__in=list(activities)).prefetch_related("agenda").order_by("starts_at", "id"))
