"""Loading a year of organisation life: rows straight into the tables, with the event that `hold` writes."""

from __future__ import annotations

import time
from collections import defaultdict
from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from lianxin.activities.events import HELD
from lianxin.activities.models import Activity, ActivityParty, AgendaItem, Excuse, Participant
from lianxin.activities.queries.prefilling import shipped_templates
from lianxin.demo.year import ends, gatherings, who_came
from lianxin.duties.facade import derive
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.inserting import insert_many
from lianxin.kernel.events.record import describe
from lianxin.kernel.events.record import write as write_events
from lianxin.kernel.time import add_years, day_of
from lianxin.members.models import Member, Post
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from uuid import UUID

    from lianxin.demo.year import Gathering

BATCH = 2_000
BRANCHES = ("branch", "joint_branch", "temporary_branch", "floating_branch")
COMMITTEES = ("grassroots_committee", "work_committee")
EXCUSED_FROM = 80
"""Years of age from which a member of the demonstration is excused from attending."""
SECRETARY = "secretary"
People = dict["UUID", list[dict[str, Any]]]


def load_year(clerk: Actor, *, at: datetime, say: Callable[[str], None]) -> None:
    """Give every branch and committee the last twelve months of its life, and open what it owes."""
    begun = time.monotonic()
    today = day_of(at)
    people, committees, secretaries = _people(), _committees(), _secretaries()
    excused = _excuse(clerk, today, at)
    wanted = Organisation.objects.filter(org_type__in=[*BRANCHES, *COMMITTEES], dissolved_on=None).order_by("path")
    rows = _Rows()
    count = 0
    for place in wanted.iterator():
        invited = {True: committees.get(place.id, []), False: people.get(place.id, [])}
        found = gatherings(
            place.code,
            has_committee=len(invited[True]) > 1,
            in_village=place.is_village_or_community,
            is_branch=place.org_type in BRANCHES,
            today=today,
        )
        for one in found:
            guests = invited[one.is_of_committee]
            if guests and day_of(one.starts_at) >= place.founded_on:
                rows.add(clerk, place, one, guests, secretaries.get(place.id), excused, at)
                count += 1
        if len(rows.activities) >= BATCH:
            rows.write()
    rows.write()
    system = Actor.system("demonstration")
    first = date(today.year - 1, 12, 1)
    derive(system, organisations=None, on=first.replace(day=31), registered_on=first)
    derive(system, organisations=None, on=today, registered_on=first)
    say(f"A year of organisation life: {count:,} activities in {time.monotonic() - begun:.0f} s")


class _Rows:
    """Rows on their way into the tables."""

    def __init__(self) -> None:
        self.activities: list[Activity] = []
        self.parties: list[ActivityParty] = []
        self.agenda: list[AgendaItem] = []
        self.participants: list[Participant] = []
        self.events: list[Any] = []
        self.templates = shipped_templates()

    def add(  # noqa: PLR0917 - what an activity consists of
        self,
        actor: Actor,
        place: Organisation,
        one: Gathering,
        guests: list[dict[str, Any]],
        chair: dict[str, Any] | None,
        excused: set[UUID],
        at: datetime,
    ) -> None:
        """An activity with all that belongs to it."""
        held_at = ends(one)
        activity = Activity(
            id=new_id(),
            organisation=place,
            organisation_path=place.path,
            kinds=list(one.kinds),
            title=one.title,
            starts_at=one.starts_at,
            ends_at=held_at,
            place=one.place,
            chair_id=chair["id"] if chair else None,
            chair_name=chair["name"] if chair else "",
            audience="committee" if one.is_of_committee else "members",
            state=Activity.State.HELD,
            created_at=one.starts_at - timedelta(days=5),
            announced_at=one.starts_at - timedelta(days=4),
            held_at=held_at,
        )
        self.activities.append(activity)
        self.parties.append(
            ActivityParty(
                activity=activity,
                activity_path=place.path,
                organisation=place,
                organisation_path=place.path,
                organisation_name=place.short_name,
                is_host=True,
            )
        )
        points = [point for kind in one.kinds for point in self.templates[kind]["agenda"]]
        self.agenda += [
            AgendaItem(
                activity=activity, position=number, title=point["title"], kind=point["kind"], minutes=point["minutes"]
            )
            for number, point in enumerate(points, 1)
        ]
        random = Random(f"came:{activity.organisation_id}:{one.starts_at:%Y%m%d}{one.kinds[0]}")  # noqa: S311 - a demonstration
        self.participants += [_participant(activity, guest, random, excused) for guest in guests]
        self.events.append(
            describe(
                actor,
                HELD,
                at=at,
                subject=activity.pk,
                organisation=place.id,
                organisation_path=place.path,
                effective_on=day_of(one.starts_at),
                data={
                    "meets": list(one.kinds),
                    "held_on": day_of(one.starts_at).isoformat(),
                    "title": one.title,
                    "url": activity.get_absolute_url(),
                },
            )
        )

    def write(self) -> None:
        """Write what has gathered, parents first."""
        Activity.objects.bulk_create(self.activities, batch_size=BATCH)
        for model, rows in (
            (ActivityParty, self.parties),
            (AgendaItem, self.agenda),
            (Participant, self.participants),
        ):
            insert_many(model, rows)  # type: ignore[arg-type] # lists of several models
        write_events(self.events)
        for rows in (self.activities, self.parties, self.agenda, self.participants, self.events):
            rows.clear()  # type: ignore[attr-defined] # the same


def _participant(activity: Activity, guest: dict[str, Any], random: Random, excused: set[UUID]) -> Participant:
    came = who_came(random, is_floating=guest["is_floating"])
    present = came.attendance != "absent" and guest["id"] not in excused
    attendance = came.attendance if present else "absent"
    return Participant(
        activity=activity,
        organisation_path=activity.organisation_path,
        member_id=guest["id"],
        member_organisation_id=guest["organisation_id"],
        member_path=guest["organisation_path"],
        name=guest["name"],
        pinyin=guest["pinyin"],
        may_vote=guest["person_category"] == "full",
        is_excused=guest["id"] in excused,
        reply="leave_given" if came.leave_reason and not present else "coming" if present else "none",
        leave_reason=came.leave_reason if not present else "",
        attendance=attendance,
        signed_at=activity.starts_at + timedelta(minutes=20 if attendance == "late" else -5) if present else None,
        signed_how="list" if present else "closed",
    )


FIELDS = (
    "id", "name", "pinyin", "organisation_id", "organisation_path", "person_category", "is_floating",
)  # fmt: skip


def _people() -> People:
    found: People = defaultdict(list)
    for one in Member.objects.filter(membership_status="normal").order_by("pinyin", "id").values(*FIELDS).iterator():
        found[one["organisation_id"]].append(one)
    return found


def _committees() -> People:
    """Who sits on the committee of each organisation, wherever they belong."""
    found: People = defaultdict(list)
    held = Post.objects.filter(until=None).values_list("organisation_id", "member_id").distinct()
    people = {one["id"]: one for one in Member.objects.filter(posts__until=None).distinct().values(*FIELDS)}
    for organisation, member in held:
        if member in people:
            found[organisation].append(people[member])
    return found


def _secretaries() -> dict[UUID, dict[str, Any]]:
    rows = Post.objects.filter(until=None, kind=SECRETARY).values_list("organisation_id", "member_id", "member__name")
    return {organisation: {"id": member, "name": name} for organisation, member, name in rows}


def _excuse(clerk: Actor, today: date, at: datetime) -> set[UUID]:
    """Members of great age are excused from attending; who they are."""
    old = Member.objects.filter(membership_status="normal", birth_date__lt=add_years(today, -EXCUSED_FROM))
    rows = [
        Excuse(
            organisation_id=one.organisation_id,
            organisation_path=one.organisation_path,
            member=one,
            member_name=one.name,
            ground=Excuse.Ground.AGE,
            reason="年事已高，学习送到家中",
            approved_by_id=clerk.account_id,
            approved_by_name=clerk.name,
            since=date(today.year - 1, 12, 1),
            created_at=at,
        )
        for one in old.only("id", "name", "organisation_id", "organisation_path").iterator()
    ]
    insert_many(Excuse, rows)
    return {row.member_id for row in rows}
