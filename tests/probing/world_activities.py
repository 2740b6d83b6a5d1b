"""Activities, minutes, groups, rooms and alliances of the world."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.probing.world import World

ABOVE = {"willow": "north", "poplar": "north", "reed": "south"}
JOINED = {"willow": "poplar", "reed": "willow"}
"""Who joins a joint activity and an alliance of whom."""


def plant_activities(world: World, key: str, turn: int, *, apart: bool) -> None:
    """Activities of a place in each state; `apart`: nothing of it is anybody's elsewhere."""
    from lianxin.activities import models  # noqa: PLC0415 - after the app registry

    place, first, second = world.place(key), world.members[key][0], world.members[key][1]
    series = models.Series.objects.create(
        organisation=place, every_months=1, first_on=date(2024, 1, 1), until=date(2024, 12, 31), created_at=world.at
    )
    announced = _activity(world, key, "announced", announced_at=world.at, chair=first, chair_name=world.mark())
    draft = _activity(world, key, "draft", series=series, series_on=date(2024, 1, 1))
    held = _activity(world, key, "held", held_at=world.at, chair=first, recorder=second)
    unconfirmed = _activity(world, key, "held", held_at=world.at, chair=second, recorder=second)
    for activity, who in ((announced, first), (held, first), (held, second), (unconfirmed, second)):
        _invite(world, activity, who, key)
    models.GuidanceNote.objects.create(
        activity=announced, author=first, author_name=world.mark(), text=world.mark(), written_at=world.at
    )
    models.HallReceipt.objects.create(
        nonce=uuid.uuid4(), activity=held, kind="note", account=world.accounts[world.owner(key)], at=world.at
    )
    for activity in (announced, draft):
        _file(world, key, activity)
    if not apart and key in ABOVE:
        _invite(world, announced, world.members[ABOVE[key]][0], ABOVE[key], role="observer")
    if not apart and key in JOINED:
        other = JOINED[key]
        for activity in (announced, held, unconfirmed):
            models.ActivityParty.objects.create(
                activity=activity, organisation=world.place(other), organisation_name=world.place(other).short_name
            )
        _invite(world, announced, world.members[other][0], other, role="guest")
    _minutes(world, key, held, confirmed=True)
    _minutes(world, key, unconfirmed, confirmed=False)
    _circle(world, key, turn, announced, apart=apart)


def _activity(world: World, key: str, state: str, **facts: Any) -> Any:
    from lianxin.activities.models import Activity, ActivityParty, AgendaItem  # noqa: PLC0415 - after the app registry

    place = world.place(key)
    made = Activity.objects.create(
        organisation=place, kinds=["general_meeting"], title=world.mark(), starts_at=world.at + timedelta(hours=2),
        ends_at=world.at + timedelta(hours=3), place=world.mark(), state=state, created_at=world.at,
        online_link=f"https://meeting.example/{world.mark()}", **facts,
    )  # fmt: skip
    AgendaItem.objects.create(
        activity=made, position=1, title=world.mark(), kind="decision", speaker=world.mark(), text=world.mark()
    )
    ActivityParty.objects.create(activity=made, organisation=place, organisation_name=place.short_name, is_host=True)
    return made


def _invite(world: World, activity: Any, member: Any, key: str, *, role: str = "member") -> None:
    from lianxin.activities.models import Participant  # noqa: PLC0415 - after the app registry

    Participant.objects.create(
        activity=activity, member=member, member_organisation=world.place(key), name=member.name, role=role,
        may_vote=role == "member", reply="leave_asked", leave_reason=world.mark(), proxy_for=world.mark(),
    )  # fmt: skip


def _file(world: World, key: str, activity: Any) -> None:
    from lianxin.activities.models import ActivityFile  # noqa: PLC0415 - after the app registry
    from lianxin.files.models import Attachment  # noqa: PLC0415 - the same
    from lianxin.files.storage import store  # noqa: PLC0415 - the same

    by = world.accounts[world.owner(key)]
    content = world.mark()
    file = store(f"{world.mark()}.txt", [content.encode()], by=by.id, at=world.at)
    Attachment.objects.create(file=file, organisation=world.place(key), account=by)
    made = ActivityFile.objects.create(activity=activity, file=file, name=file.name, size=file.size, added_at=world.at)
    world.in_files[content] = ("activities_file", str(made.pk))


def _minutes(world: World, key: str, activity: Any, *, confirmed: bool) -> None:
    from lianxin.activities import models  # noqa: PLC0415 - after the app registry
    from lianxin.activities.queries.minutes_content import canonical, content_of, digest_of  # noqa: PLC0415 - the same

    place, by = world.place(key), world.accounts[world.owner(key)]
    first, second = world.members[key][0], world.members[key][1]
    minutes = models.Minutes.objects.create(activity=activity, organisation=place, begun_at=world.at)
    item = models.MinutesItem.objects.create(
        minutes=minutes, position=1, title=world.mark(), decision=world.mark(), written_by=by, written_at=world.at,
        speeches=[{"member": str(second.pk), "name": second.name, "text": world.mark()}],
    )  # fmt: skip
    vote = models.Vote.objects.create(
        item=item, question=world.mark(), kind="general_meeting", method="recorded", eligible=3, present=2, came=2,
        in_favour=2, is_quorate=True, is_passed=True, sum=world.mark(), taken_at=world.at, taken_by=by,
        counter_one=first, counter_two=second,
    )  # fmt: skip
    models.VoteVoice.objects.create(vote=vote, member=second, choice="in_favour")
    resolution = models.Resolution.objects.create(
        item=item, organisation=place, text=world.mark(), owner=first if confirmed else second,
        owner_name=world.mark(), due_on=date(2099, 1, 1),
    )  # fmt: skip
    models.MakeUp.objects.create(
        minutes=minutes, member=second, what=world.mark(), done_on=date(2026, 1, 1), noted_at=world.at, noted_by=by
    )
    if not confirmed:
        return
    content = canonical({**content_of(minutes), "chair": world.mark()})
    models.Minutes.objects.filter(pk=minutes.pk).update(
        state="confirmed", content=content, sha256=digest_of(content), confirmed_at=world.at, confirmed_by=by
    )
    models.Resolution.objects.filter(pk=resolution.pk).update(state="open", note=world.mark())
    models.MinutesNote.objects.create(
        minutes=minutes, text=world.mark(), reason=world.mark(), author=by, author_name=by.name, at=world.at
    )


def _circle(world: World, key: str, turn: int, activity: Any, *, apart: bool) -> None:
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange  # noqa: PLC0415 - after the app registry

    from lianxin.activities import models  # noqa: PLC0415 - the same

    place, by = world.place(key), world.accounts[world.owner(key)]
    first, second = world.members[key][0], world.members[key][1]
    for leader, member in ((first, first), (second, second)):
        group = models.PartyGroup.objects.create(organisation=place, name=world.mark(), leader=leader)
        models.GroupMember.objects.create(group=group, member=member)
    models.Excuse.objects.create(
        organisation=place, member=second, member_name=second.name, ground="illness", reason=world.mark(),
        approved_by=by, approved_by_name=by.name, since=date(2020 + turn % 5, 1, 1), until=date(2020 + turn % 5, 2, 1),
        created_at=world.at,
    )  # fmt: skip
    if not apart:
        models.SavedTemplate.objects.create(
            organisation=place, name=world.mark(), kinds=["general_meeting"], title=world.mark(), minutes=60,
            agenda=[{"title": world.mark(), "kind": "study", "minutes": 5, "speaker": "", "text": world.mark()}],
            created_at=world.at,
        )  # fmt: skip
    for shared in (False, True) if not apart else (False,):
        room = models.Room.objects.create(
            organisation=place, name=world.mark(), equipment=world.mark(), address=world.mark(), is_shared=shared
        )
        models.RoomBooking.objects.create(
            room=room, organisation=place, organisation_name=place.short_name, purpose=world.mark(), booked_by=by,
            activity=None if shared else activity, booked_at=world.at,
            during=DateTimeTZRange(world.at + timedelta(hours=2), world.at + timedelta(hours=3)),
        )  # fmt: skip
    alliance = models.Alliance.objects.create(
        organisation=place, name=world.mark(), founded_on=date(2024, 1, 1), created_at=world.at
    )
    for party in (key, JOINED[key]) if key in JOINED and not apart else (key,):
        row = models.AllianceParty.objects.create(
            alliance=alliance, organisation=world.place(party), organisation_name=world.place(party).short_name,
            joined_on=date(2024, 1, 1),
        )  # fmt: skip
        models.AllianceItem.objects.create(
            alliance=alliance, party=row, kind="need", text=world.mark(), outcome=world.mark(), created_at=world.at
        )
