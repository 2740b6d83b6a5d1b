"""What is held about one organisation in a period: each part is read once, when something first asks for it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import DateField, F, Func, Q

from lianxin.activities.facade import VIEW as SEE_ACTIVITIES
from lianxin.activities.facade import (
    activities_named,
    decisions_of,
    held_between,
    made_up_between,
    participants_of,
    resolutions_between,
)
from lianxin.duties.facade import due_items
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.time import SHANGHAI, today
from lianxin.ledgers.permissions import VIEW
from lianxin.ledgers.study import Point, hours_of, needed_in
from lianxin.members.facade import IN_REGISTER, NO_SEAT, Member, Post, members_within
from lianxin.organisations.facade import Organisation, organisation_for, overrides_on
from lianxin.rules.facade import code_table

if TYPE_CHECKING:
    from uuid import UUID

    from lianxin.activities.facade import Activity, MadeUp, Participant
    from lianxin.duties.facade import DueItem
    from lianxin.ledgers.periods import Period
    from lianxin.rules.facade import Overrides

BELIEVED_MEMBERSHIP = Q(memberships__recorded__upper_inf=True)
COMMITTEE = frozenset(one.key for one in code_table("committee_posts") if one.key != NO_SEAT)


@dataclass(frozen=True, slots=True)
class Turnout:
    """Who of the organisation's own members was expected at an activity and came. Excused members are left out."""

    expected: tuple[Participant, ...]
    present: tuple[Participant, ...]
    on_leave: tuple[Participant, ...]
    absent: tuple[Participant, ...]
    excused: tuple[Participant, ...]


@dataclass(frozen=True, slots=True)
class Studied:
    """The class hours of a member in the period: by being there, and by making up for what was missed."""

    member: UUID
    name: str
    attended: Decimal
    made_up: Decimal
    lectures: Decimal
    is_excused: bool
    needed: int | None
    rule: str

    @property
    def total(self) -> Decimal:
        """All of them."""
        return self.attended + self.made_up


class Material:
    """The records of one organisation in a period, as far as the actor sees them."""

    def __init__(self, actor: Actor, organisation: Organisation, period: Period) -> None:
        self.actor, self.organisation, self.period = actor, organisation, period

    @cached_property
    def higher(self) -> Organisation | None:
        """The organisation directly above; a branch may know its name without reaching it. One query."""
        above = ancestors(self.organisation.path)
        with acting(Actor.system("naming the higher organisation")):
            return Organisation.objects.filter(path=above[-1]).first() if above else None

    @cached_property
    def members(self) -> list[Member]:
        """Members who belonged to the organisation at the end of the period, or belong today, by name. One query.

        Their facts are those of today. Who moved to where the actor reaches nobody is named by the attendance alone.
        """
        day = min(self.period.until, today())
        here = BELIEVED_MEMBERSHIP & Q(memberships__organisation=self.organisation, memberships__valid__contains=day)
        rows = members_within(self.actor).filter(here)
        if self.period.until >= today():
            rows = rows.filter(membership_status__in=IN_REGISTER)
        first_day = Func(F("memberships__valid"), function="lower", output_field=DateField())
        return list(rows.annotate(came_on=first_day).order_by("pinyin", "id"))

    @cached_property
    def came_on(self) -> dict[UUID, date]:
        """Member → the first day here; nobody's who belonged here from before the first day we know of."""
        return {one.pk: day for one in self.members if (day := getattr(one, "came_on", None)) is not None}

    @cached_property
    def posts(self) -> list[Post]:
        """Posts held here at any time of the period. One query."""
        rows = Post.objects.filter(organisation=self.organisation, since__lte=self.period.until)
        rows = rows.filter(Q(until__isnull=True) | Q(until__gt=self.period.since))
        order = {one.key: number for number, one in enumerate(code_table("committee_posts"))}
        found = list(rows.select_related("member").order_by("since", "id"))
        return sorted(found, key=lambda post: (order.get(post.kind, len(order)), post.since))

    @cached_property
    def committee(self) -> list[Post]:
        """Posts of the committee held at the end of the period."""
        last = self.period.until
        return [one for one in self.posts if one.kind in COMMITTEE and (one.until is None or one.until > last)]

    @cached_property
    def terms(self) -> list[tuple[date, date, date | None]]:
        """Begin, day due and end of each term, newest first. One query."""
        return list(self.organisation.terms.order_by("-starts_on").values_list("starts_on", "due_on", "ended_on"))

    @cached_property
    def activities(self) -> list[Activity]:
        """What was held and counts for the organisation, oldest first. Two queries."""
        if not self.actor.may(SEE_ACTIVITIES, self.organisation.path):
            return []
        return held_between(self.organisation.pk, self.period.since, self.period.until)

    @cached_property
    def participants(self) -> dict[UUID, list[Participant]]:
        """Activity → the organisation's own members invited to it. One query."""
        found: dict[UUID, list[Participant]] = defaultdict(list)
        if self.activities:
            for row in participants_of([one.pk for one in self.activities], self.organisation.pk):
                found[row.activity_id].append(row)
        return found

    @cached_property
    def decisions(self) -> dict[UUID, list[str]]:
        """Activity → what its confirmed minutes say was decided. One query."""
        items = decisions_of([one.pk for one in self.activities]) if self.activities else {}
        return {key: [_decided(one.title, one.decision) for one in found] for key, found in items.items()}

    @cached_property
    def made_up(self) -> list[MadeUp]:
        """What members made up for in the period. One query."""
        if not self.actor.may(SEE_ACTIVITIES, self.organisation.path):
            return []
        return made_up_between(self.organisation.pk, self.period.since, self.period.until)

    @cached_property
    def resolutions(self) -> list[tuple[date, str, str, date, str, str]]:
        """Day and title of the meeting, what, who, until when, and how it stands. One query."""
        if not self.actor.may(SEE_ACTIVITIES, self.organisation.path):
            return []
        return [
            (
                day_of_activity(row.item.minutes.activity),
                row.item.minutes.activity.title,
                row.text,
                row.due_on,
                row.owner_name,
                str(row.get_state_display()) + (f"：{row.note}" if row.note else ""),
            )
            for row in resolutions_between(self.organisation.pk, self.period.since, self.period.until)
        ]

    @cached_property
    def plan(self) -> list[DueItem]:
        """What is due by rule in the period, by its last day. One query."""
        return due_items(self.actor, [self.organisation.pk], since=self.period.since, until=self.period.until)

    @cached_property
    def held(self) -> Counter[str]:
        """How often each kind of activity was held."""
        return Counter(kind for one in self.activities for kind in one.kinds)

    def turnout(self, activity: Activity) -> Turnout:
        """Who was expected and who came, of the organisation's own members."""
        everybody = self.participants[activity.pk]
        expected = [one for one in everybody if one.came or not one.is_excused]
        missing = [one for one in expected if not one.came]
        return Turnout(
            expected=tuple(expected),
            present=tuple(one for one in expected if one.came),
            on_leave=tuple(one for one in missing if one.reply == one.Reply.LEAVE_GIVEN),
            absent=tuple(one for one in missing if one.reply != one.Reply.LEAVE_GIVEN),
            excused=tuple(one for one in everybody if one.is_excused and not one.came),
        )

    @cached_property
    def overrides(self) -> Overrides:
        """What organisations set here and above as the last year of the period began. Two queries.

        Hours are counted by the year; whoever moves in its course goes on as it began.
        """
        begins = date(self.period.until.year, 1, 1)
        return overrides_on(self.organisation.pk, self.organisation.path, begins)

    @cached_property
    def hours(self) -> dict[UUID, Decimal]:
        """Activity → the class hours it counts; those made up for lie before the period at times. Two queries."""
        known = {one.pk for one in self.activities}
        missed = [one.activity for one in self.made_up if one.activity not in known]
        every = self.activities + (activities_named(missed) if missed else [])
        return {
            one.pk: hours_of(
                one.kinds,
                one.starts_at,
                one.ends_at,
                [Point(point.kind, point.minutes) for point in one.agenda.all()],
                self.overrides,
            )
            for one in every
        }

    @cached_property
    def studied(self) -> list[Studied]:
        """Class hours of each member, by name; who is excused is shown as such, and nobody is compared."""
        attended: dict[UUID, Decimal] = defaultdict(Decimal)
        lectures: dict[UUID, Decimal] = defaultdict(Decimal)
        excused: set[UUID] = set()
        names: dict[UUID, str] = {}
        for activity in self.activities:
            for row in self.participants[activity.pk]:
                names.setdefault(row.member_id, row.name)
                if row.came:
                    attended[row.member_id] += self.hours[activity.pk]
                    if "party_lecture" in activity.kinds:
                        lectures[row.member_id] += self.hours[activity.pk]
                elif row.is_excused:
                    excused.add(row.member_id)
        made_up: dict[UUID, Decimal] = defaultdict(Decimal)
        for one in self.made_up:
            made_up[one.member] += self.hours.get(one.activity, Decimal())
        seats = {post.member_id for post in self.committee}
        known = {member.pk: member for member in self.members}
        order = [*known, *(key for key in names if key not in known)]
        found = []
        for key in order:
            member = known.get(key)
            number, rule = None, ""
            if self.period.is_year and member is not None and key not in excused:
                year, since = self.period.since.year, max(member.joined_on, self.came_on.get(key, member.joined_on))
                number, version = needed_in(year, on_committee=key in seats, since=since, overrides=self.overrides)
                rule = version.basis
            name = member.name if member is not None else names[key]
            found.append(Studied(key, name, attended[key], made_up[key], lectures[key], key in excused, number, rule))
        return found


def _decided(title: str, decision: str) -> str:
    return f"{title}：{decision}" if decision else title


def day_of_activity(activity: Activity) -> date:
    """The day on which it began, in Shanghai."""
    return activity.starts_at.astimezone(SHANGHAI).date()


def material_for(actor: Actor, organisation: UUID, period: Period, permission: str = VIEW) -> Material:
    """What is held about an organisation, where the actor holds the permission. One query; parts are read later.

    Raises:
        NotVisible, NotPermitted: the organisation lies outside, or the actor may not do this there.
    """
    return Material(actor, organisation_for(actor, organisation, permission), period)
