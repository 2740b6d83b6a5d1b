"""Who belongs to an activity before anybody is added by hand, and who of them votes or is excused."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from lianxin.activities.kinds import committee_decides, quorum_kind
from lianxin.activities.models import Activity, Excuse, GroupMember, Participant, PartyGroup
from lianxin.activities.permissions import PLAN
from lianxin.activities.queries.voters import entitled, posts_on, seats_on
from lianxin.kernel.authz import Actor, acting, within
from lianxin.kernel.time import day_of
from lianxin.members.facade import TAKES_PART, Belonging, Member, Post, belonging_on


def members_of(organisation: UUID) -> QuerySet[Member]:
    """Those who belong to the organisation itself and take part in its life; the secretary's own order."""
    return Member.objects.filter(organisation=organisation, membership_status__in=TAKES_PART).order_by("pinyin", "id")


def members_for(audience: str, *, organisation: UUID, group: UUID | None, day: date) -> list[Belonging]:
    """The members whom the audience names on the day. At most two queries; the caller has asked for the organisation.

    Read as the product: who has left the organisation since, or will join it, is out of the reach of its staff today.
    """
    with acting(Actor.system("who belongs to an organisation on the day of its activity")):
        if audience == "committee":
            seats = seats_on(day, organisation)
            return [one for one in belonging_on(day, members=seats) if one.takes_part] if seats else []
        if audience == "chosen":
            return []
        people = [one for one in belonging_on(day, organisation=organisation) if one.takes_part]
        if audience == "group":
            own = in_group(group)
            people = [one for one in people if one.pk in own]
        return people


def in_group(group: UUID | None) -> set[UUID]:
    """The members of a Party group. One query."""
    return set(GroupMember.objects.filter(group=group).values_list("member_id", flat=True))


def reportable(organisation: UUID, day: date) -> dict[UUID, str]:
    """Member id → name of everybody who may have come to a gathering of that day: members, and the committee.

    At most three queries; the caller has asked for the organisation.
    """
    people = members_for("members", organisation=organisation, group=None, day=day)
    committee = members_for("committee", organisation=organisation, group=None, day=day)
    return {one.pk: one.name for one in (*people, *committee)}


def expected_at(activity: Activity) -> list[Belonging]:
    """Who belongs on the list of an activity: whom its audience names, and the committee where it meets.

    At most four queries.
    """
    day = day_of(activity.starts_at)
    people = members_for(activity.audience, organisation=activity.organisation_id, group=activity.group_id, day=day)
    if activity.audience == Activity.Audience.COMMITTEE or not committee_decides(activity.kinds):
        return people
    held = {one.pk for one in people}
    seats = members_for("committee", organisation=activity.organisation_id, group=None, day=day)
    return people + [one for one in seats if one.pk not in held]


def open_groups(organisation: UUID) -> QuerySet[PartyGroup]:
    """The Party groups of a branch that were not closed, by name."""
    return PartyGroup.objects.filter(organisation=organisation, closed_at__isnull=True).order_by("name", "id")


def secretary_of(organisation: UUID, day: date) -> Member | None:
    """Who chairs: the secretary, else the deputy. One query. Source: BRANCH 14."""
    posts = {
        post.kind: post.member
        for post in Post.objects.filter(
            posts_on(day), organisation=organisation, kind__in=["secretary", "deputy_secretary"]
        ).select_related("member")
    }
    return posts.get("secretary") or posts.get("deputy_secretary")


def excused_on(members: Iterable[UUID], day: date) -> set[UUID]:
    """Of the members, those whom an organisation does not expect on the day. One query."""
    rows = Excuse.objects.filter(Q(until__isnull=True) | Q(until__gt=day), member__in=list(members), since__lte=day)
    return set(rows.values_list("member_id", flat=True))


def invitations(
    activity: Activity, people: Iterable[Belonging], *, role: str = Participant.Role.MEMBER
) -> list[Participant]:
    """Rows to write for members who are invited, with who of them votes and who is excused. At most two queries."""
    found = list(people)
    day = day_of(activity.starts_at)
    excused = excused_on([one.pk for one in found], day)
    voting = entitled(activity, found) if role == Participant.Role.MEMBER else frozenset()
    return [
        Participant(
            activity_id=activity.pk,
            member_id=one.pk,
            member_organisation_id=one.organisation_id,
            name=one.name,
            pinyin=one.pinyin,
            role=role,
            may_vote=one.pk in voting,
            is_excused=one.pk in excused,
        )
        for one in found
    ]


def on_the_day(activity: Activity, people: Iterable[Member]) -> list[Belonging]:
    """Members as they belong on the day of an activity; who belongs nowhere then is taken as of today. One query."""
    wanted = list(people)
    with acting(Actor.system("where those invited to an activity belong on its day")):
        found = belonging_on(day_of(activity.starts_at), members=[one.pk for one in wanted])
    held = {one.pk for one in found}
    return found + [
        Belonging(
            pk=one.pk,
            name=one.name,
            pinyin=one.pinyin,
            organisation_id=one.organisation_id,
            path=one.organisation_path,
            takes_part=False,
            is_full=False,
        )
        for one in wanted
        if one.pk not in held
    ]


def counts_towards_quorum(activity: Activity, member: UUID) -> bool:
    """Whether a member is entitled to vote at an activity that takes a quorum. At most two queries."""
    if quorum_kind(activity.kinds) is None:
        return False
    with acting(Actor.system("whether somebody invited to an activity votes there on its day")):
        return bool(entitled(activity, belonging_on(day_of(activity.starts_at), members=[member])))


def plannable(actor: Actor) -> QuerySet[Member]:
    """Members whom the actor may invite."""
    rows = Member.objects.filter(membership_status__in=TAKES_PART)
    return within(rows, actor, PLAN, field="organisation_path")
