"""Who belongs to an organisation, and who sits on its committee: for pairs, authors, owners and readers."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.time import today
from lianxin.members.facade import NO_SEAT, TAKES_PART, Member, Post, own_member
from lianxin.rules.facade import code_table


@dataclass(frozen=True, slots=True)
class Person:
    """A member by name, and whether they sit on the committee."""

    id: UUID
    name: str
    is_on_committee: bool = False


def people_of(organisation: UUID) -> list[Person]:
    """The members of an organisation today, the committee first. Two queries; the caller may see the members."""
    seats = {one.key for one in code_table("committee_posts")} - {NO_SEAT}
    held = Post.objects.filter(organisation_id=organisation, until__isnull=True, kind__in=seats, since__lte=today())
    committee = dict(held.values_list("member_id", "member__name"))
    members = dict(
        Member.objects.filter(organisation_id=organisation, membership_status__in=TAKES_PART)
        .order_by("pinyin", "id")
        .values_list("id", "name")
    )
    found = [Person(key, name, is_on_committee=True) for key, name in committee.items()]
    return found + [Person(key, name) for key, name in members.items() if key not in committee]


def colleagues_of(actor: Actor) -> list[Person]:
    """The others in the actor's own branch, by name only, so that a member can name readers. Three queries."""
    mine = own_member(actor)
    if mine is None:
        return []
    with acting(Actor.system("naming colleagues of a member")):  # names alone; colleagues know each other
        return [one for one in people_of(mine.organisation_id) if one.id != mine.pk]


def suggest_pairs(
    committee: Sequence[UUID], members: Sequence[UUID], known: Collection[frozenset[UUID]] = frozenset()
) -> list[tuple[UUID, UUID]]:
    """Pairs such that with those known every relation of BRANCH 19 is met once: a pure function of who there is.

    1. Every two on the committee.
    2. Every other member with one of the committee, in turn.
    3. The other members by twos; an odd last one with the first of the others.
    """
    seats, others = frozenset(committee), frozenset(members)
    met = {one for pair in known if pair & seats for one in pair & others}
    paired = {one for pair in known if pair <= others for one in pair}
    pairs = [
        (one, other)
        for place, one in enumerate(committee)
        for other in committee[place + 1 :]
        if frozenset((one, other)) not in known
    ]
    if committee:
        lonely = [one for one in members if one not in met]
        pairs += [(committee[place % len(committee)], one) for place, one in enumerate(lonely)]
    lonely = [one for one in members if one not in paired]
    pairs += [(lonely[place], lonely[place + 1]) for place in range(0, len(lonely) - 1, 2)]
    if len(lonely) % 2 and len(members) > 1:
        pairs.append((lonely[-1], next(one for one in members if one != lonely[-1])))
    return pairs
