"""How many may vote at a meeting, and how many of them came: counted here alone.

The quorum on the page, the vote form and its judgement, the kit of a phone, the minutes and their PDF all take these
numbers. Whoever is excused from attending keeps the right to vote and is counted: the rule on excuses (EDU 23) lifts
the duty to attend and not the vote.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from lianxin.activities.models import Participant
from lianxin.kernel.authz import Actor, acting


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
