"""Loading a year of organisation life: rows straight into the tables, with the event that `hold` writes."""

from __future__ import annotations

import time
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, cast

from django.db import connection
from django.db.models import Q

from lianxin.activities.events import HELD
from lianxin.activities.models import Activity, ActivityParty, AgendaItem, Excuse
from lianxin.activities.queries.prefilling import shipped_templates
from lianxin.demo.load_talks import load_talks
from lianxin.demo.year import LEAVE_REASONS, ends, gatherings
from lianxin.duties.facade import derive
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.db.inserting import insert_many
from lianxin.kernel.events.record import describe
from lianxin.kernel.events.record import write as write_events
from lianxin.kernel.time import SHANGHAI, add_years, day_of
from lianxin.members.models import Member, Post
from lianxin.organisations.facade import set_local_value
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from lianxin.demo.year import Gathering

BATCH = 2_000
BRANCHES = ("branch", "joint_branch", "temporary_branch", "floating_branch")
COMMITTEES = ("grassroots_committee", "work_committee")
EXCUSED_FROM = 80
"""Years of age from which a member of the demonstration is excused from attending."""
SECRETARY = "secretary"
AUTUMN = 10
"""By the end of which month most branches have closed the year's talks."""
EARLY = 2
"""Up to which month the year before is shown as well: this one has little in it."""
LECTURES = "organisation_life.party_lecture.interval_months"
REASONS = list(LEAVE_REASONS)
# Most come; who works elsewhere has mostly given the reason; the old are excused. Drawn from name and day, so that the
# same people come every time.
PARTICIPANTS = """
    WITH held AS MATERIALIZED (
        SELECT id AS activity_id, organisation_id, organisation_path AS path, audience, starts_at
        FROM activities_activity WHERE id = ANY(%(activities)s)
    ), whom AS (
        SELECT a.*, m.id AS member_id FROM held a
        JOIN members_member m ON m.organisation_id = a.organisation_id WHERE a.audience = 'members'
        UNION
        SELECT a.*, p.member_id FROM held a
        JOIN members_post p ON p.organisation_id = a.organisation_id AND p.until IS NULL WHERE a.audience = 'committee'
    ), invited AS (
        SELECT w.activity_id, w.starts_at, w.path, m.*, e.member_id IS NOT NULL AS is_excused,
            hashtext(m.pinyin || m.id_number_masked || w.starts_at::date) & 1023 AS drawn
        FROM whom w JOIN members_member m ON m.id = w.member_id AND m.membership_status = 'normal'
        LEFT JOIN activities_excuse e ON e.member_id = m.id AND e.organisation_id = w.organisation_id
    ), came AS (
        SELECT *, CASE WHEN is_excused THEN 'absent' WHEN drawn < CASE WHEN is_floating THEN 300 ELSE 920 END
            THEN 'present' WHEN NOT is_floating AND drawn < 950 THEN 'late' ELSE 'absent' END AS attendance,
            NOT is_excused AND drawn >= CASE WHEN is_floating THEN 300 ELSE 950 END AND drawn < 1008 AS on_leave
        FROM invited
    )
    INSERT INTO activities_participant (id, activity_id, organisation_path, member_id, member_organisation_id,
        member_path, name, pinyin, role, may_vote, is_excused, reply, leave_reason, proxy_for, attendance, signed_at,
        signed_how)
    SELECT gen_random_uuid(), activity_id, path, id, organisation_id, organisation_path, name, pinyin, 'member',
        person_category = 'full', is_excused,
        CASE WHEN on_leave THEN 'leave_given' WHEN attendance = 'absent' THEN 'none' ELSE 'coming' END,
        CASE WHEN NOT on_leave THEN '' WHEN is_floating THEN '外出务工'
            ELSE (%(reasons)s::text[])[drawn %% cardinality(%(reasons)s::text[]) + 1] END, '', attendance,
        CASE attendance WHEN 'present' THEN starts_at - interval '5 minutes'
            WHEN 'late' THEN starts_at + interval '20 minutes' END,
        CASE attendance WHEN 'absent' THEN 'closed' ELSE 'list' END
    FROM came
"""


def load_year(clerk: Actor, *, at: datetime, say: Callable[[str], None], owing: UUID | None = None) -> None:
    """Give every branch and committee the last twelve months of its life, and open what it owes.

    The organisation `owing` has not held this month's theme day yet: a visitor plans it.
    """
    begun = time.monotonic()
    today = day_of(at)
    secretaries = _secretaries()
    _excuse(clerk, today, at)
    wanted = Organisation.objects.filter(
        Q(org_type__in=BRANCHES, full_members__gt=0) | Q(org_type__in=COMMITTEES, committee_seats__gt=0),
        dissolved_on=None,
    ).order_by("path")
    rows = _Rows()
    count = 0
    for place in wanted.iterator():
        found = gatherings(
            place.code,
            has_committee=place.committee_seats > 1,
            in_village=place.is_village_or_community,
            is_branch=place.org_type in BRANCHES,
            today=today,
        )
        for one in found:
            held_on = day_of(one.starts_at)
            if place.pk == owing and "theme_day" in one.kinds and held_on >= today.replace(day=1):
                continue
            if held_on >= place.founded_on:
                rows.add(clerk, place, one, secretaries.get(place.id), at)
                count += 1
        if len(rows.activities) >= BATCH:
            rows.write()
    rows.write()
    if today.month > AUTUMN:
        load_talks(clerk, kinds=BRANCHES, closed_on=today.replace(month=AUTUMN, day=30), owing=owing, at=at)
    system = Actor.system("demonstration")
    # They owe from the beginning of the year on, so that no duty stands open for which no life was drawn.
    first = date(today.year if today.month > EARLY else today.year - 1, 1, 1)
    _fix_lectures(clerk, today.year)
    for on in sorted({min(today, first.replace(month=12, day=31)), today}):
        derive(system, organisations=None, on=on, registered_on=first)
    say(f"  {count:,} activities: a year of organisation life ({time.monotonic() - begun:.0f} s)")


def _fix_lectures(clerk: Actor, year: int) -> None:
    """The county confirms by a document what is common practice: a Party lecture once a quarter."""
    set_local_value(
        clerk,
        organisation=Organisation.objects.get(depth=1).id,
        rule=LECTURES,
        value=3,
        effective_on=date(year, 1, 1),
        document_no=f"利组发〔{year - 1}〕46号",
        reason="规范全县党课，每季度不少于一次",
        at=datetime(year - 1, 12, 20, 10, tzinfo=SHANGHAI),
    )


class _Rows:
    """Rows on their way into the tables."""

    def __init__(self) -> None:
        self.activities: list[Activity] = []
        self.parties: list[ActivityParty] = []
        self.agenda: list[AgendaItem] = []
        self.events: list[Any] = []
        self.templates = shipped_templates()

    def add(
        self,
        actor: Actor,
        place: Organisation,
        one: Gathering,
        chair: dict[str, Any] | None,
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
        """Write what has gathered, parents first; who was invited and came is drawn by the database."""
        Activity.objects.bulk_create(self.activities, batch_size=BATCH)
        insert_many(ActivityParty, self.parties)
        insert_many(AgendaItem, self.agenda)
        with connection.cursor() as cursor:
            cursor.execute(PARTICIPANTS, {"activities": [one.pk for one in self.activities], "reasons": REASONS})
        write_events(self.events)
        self.activities.clear()
        self.parties.clear()
        self.agenda.clear()
        self.events.clear()


def _secretaries() -> dict[UUID, dict[str, Any]]:
    rows = Post.objects.filter(until=None, kind=SECRETARY).values_list("organisation_id", "member_id", "member__name")
    return {organisation: {"id": member, "name": name} for organisation, member, name in rows}


def _excuse(clerk: Actor, today: date, at: datetime) -> None:
    """Members of great age are excused from attending."""
    old = Member.objects.filter(membership_status="normal", birth_date__lt=add_years(today, -EXCUSED_FROM))
    rows = [
        Excuse(
            organisation_id=one.organisation_id,
            organisation_path=one.organisation_path,
            member=one,
            member_name=one.name,
            ground=Excuse.Ground.AGE,
            reason="年事已高，学习送到家中",
            approved_by_id=cast("UUID", clerk.account_id),
            approved_by_name=clerk.name,
            since=date(today.year - 1, 12, 1),
            created_at=at,
        )
        for one in old.only("id", "name", "organisation_id", "organisation_path").iterator()
    ]
    insert_many(Excuse, rows)
