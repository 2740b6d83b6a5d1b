"""Records that may be the same person: same name and birth date. The same identity number cannot be in twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from lianxin.kernel.authz import Actor
from lianxin.members.models import IN_REGISTER, Member
from lianxin.members.queries.roster import members_within

MOST = 100


@dataclass(frozen=True, slots=True)
class Namesakes:
    """People of one name born on one day."""

    name: str
    birth_date: date
    members: Sequence[Member]


def namesakes(actor: Actor, *, size: int = MOST) -> list[Namesakes]:
    """Members in the register who share name and birth date, at most `size` groups. Two queries."""
    rows = members_within(actor).filter(membership_status__in=IN_REGISTER)
    shared = list(
        rows.values_list("name", "birth_date").annotate(count=Count("id")).filter(count__gt=1).order_by("name")[:size]
    )
    if not shared:
        return []
    wanted = {(name, born): [] for name, born, _count in shared}  # type: dict[tuple[str, date], list[Member]]
    found = rows.filter(name__in={name for name, _born in wanted}, birth_date__in={born for _name, born in wanted})
    for member in found.select_related("organisation").order_by("name", "birth_date", "id"):
        if (member.name, member.birth_date) in wanted:
            wanted[member.name, member.birth_date].append(member)
    return [Namesakes(name, born, members) for (name, born), members in wanted.items()]
