"""One county ready to be filled: sizes that add up, persons numbered, and a few things put wrong on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from lianxin.demo.structure import CountyTree
from lianxin.demo.tree import years_later
from lianxin.demo.units import firm

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from lianxin.demo.organisation import Organisation
    from lianxin.demo.places import County

IrregularityKind = Literal[
    "under_three_full_members",
    "over_fifty_members",
    "joint_over_five_units",
    "unit_without_branch",
    "committee_missing",
    "term_expired",
    "term_expiring",
]
_LARGEST: Final = 48
_SMALLEST: Final = 5
_ADMITTED_PER_YEAR: Final = 0.022
_COMMITTEE_SIZE: Final = 9


class Irregularity(NamedTuple):
    """Something planted for the warnings to find: its kind and the organisation it concerns."""

    kind: IrregularityKind
    organisation_code: str


@dataclass(slots=True)
class CountyPlan:
    """A county's organisations, parents first, and what was planted in them."""

    county: County
    organisations: list[Organisation]
    irregularities: tuple[Irregularity, ...]


def plan_county(
    county: County, *, organisations: int, members: int, first_serial: int, seed: int, today: date, parent: str = ""
) -> CountyPlan:
    """A county of exactly so many organisations and members.

    Raises:
        ValueError: the places need more organisations, or the branches cannot hold so many or so few members.
    """
    grown = CountyTree(county, seed, today, parent).grow(organisations)
    planted = tuple(_plant(grown, county, today))
    _fit(grown, members)
    serial = first_serial
    for organisation in grown:
        organisation.seed = (seed * 1_000_003 + int(county.code)) * 1_000_003 + organisation.ordinal
        organisation.first_serial = serial
        serial += organisation.member_count
        _divide(organisation)
    return CountyPlan(county, grown, planted)


def _divide(organisation: Organisation) -> None:
    """Party groups, and how many of the last members are probationary."""
    count = organisation.member_count
    if count >= 18 and organisation.profile is not None:  # noqa: PLR2004 (smaller branches meet as one)
        organisation.group_count = min(5, count // 9)
    if not organisation.joint_units and organisation.profile != "retired":
        # The fraction is decided by the seed's own digits, so that small branches admit people too.
        fresh = int(count * _ADMITTED_PER_YEAR + organisation.seed % 997 / 997)
        organisation.probationary_at_end = max(0, min(fresh, count - 3))


def _fit(organisations: list[Organisation], members: int) -> None:
    """Change the sizes of ordinary branches until they add up; planted and joint ones keep theirs."""
    leaves = [o for o in organisations if o.is_leaf and not o.joint_units and _SMALLEST <= o.member_count <= _LARGEST]
    fixed = sum(o.member_count for o in organisations) - sum(o.member_count for o in leaves)
    room = members - fixed
    drawn = sum(o.member_count for o in leaves)
    floors = {o.code: max(_SMALLEST, len(o.leads) + 12 if o.leads else 0) for o in leaves}
    for leaf in leaves:
        leaf.member_count = min(_LARGEST, max(floors[leaf.code], leaf.member_count * room // drawn))
    missing = room - sum(o.member_count for o in leaves)
    step = 1 if missing > 0 else -1
    while missing:
        before = missing
        for leaf in leaves:
            if missing and floors[leaf.code] <= leaf.member_count + step <= _LARGEST:
                leaf.member_count += step
                missing -= step
        if missing == before:
            raise ValueError(
                f"{len(leaves)} branches cannot hold {members} members between {_SMALLEST} and {_LARGEST} each."
            )


def _plant(organisations: list[Organisation], county: County, today: date) -> Iterator[Irregularity]:
    ordinary = [o for o in organisations if o.is_leaf and not o.joint_units and not o.leads and not o.secretary_also]
    villages = [o for o in ordinary if o.is_village] or ordinary
    firms = [o for o in ordinary if o.profile == "private_firm"]
    joints = [o for o in organisations if o.joint_units]
    for branch in _spread(firms, 2):
        branch.member_count = 2
        yield Irregularity("under_three_full_members", branch.code)
    for branch, size in zip(_spread(villages, 2), (57, 54), strict=True):
        branch.member_count = size
        yield Irregularity("over_fifty_members", branch.code)
    many, crowded = _spread(joints, 2)
    many.joint_units = tuple(firm(900 + i, county.title) for i in range(7))
    many.unit_shares = (2, 1, 1, 1, 1, 1, 1)
    crowded.unit_shares = (4, *crowded.unit_shares[1:])
    for joint in (many, crowded):
        joint.member_count = sum(joint.unit_shares)
    yield Irregularity("joint_over_five_units", many.code)
    yield Irregularity("unit_without_branch", crowded.code)
    left = [o for o in villages if o.member_count <= _LARGEST and o.member_count >= _COMMITTEE_SIZE + 5]
    chosen = _spread(left, 14)
    for branch in chosen[:3]:
        branch.only_secretary = True
        yield Irregularity("committee_missing", branch.code)
    for number, branch in enumerate(chosen[3:14]):
        expired = number < 5  # noqa: PLR2004 (five have run out, six are about to)
        branch.term_end = today + timedelta(days=-20 - 23 * number if expired else 100 + 6 * number)
        branch.term_start = years_later(branch.term_end, -branch.term_years)
        branch.founded_on = min(branch.founded_on, branch.term_start)
        yield Irregularity("term_expired" if expired else "term_expiring", branch.code)


def _spread(items: list[Organisation], count: int) -> list[Organisation]:
    """`count` of the items, evenly far apart, never the first."""
    return [items[(2 * i + 1) * len(items) // (2 * count)] for i in range(count)]
