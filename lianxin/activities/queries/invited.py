"""Who belongs to an activity before anybody is added by hand, and who of them votes or is excused."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from lianxin.activities.models import Excuse, GroupMember, Participant, PartyGroup
from lianxin.activities.permissions import PLAN
from lianxin.kernel.authz import Actor, within
from lianxin.members.facade import Member, Post

TAKES_PART = ("normal", "restored")
"""Statuses of those who take part; membership that is suspended rests. Source: DISPOSAL."""


def posts_on(day: date) -> Q:
    """The condition that a post is held on the day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


def members_of(organisation: UUID) -> QuerySet[Member]:
    """Those who belong to the organisation itself and take part in its life; the secretary's own order."""
    return Member.objects.filter(organisation=organisation, membership_status__in=TAKES_PART).order_by("pinyin", "id")


def members_for(audience: str, *, organisation: UUID, group: UUID | None, day: date) -> list[Member]:
    """The members whom the audience names. One query."""
    rows = members_of(organisation).only(
        "id", "name", "pinyin", "person_category", "organisation_id", "organisation_path"
    )
    if audience == "committee":
        posts = Post.objects.filter(posts_on(day), organisation=organisation).values("member_id")
        rows = Member.objects.filter(id__in=posts, membership_status__in=TAKES_PART).order_by("pinyin", "id")
    elif audience == "group":
        rows = rows.filter(id__in=GroupMember.objects.filter(group=group).values("member_id"))
    elif audience == "chosen":
        return []
    return list(rows)


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
    activity: UUID, members: Iterable[Member], *, day: date, role: str = Participant.Role.MEMBER
) -> list[Participant]:
    """Rows to write for members who are invited. Only full members vote. One query. Source: CONST 7."""
    found = list(members)
    excused = excused_on([one.pk for one in found], day)
    return [
        Participant(
            activity_id=activity,
            member=one,
            member_organisation_id=one.organisation_id,
            name=one.name,
            pinyin=one.pinyin,
            role=role,
            may_vote=role == Participant.Role.MEMBER and one.person_category == "full",
            is_excused=one.pk in excused,
        )
        for one in found
    ]


def plannable(actor: Actor) -> QuerySet[Member]:
    """Members whom the actor may invite."""
    rows = Member.objects.filter(membership_status__in=TAKES_PART)
    return within(rows, actor, PLAN, field="organisation_path")
