"""Planning an activity: alone, from a template or an old one; changing it, and telling everybody what changed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from lianxin.activities.actions.booking import book_for
from lianxin.activities.actions.checking import PLACE, Named, check_day, check_plan
from lianxin.activities.actions.list_of_the_day import Difference, bring_up_to_date, tell_difference
from lianxin.activities.actions.locking import check_version, locked_activity
from lianxin.activities.actions.telling import tell_changed, tell_joined, tell_parted, tell_uninvited
from lianxin.activities.events import CHANGED, PLANNED
from lianxin.activities.kinds import in_order
from lianxin.activities.models import Activity, ActivityParty, AgendaItem, Participant, Room
from lianxin.activities.permissions import PLAN
from lianxin.activities.plan import Plan, Point
from lianxin.activities.queries.invited import expected_at, invitations
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.inserting import insert_many
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations.facade import Organisation, organisation_for

COPIED = ("title", "starts_at", "ends_at", "online_link", "late_after", "audience")
TOLD = ("starts_at", "ends_at", "place", "room", "online_link", "agenda")
"""What everybody invited is told of when it changes."""


@transaction.atomic
def plan(
    actor: Actor, *, organisation: UUID, planned: Plan, at: datetime, series: UUID | None = None, turn: Any = None
) -> Activity:
    """Plan an activity as a draft with its agenda, its room and those invited; nobody is told yet.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: by field; a room that somebody else has then is named with who has it.
    """
    place = organisation_for(actor, organisation, PLAN)
    check_day(place, day_of(planned.starts_at), at=at, is_turn=series is not None)
    named = check_plan(place, planned, at=at)
    made = Activity(
        organisation=place,
        organisation_path=place.path,
        created_at=at,
        created_by_id=actor.account_id,
        series_id=series,
        series_on=turn,
    )
    _fill(made, planned, named)
    made.save()
    _write_agenda(made, planned.agenda)
    _write_parties(made, place, named.parties)
    people = expected_at(made)
    insert_many(Participant, invitations(made, people))
    book_for(actor, made, at=at)
    record(
        actor,
        PLANNED,
        at=at,
        subject=made.pk,
        organisation=place.pk,
        organisation_path=place.path,
        data={"kinds": list(made.kinds), "title": made.title, "starts_at": made.starts_at, "invited": len(people)},
    )
    return made


@transaction.atomic
def change(actor: Actor, *, activity: UUID, planned: Plan, version: int | None = None, at: datetime) -> Activity:
    """Change an activity that was not held yet. Those invited are told where time, place or agenda changed.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict, Changed: it was held or cancelled, or somebody changed it meanwhile.
        InvalidInput: by field.
    """
    found = locked_activity(actor, activity, PLAN)
    check_version(found, version)
    return change_locked(actor, found, planned, at=at)


def change_locked(actor: Actor, found: Activity, planned: Plan, *, at: datetime) -> Activity:
    """The change of an activity that is locked already; for one and for the turns of a series alike."""
    place = found.organisation
    if day_of(planned.starts_at) != day_of(found.starts_at):
        check_day(place, day_of(planned.starts_at), at=at, is_turn=found.series_id is not None)
    named = check_plan(place, planned, at=at)
    before = _shown(found)
    audience = (found.audience, found.group_id)
    lists_by = (*audience, list(found.kinds), day_of(found.starts_at))
    _fill(found, planned, named)
    _write_agenda(found, planned.agenda)
    gone, joined = _write_parties(found, place, named.parties)
    after = _shown(found)
    changes = {name: (before[name], after[name]) for name in after if before[name] != after[name]}
    if not changes:
        return found
    found.version += 1
    found.save()
    left = _take_off(found, Q(member_organisation__in=gone)) if gone else []
    other_audience = audience != (found.audience, found.group_id)
    if other_audience:
        left += _take_off_others(found)
    difference = Difference()
    if lists_by != (found.audience, found.group_id, list(found.kinds), day_of(found.starts_at)):
        difference = bring_up_to_date(found, adds=other_audience)
    book_for(actor, found, at=at)
    record(
        actor,
        CHANGED,
        at=at,
        subject=found.pk,
        organisation=place.pk,
        organisation_path=place.path,
        changes=changes,
    )
    tell_difference(actor, found, difference, at=at)
    if found.state == Activity.State.ANNOUNCED:
        if not set(changes).isdisjoint(TOLD):
            tell_changed(actor, found, [name for name in TOLD if name in changes], at=at, but=difference.came_in)
        tell_uninvited(actor, found, left, at=at)
        tell_joined(actor, found, joined, at=at)
        tell_parted(actor, found, gone, at=at)
    return found


def _fill(activity: Activity, planned: Plan, named: Named) -> None:
    for name in COPIED:
        setattr(activity, name, getattr(planned, name))
    activity.title = planned.title.strip()
    activity.kinds = in_order(planned.kinds)
    activity.room = named.room
    activity.place = planned.place.strip() or (place_of(named.room) if named.room else "")
    activity.chair, activity.recorder = named.chair, named.recorder
    activity.chair_name = named.chair.name if named.chair else ""
    activity.recorder_name = named.recorder.name if named.recorder else ""
    activity.group = named.group if planned.audience == Activity.Audience.GROUP else None
    activity.alliance = named.alliance


def place_of(room: Room) -> str:
    """Where a room is, as those invited read it: its name, and its address where one is kept."""
    return f"{room.name}（{room.address}）"[:PLACE] if room.address else room.name


def _shown(activity: Activity) -> dict[str, Any]:
    """What can change, as the event log keeps it."""
    return {
        "kinds": list(activity.kinds),
        "title": activity.title,
        "starts_at": activity.starts_at.isoformat(),
        "ends_at": activity.ends_at.isoformat(),
        "place": activity.place,
        "room": activity.room.name if activity.room else "",
        "online_link": activity.online_link,
        "chair": activity.chair_name,
        "recorder": activity.recorder_name,
        "late_after": activity.late_after,
        "audience": activity.audience,
        "group": str(activity.group_id or ""),
        "parties": sorted(one.organisation_name for one in activity.parties.all()),
        "agenda": [
            [one.title, one.kind, one.minutes, one.speaker, one.text]
            for one in AgendaItem.objects.filter(activity=activity.pk)
        ],
    }


def _write_agenda(activity: Activity, agenda: Iterable[Point]) -> None:
    """The points as wanted. A point that stays keeps its row, because minutes may refer to it."""
    wanted = list(agenda)
    held = list(AgendaItem.objects.filter(activity=activity.pk))
    if [(one.title, one.kind, one.minutes, one.speaker, one.text) for one in held] == [
        (one.title.strip(), one.kind, one.minutes, one.speaker.strip(), one.text.strip()) for one in wanted
    ]:
        return
    by_title = {one.title: one for one in reversed(held)}
    rows = []
    for position, one in enumerate(wanted, start=1):
        row = by_title.pop(one.title.strip(), None) or AgendaItem(activity=activity)
        row.position, row.title, row.kind = position, one.title.strip(), one.kind
        row.minutes, row.speaker, row.text = one.minutes, one.speaker.strip(), one.text.strip()
        rows.append(row)
    kept = {row.pk for row in rows}
    AgendaItem.objects.filter(activity=activity.pk).exclude(pk__in=kept).delete()
    for row in rows:  # at most forty; the places of the points are compared at the end of the transaction
        row.save()


def _write_parties(
    activity: Activity, host: Organisation, others: Iterable[Organisation]
) -> tuple[set[UUID], set[UUID]]:
    """The parties as wanted; which organisations are none any more, and which are new."""
    wanted = {host.pk: host, **{one.pk: one for one in others}}
    held = set(ActivityParty.objects.filter(activity=activity.pk).values_list("organisation_id", flat=True))
    ActivityParty.objects.filter(activity=activity.pk, organisation__in=held - set(wanted)).delete()
    ActivityParty.objects.bulk_create(
        ActivityParty(activity=activity, organisation=one, organisation_name=one.short_name, is_host=one.pk == host.pk)
        for one in wanted.values()
        if one.pk not in held
    )
    return held - set(wanted), set(wanted) - held


def _take_off_others(activity: Activity) -> list[UUID]:
    """Another audience: take off who is not in it, as far as they neither answered nor came; who was expected."""
    if activity.audience == Activity.Audience.CHOSEN:
        return []
    people = [one.pk for one in expected_at(activity)]
    return _take_off(activity, Q(member_organisation=activity.organisation_id) & ~Q(member__in=people))


def _take_off(activity: Activity, which: Q) -> list[UUID]:
    """Take members off the list who neither answered nor came; which of them were expected."""
    rows = Participant.objects.filter(
        which,
        activity=activity,
        role=Participant.Role.MEMBER,
        reply=Participant.Reply.NONE,
        attendance=Participant.Attendance.UNKNOWN,
    )
    found = list(rows.select_for_update())
    Participant.objects.filter(pk__in=[row.pk for row in found]).delete()
    return [row.member_id for row in found if not row.is_excused]
