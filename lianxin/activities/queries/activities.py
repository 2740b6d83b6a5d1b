"""Reading activities: one for an actor, those of a time, who came to what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.activities.models import Activity, ActivityParty, Participant
from lianxin.activities.permissions import EXPORT, VIEW
from lianxin.kernel.authz import Actor, require, within
from lianxin.kernel.authz.scope import reach_condition
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import SHANGHAI
from lianxin.organisations.facade import short_names_of

MOST_JOINED = 1_000
"""So many of the latest activities of others are found beside one's own."""


@dataclass(frozen=True, slots=True)
class Attended:
    """What a member was invited to, and whether they came."""

    activity: UUID
    title: str
    kinds: tuple[str, ...]
    starts_at: datetime
    ends_at: datetime
    role: str
    is_excused: bool
    reply: str
    attendance: str


def not_there() -> NotVisible:
    """The refusal for an activity that does not exist or lies elsewhere."""
    return NotVisible(_("There is no such activity, or it is not in your organisations."))


def named(activities: Iterable[Activity]) -> list[Activity]:
    """Activities with the names of those who hold them, also where the actor sees no more of them. One query."""
    found = list(activities)
    names = short_names_of({one.organisation_id for one in found}) if found else {}
    for one in found:
        one.organisation_name = names.get(one.organisation_id, "")
    return found


def activity_for(actor: Actor, activity: UUID, permission: str = VIEW) -> Activity:
    """One activity, where the actor holds the permission there or at a party to it. Two queries, or three.

    Taking part in an activity of others opens it to the staff of the party for reading alone.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
        NotPermitted: the actor sees it but does not hold the permission where it is held.
    """
    found = next(iter(named(Activity.objects.filter(pk=activity))), None)
    if found is None:
        raise not_there()
    if permission == VIEW and not actor.may(VIEW, found.organisation_path):
        if any(actor.may(VIEW, path) for path in found.parties.values_list("organisation_path", flat=True)):
            return found
        raise not_there()
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    return found


def activities_within(actor: Actor) -> QuerySet[Activity]:
    """Activities of the actor's organisations, and those of others that count for one of them.

    One query at once, for the latter: they are few, and by their keys an index finds them, which an EXISTS joined by OR
    would prevent.
    """
    own = reach_condition(actor, VIEW, field="organisation_path")
    if own is None:
        return Activity.objects.none()
    if own == Q():
        return Activity.objects.all()
    hosts = reach_condition(actor, VIEW, field="activity_path") or Q()
    parties = ActivityParty.objects.filter(own, is_host=False).exclude(hosts)
    joined = list(parties.order_by("-id").values_list("activity_id", flat=True)[:MOST_JOINED])
    return Activity.objects.filter(own | Q(pk__in=joined)) if joined else Activity.objects.filter(own)


def turns_of(activity: Activity) -> list[Activity]:
    """All turns of the series that an activity belongs to, in their order; none without a series. One query or none."""
    if activity.series_id is None:
        return []
    return list(Activity.objects.filter(series=activity.series_id).order_by("starts_at", "id"))


def export_rows(actor: Actor) -> QuerySet[Activity]:
    """What an export reads: where the actor may export."""
    rows = Activity.objects.select_related("organisation")
    return within(rows, actor, EXPORT, field="organisation_path")


def instants_of(since: date, until: date) -> tuple[datetime, datetime]:
    """The first instant of `since` and the first after `until`, days in Shanghai."""
    return (
        datetime.combine(since, time(), SHANGHAI),
        datetime.combine(until + timedelta(days=1), time(), SHANGHAI),
    )


def activities_between(actor: Actor, organisations: UUID | Iterable[UUID], since: date, until: date) -> list[Activity]:
    """Activities that count for the organisations and begin from `since` to `until`, both included; oldest first.

    Those cancelled are left out. Three queries: what is joint, the activities, and their parties (`parties.all()`).
    """
    wanted = [organisations] if isinstance(organisations, UUID) else list(organisations)
    first, last = instants_of(since, until)
    counts = ActivityParty.objects.filter(activity=OuterRef("pk"), organisation__in=wanted)
    return list(
        activities_within(actor)
        .filter(Exists(counts), starts_at__gte=first, starts_at__lt=last)
        .exclude(state=Activity.State.CANCELLED)
        .prefetch_related("parties")
        .order_by("starts_at", "id")
    )


def attendance_of(member: UUID, since: date, until: date) -> list[Attended]:
    """What a member was invited to in those days, both included, of what was held; oldest first. One query.

    The caller has made sure that the actor may see the member.
    """
    first, last = instants_of(since, until)
    rows = (
        Participant.objects.filter(
            member=member,
            activity__state=Activity.State.HELD,
            activity__starts_at__gte=first,
            activity__starts_at__lt=last,
        )
        .select_related("activity")
        .order_by("activity__starts_at", "id")
    )
    return [
        Attended(
            row.activity_id,
            row.activity.title,
            tuple(row.activity.kinds),
            row.activity.starts_at,
            row.activity.ends_at,
            row.role,
            row.is_excused,
            row.reply,
            row.attendance,
        )
        for row in rows
    ]
