"""The town-level part of a county's tree: 片区, village branches, communities and their grids, joint branches."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lianxin.demo.draw import names, pick
from lianxin.demo.organisation import Lead
from lianxin.demo.tree import Tree
from lianxin.demo.units import co_operative, firm, numeral

if TYPE_CHECKING:
    from datetime import date

    from lianxin.demo.cohorts import Profile
    from lianxin.demo.organisation import Organisation, OrganisationType
    from lianxin.demo.places import County, Town, Village

# 片区 per town-level unit of Lijin: 31 in all, as the article of 2017 counts them. No list of them is published; we
# divide the villages of a town, in the order of their codes, into runs of nearly the same length.
LIJIN_AREAS: Final = {
    "370522001": 4,
    "370522002": 3,
    "370522101": 5,
    "370522102": 7,
    "370522103": 5,
    "370522104": 4,
    "370522201": 2,
    "370522206": 1,
}
_VILLAGES_PER_AREA: Final = 17
TOWN_POSTS: Final = ("书记", "副书记", "副书记", "组织委员", "宣传委员", "纪检委员", "统战委员")
_SEATS: Final = ("组织委员", "宣传委员", "纪检委员", "委员", "委员")


def town_stem(county: County, town: Town) -> str:
    """Full name of a town-level unit, without 中共 and without the body."""
    return county.title + town.name


def clan_of(village: str) -> str:
    """The surname in a village's name (前张窝 and 东街 have none, 小李夹河 and 卜家庙 do), or nothing."""
    found = re.match(r"[大小前后东西南北中]?(.)家", village) or re.match(r"[大小](.)(?:夹河|庄)", village)
    return found[1] if found and found[1] in _surnames() else ""


def _surnames() -> frozenset[str]:
    return frozenset(names().surnames)


class TownTree(Tree):
    """Composes the town-level units of a county."""

    def __init__(self, county: County, seed: int, today: date) -> None:
        super().__init__(county, seed, today)
        self._dwellings = [village for town in county.towns for village in town.villages]
        self._firms = 0

    def _code(self, letter: str, number: int, under: str = "") -> str:
        return f"{under or self.county.code}{letter}{number:02d}"

    def _home(self) -> str:
        """An address stem for people who live in flats: some community or village of the county."""
        county = self.county
        return f"山东省{county.city}{county.name}{pick(self.random, self._dwellings).name if self._dwellings else ''}"

    def _seats(self, code: str, posts: tuple[str, ...]) -> None:
        """The secretaries of the first branches below sit in the body above them."""
        below = [
            organisation
            for organisation in self.organisations
            if organisation.parent_code == code and organisation.is_leaf
        ]
        for organisation, post in zip(below, posts, strict=False):
            organisation.secretary_also = (Lead(code, post),)

    def add_town(self, town: Town) -> None:
        """Add a town-level unit and everything below it."""
        stem, affiliation = town_stem(self.county, town), "51" if town.kind == "street" else "52"
        kind: OrganisationType = "grassroots_committee" if town.kind == "township" else "work_committee"
        self.add(
            town.code,
            stem,
            kind,
            self.county.code,
            affiliation,
            since=(1984, 1996),
            nature="organ",
            unit_name=stem + {"street": "办事处", "township": "人民政府", "zone": "管理委员会"}[town.kind],
        )
        villages = [village for village in town.villages if village.kind == "village"]
        areas = self._areas(town, len(villages))
        home = self._home()
        area_leads = tuple(
            Lead(self._code("P", n + 1, town.code), post) for n in range(areas) for post in ("书记", "副书记")
        )
        self.add(
            self._code("J", 1, town.code),
            stem + "机关第一",
            "branch",
            town.code,
            affiliation,
            since=(1984, 2011),
            profile="organ",
            size=(24, 30),
            address=home,
            leads=tuple(Lead(town.code, post) for post in TOWN_POSTS),
        )
        self.add(
            self._code("J", 2, town.code),
            stem + "机关第二",
            "branch",
            town.code,
            affiliation,
            since=(1984, 2011),
            profile="organ",
            size=(16 + len(area_leads), 20 + len(area_leads)),
            address=home,
            leads=area_leads,
        )
        for number, (name, profile, size) in enumerate(
            (
                ("退休干部", "retired", (18, 36)),
                ("中心学校", "school", (18, 30)),
                ("中学", "school", (16, 28)),
                ("卫生院", "hospital", (10, 22)),
                ("供销社", "state_firm", (6, 14)),
                ("农业综合服务中心", "organ", (8, 16)),
            ),
            3,
        ):
            self._institution(town, number, name, profile, size)
        for area in range(areas):
            run = villages[area * len(villages) // areas : (area + 1) * len(villages) // areas]
            self._area(town, stem, affiliation, area + 1, run)
        for village in (village for village in town.villages if village.kind == "community"):
            self._community(town, stem, affiliation, village)
        for number in range(2):
            self._joint(town, number, affiliation)

    def _institution(self, town: Town, number: int, name: str, profile: str, size: tuple[int, int]) -> None:
        """A branch of a town's institution; retired cadres have one without a unit."""
        stem, code = town_stem(self.county, town) + name, self._code("J", number, town.code)
        kinds: dict[str, tuple[Profile, str | None]] = {
            "retired": ("retired", None),
            "school": ("school", "institution"),
            "hospital": ("hospital", "institution"),
            "state_firm": ("state_firm", "state_firm"),
            "organ": ("organ", "institution"),
        }
        cohort, nature = kinds[profile]
        self.add(
            code,
            stem,
            "branch",
            town.code,
            "51" if town.kind == "street" else "52",
            since=(1984, 2012),
            profile=cohort,
            size=size,
            nature=nature,
            unit_name=stem,
            short=f"{town.name}{name}党支部",
            address=self._home(),
        )

    def _areas(self, town: Town, villages: int) -> int:
        if self.county.code == "370522" and town.code in LIJIN_AREAS:
            return LIJIN_AREAS[town.code]
        return max(1, round(villages / _VILLAGES_PER_AREA)) if villages else 0

    def _area(self, town: Town, stem: str, affiliation: str, number: int, run: list[Village]) -> None:
        code = self._code("P", number, town.code)
        middle = run[len(run) // 2].name.removesuffix("村")
        self.add(
            code,
            f"{stem}{middle}片区",
            "general_branch",
            town.code,
            affiliation,
            since=(1984, 1996),
            short=f"{town.name}{middle}片区党总支",
        )
        for village in run:
            self.add(
                village.code,
                stem + village.name,
                "branch",
                code,
                affiliation,
                since=(1984, 2012),
                nature="village",
                unit_name=f"{stem}{village.name}村民委员会",
                short=village.name + "党支部",
                profile="village",
                size=(8, 34),
                address=f"山东省{self.county.city}{self.county.name}{town.name}{village.name}",
                clan=clan_of(village.name),
                place="village",
            )
        self._seats(code, _SEATS)

    def _community(self, town: Town, stem: str, affiliation: str, village: Village) -> None:
        own = village.name.removeprefix(self.county.name).removeprefix(town.name) or village.name
        name = own if own.endswith(("社区", "工业园", "公司")) else own + "社区"
        address = f"山东省{self.county.city}{self.county.name}{town.name}{name}"
        branched = town.kind != "township"
        body = self.add(
            village.code,
            stem + name,
            "general_branch" if branched else "branch",
            town.code,
            affiliation,
            since=(2003, 2014),
            nature="community",
            unit_name=f"{stem}{name}居民委员会",
            short=name + ("党总支" if branched else "党支部"),
            profile=None if branched else "community",
            size=(12, 34),
            address=address,
            place="community",
        )
        if branched:
            for grid in range(2):
                self._grid(body, grid + 1)
            self._seats(village.code, ("书记", "副书记"))

    def _grid(self, community: Organisation, number: int) -> None:
        self.add(
            self._code("W", number, community.code),
            f"{community.name.removeprefix('中共').removesuffix('总支部委员会')}第{numeral(number)}网格",
            "branch",
            community.code,
            community.affiliation_code,
            since=(2014, 2022),
            profile="community",
            size=(14, 40),
            address=community.address,
            place="community",
        )

    def _joint(self, town: Town, number: int, affiliation: str) -> None:
        """A joint branch of three to five small units of a town, each with one or two full members."""
        stem = town_stem(self.county, town)
        count = 3 + int(self.random() * 3)
        units = tuple(
            co_operative(number * 5 + i, stem) if number % 2 else firm(self._next_firm(), self.county.title)
            for i in range(count)
        )
        shares = tuple(2 if i < 2 or self.random() < 0.5 else 1 for i in range(count))  # noqa: PLR2004
        organisation = self.add(
            self._code("L", number + 1, town.code),
            f"{stem}{'合作社' if number % 2 else '企业'}第{numeral(number // 2 + 1)}",
            "joint_branch",
            town.code,
            affiliation,
            since=(2012, 2022),
            profile="co_operative" if number % 2 else "private_firm",
            size=(sum(shares), sum(shares)),
            address=self._home(),
            joint_units=units,
        )
        organisation.unit_shares = shares

    def _next_firm(self) -> int:
        self._firms += 1
        return self._firms
