"""Who may vote at a meeting, how many they are, and how many of them came: said here alone.

Who may vote follows from the kinds and the day: at a meeting of the committee those who hold a seat on it that day, at
any other the full members who belong that day to the organisation that holds it or to one below. Members of a partner
and whoever sits in beside the committee take part without a vote. Lists are written and brought up to date by
`entitled`; once an activity was held its list stays.

The quorum on the page, the vote form and its judgement, the kit of a phone, the minutes and their PDF all take these
numbers. Whoever is excused from attending keeps the right to vote and is counted: the rule on excuses (EDU 23) lifts
the duty to attend and not the vote.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q

from lianxin.activities.kinds import committee_decides
from lianxin.activities.models import Activity, Participant
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.time import day_of
from lianxin.members.facade import NO_SEAT, Belonging, Post
from lianxin.rules.facade import code_table


def posts_on(day: date) -> Q:
    """The condition that a post is held on the day."""
    return Q(since__lte=day) & (Q(until__isnull=True) | Q(until__gt=day))


def seats_on(day: date, organisation: UUID) -> frozenset[UUID]:
    """Who holds a seat on the committee of an organisation on the day. One query."""
    kinds = {one.key for one in code_table("committee_posts")} - {NO_SEAT}
    rows = Post.objects.filter(posts_on(day), organisation=organisation, kind__in=kinds)
    return frozenset(rows.values_list("member_id", flat=True))


def entitled(activity: Activity, people: Iterable[Belonging]) -> frozenset[UUID]:
    """Of the people, those entitled to vote at the activity, by its kinds and its day. At most one query.

    `people` are as they belong on the day of the activity.
    """
    full = [one for one in people if one.is_full]
    if not committee_decides(activity.kinds):
        return frozenset(one.pk for one in full if one.path.startswith(activity.organisation_path))
    with acting(Actor.system("who holds a seat on the committee that meets")):
        seats = seats_on(day_of(activity.starts_at), activity.organisation_id)
    return frozenset(one.pk for one in full if one.pk in seats)


@dataclass(frozen=True, slots=True)
class Voters:
    """Numbers of members entitled to vote; `excused` and `excused_present` are among `eligible` and `present`."""

    eligible: int
    present: int
    excused: int
    excused_present: int


def voters_among(people: Iterable[Participant]) -> Voters:
    """Count those entitled to vote among everybody invited: observers, guests and probationary members are not."""
    entitled = [one for one in people if one.may_vote]
    return Voters(
        eligible=len(entitled),
        present=sum(one.came for one in entitled),
        excused=sum(one.is_excused for one in entitled),
        excused_present=sum(one.is_excused and one.came for one in entitled),
    )


def voters_of(activity: UUID) -> Voters:
    """The numbers of an activity. One query.

    Counted over everybody, also for a party of a joint activity that sees only its own members: a share of a part of
    the meeting would be the quorum of no meeting. No name leaves this function.
    """
    with acting(Actor.system("how many may vote at a meeting")):
        rows = Participant.objects.filter(activity=activity, may_vote=True)
        return voters_among(rows.only("id", "may_vote", "is_excused", "attendance"))
