"""Whom an organisation may name though they belong to branches below it: its committee, and who is under it."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q

from lianxin.activities.models import Activity
from lianxin.activities.permissions import PLAN
from lianxin.activities.queries.voters import posts_on
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.time import today
from lianxin.members.facade import TAKES_PART, Belonging, Member, Post, belonging_on
from lianxin.organisations.facade import Organisation, organisations_within

MOST_BELOW = 500
"""A committee of more people ticks those who sit in it; the others are added on the page of what was held."""
PLACES = 300


def named_with_place(member: Member, organisation: UUID) -> str:
    """The name, with the branch where that is another one than the organisation's."""
    return (
        member.name if member.organisation_id == organisation else f"{member.name}（{member.organisation.short_name}）"
    )


def people_around(organisation: Organisation, *, beside: Collection[UUID] = ()) -> list[tuple[str, str]]:
    """Who chairs, records or came: direct members, holders of a post here, and those named `beside`. Two queries."""
    posts = list(
        Post.objects.filter(posts_on(today()), organisation=organisation.pk).values_list("member_id", flat=True)
    )
    here = Q(organisation=organisation.pk) | Q(pk__in=posts)
    rows = Member.objects.filter((here & Q(membership_status__in=TAKES_PART)) | Q(pk__in=list(beside)))
    found = rows.select_related("organisation").order_by("pinyin", "id")
    return [(str(one.pk), named_with_place(one, organisation.pk)) for one in found]


def people_below(organisation: Organisation) -> list[tuple[str, str]]:
    """Members of the organisations below, with their branch; nobody where they are too many to tick. One query."""
    below = subtree(organisation.path, field="organisation_path") & ~Q(organisation=organisation.pk)
    rows = Member.objects.filter(below, membership_status__in=TAKES_PART).select_related("organisation")
    found = list(rows.order_by("organisation_path", "pinyin", "id")[: MOST_BELOW + 1])
    return [] if len(found) > MOST_BELOW else [(str(one.pk), named_with_place(one, organisation.pk)) for one in found]


def below_on(day: date, organisation: Organisation, members: Collection[UUID]) -> list[Belonging]:
    """Of the members, those who belonged below the organisation on the day. One query, or none.

    Read as the product: who has left for elsewhere since is out of the reach of its staff today.
    """
    if not members:
        return []
    with acting(Actor.system("who belonged below an organisation on the day of its activity")):
        found = belonging_on(day, members=members)
    return [one for one in found if one.takes_part and one.path.startswith(organisation.path)]


def places_below(actor: Actor, activity: Activity) -> list[tuple[str, str]]:
    """Who holds the activity and the actor's organisations below it, to choose from; none for a branch. One query."""
    rows = organisations_within(actor, PLAN).filter(subtree(activity.organisation_path)).order_by("path")
    found = [(str(one.pk), one.short_name) for one in rows[:PLACES]]
    return found if len(found) > 1 else []
