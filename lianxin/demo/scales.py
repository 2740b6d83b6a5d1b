"""The three sizes of demonstration: organisations and members as streams that never hold more than one county."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from lianxin.demo.organisation import Organisation
from lianxin.demo.persons import members_of
from lianxin.demo.places import LANDLINE_AREA, read_lijin, read_province
from lianxin.demo.plan import CountyPlan, plan_county
from lianxin.demo.posts import posts_held

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lianxin.demo.persons import Person
    from lianxin.demo.places import County
    from lianxin.demo.posts import PostHeld

Scale = Literal["county", "city", "province"]
DEFAULT_SEED: Final = 2017


@dataclass(frozen=True, slots=True)
class Size:
    """How many organisations and members a scale has, exactly."""

    organisations: int
    members: int


SIZES: Final[dict[Scale, Size]] = {
    "county": Size(1_150, 19_437),
    "city": Size(20_000, 400_000),
    "province": Size(250_000, 5_000_000),
}
_CITY: Final = "3707"  # 潍坊市: twelve counties and over 7,000 villages and communities, room for 20,000 organisations
_PROVINCE: Final = "37"


class Batch(NamedTuple):
    """An organisation, its members, and the posts its members hold in it or above it."""

    organisation: Organisation
    members: list[Person]
    posts: list[PostHeld]


class _Quota(NamedTuple):
    county: County
    organisations: int
    members: int
    first_serial: int
    parent: str


def _above(code: str, name: str, parent: str, affiliation: str) -> Organisation:
    """The committee of the province or a city: a name to hang the counties on, without members or posts."""
    founded = date(1949, 1, 1)
    return Organisation(
        code=code,
        name=f"中共{name}委员会",
        short_name=f"{name}委",
        type_identifier="grassroots_committee",
        parent_code=parent,
        affiliation_code=affiliation,
        founded_on=founded,
        approval_no="",
        unit_relation="same_as_parent",
        unit=None,
        phone="",
        term_start=founded,
        term_end=founded,
        term_years=5,
        ordinal=0,
    )


def _heads(scale: Scale, today: date) -> list[Organisation]:
    if scale == "county":
        return []
    counties = _counties(scale)
    cities = {county.code[:4]: county.city for county in counties}
    heads = [] if scale == "city" else [_above(_PROVINCE, "山东省", "", "2")]
    heads += [_above(code, name, "" if scale == "city" else _PROVINCE, "3") for code, name in sorted(cities.items())]
    for head in heads:
        head.term_start = today - timedelta(days=500)
        head.term_end = today + timedelta(days=1326)
        area = LANDLINE_AREA.get(cities.get(head.code, ""), "0531")
        head.phone, head.area_code = f"{area}-0000000", area
    return heads


def _counties(scale: Scale) -> tuple[County, ...]:
    if scale == "county":
        return (read_lijin(2016),)
    return tuple(c for c in read_province() if scale == "province" or c.code.startswith(_CITY))


def _weight(county: County) -> int:
    """About how many organisations the county's places and departments ask for."""
    weight = 330
    for town in county.towns:
        communities = sum(1 for village in town.villages if village.kind == "community")
        weight += (
            12 + len(town.villages) + len(town.villages) // 17 + (2 * communities if town.kind != "township" else 0)
        )
    return weight


def _shares(total: int, weights: list[int]) -> list[int]:
    """Whole shares of `total` in proportion to the weights, adding up exactly."""
    edges, running = [0], 0
    for weight in weights:
        running += weight
        edges.append(total * running // sum(weights))
    return [after - before for before, after in pairwise(edges)]


def _quotas(scale: Scale, heads: int) -> list[_Quota]:
    counties, size = _counties(scale), SIZES[scale]
    weights = [_weight(county) for county in counties]
    organisations = _shares(size.organisations - heads, weights)
    members = _shares(size.members, organisations)
    serial, quotas = 0, []
    for county, o, m in zip(counties, organisations, members, strict=True):
        quotas.append(_Quota(county, o, m, serial, "" if scale == "county" else county.code[:4]))
        serial += m
    return quotas


def plans(scale: Scale, seed: int, today: date, shard: tuple[int, int] = (0, 1)) -> Iterator[CountyPlan]:
    """The counties of a scale one after another; `shard` (k, n) gives every nth county from the kth.

    Raises:
        ValueError: k is not below n.
    """
    k, n = shard
    if not 0 <= k < n:
        raise ValueError(f"There is no shard {k} of {n}: shards are numbered from 0.")
    for quota in _quotas(scale, len(_heads(scale, today)))[k::n]:
        yield plan_county(
            quota.county,
            organisations=quota.organisations,
            members=quota.members,
            first_serial=quota.first_serial,
            seed=seed,
            today=today,
            parent=quota.parent,
        )


def organisations(scale: Scale, seed: int = DEFAULT_SEED, *, today: date) -> Iterator[Organisation]:
    """All organisations of a scale, every parent before its children."""
    yield from _heads(scale, today)
    for plan in plans(scale, seed, today):
        yield from plan.organisations


def members(
    scale: Scale, seed: int = DEFAULT_SEED, *, today: date, shard: tuple[int, int] = (0, 1)
) -> Iterator[Person]:
    """All members of a scale, or of one shard of it (every nth county), branch by branch.

    A member is the same in whatever shard and order it is made. County scale has one county: shard (0, n) has it all.
    """
    for plan in plans(scale, seed, today, shard):
        for organisation in plan.organisations:
            yield from members_of(organisation, today)


def batches(scale: Scale, seed: int = DEFAULT_SEED, *, today: date, shard: tuple[int, int] = (0, 1)) -> Iterator[Batch]:
    """Organisations with members and posts in one pass, parents first; heads of city and province come in shard 0.

    A post may be one in an organisation above: its committee came in an earlier batch of the same shard.
    """
    if shard[0] == 0:
        for head in _heads(scale, today):
            yield Batch(head, [], [])
    for plan in plans(scale, seed, today, shard):
        for organisation in plan.organisations:
            people = list(members_of(organisation, today))
            yield Batch(organisation, people, posts_held(organisation, people, today) if people else [])
