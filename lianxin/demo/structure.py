"""The tree of one county: committee, town-level committees, 片区, village branches and everything between them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lianxin.demo.draw import names, pick
from lianxin.demo.organisation import Lead
from lianxin.demo.tree import Tree
from lianxin.demo.units import DEPARTMENTS, HOSPITALS, POLICE_STATIONS, SCHOOLS, SECTIONS, STATE_FIRMS
from lianxin.demo.units import co_operative, firm, numeral, social_body, student_branch

if TYPE_CHECKING:
    from datetime import date

    from lianxin.demo.cohorts import Profile
    from lianxin.demo.organisation import Organisation, OrganisationType
    from lianxin.demo.places import County, Town, Village

# 片区 per town-level unit of Lijin: 31 in all, as the article of 2017 counts them. No list of them is published; we
# divide the villages of a town, in the order of their codes, into runs of nearly the same length.
LIJIN_AREAS: Final = {
    "370522001": 4, "370522002": 3, "370522101": 5, "370522102": 7, "370522103": 5, "370522104": 4, "370522201": 2, "370522206": 1,
}  # fmt: skip
_VILLAGES_PER_AREA: Final = 17
_COMMITTEE_FROM: Final = 6
_TOWN_POSTS: Final = ("书记", "副书记", "副书记", "组织委员", "宣传委员", "纪检委员", "统战委员")
_COUNTY_POSTS: Final = ("书记", "副书记", "副书记", "组织委员", "宣传委员", "纪检委员", "统战委员", "委员", "委员")
_SEATS: Final = ("组织委员", "宣传委员", "纪检委员", "委员", "委员")
_WORK_POSTS: Final = ("书记", "副书记", "组织委员", "宣传委员", "纪检委员")


def town_stem(county: County, town: Town) -> str:
    """Full name of a town-level unit, without 中共 and without the body."""
    return county.title + town.name


def clan_of(village: str) -> str:
    """The surname in a village's name (前张窝 and 东街 have none, 小李夹河 and 卜家庙 do), or nothing."""
    found = re.match(r"[大小前后东西南北中]?(.)家", village) or re.match(r"[大小](.)(?:夹河|庄)", village)
    return found[1] if found and found[1] in _surnames() else ""


def _surnames() -> frozenset[str]:
    return frozenset(names().surnames)


class CountyTree(Tree):
    """Composes the parts of a county; `grow` does it in the order in which codes are given."""

    def __init__(self, county: County, seed: int, today: date, parent: str = "") -> None:
        super().__init__(county, seed, today)
        self.parent = parent
        self._dwellings = [village for town in county.towns for village in town.villages] or []
        self._firms = 0

    def grow(self, total: int) -> list[Organisation]:
        """The county's organisations, exactly `total`, parents first.

        Raises:
            ValueError: the places and departments alone make more than `total`.
        """
        self._root()
        self._organs()
        self._systems()
        for town in self.county.towns:
            self._town(town)
        if len(self) > total:
            raise ValueError(f"{self.county.title} needs at least {len(self)} organisations, {total} were asked for.")
        self._fill(total)
        return self.organisations

    def _code(self, letter: str, number: int, under: str = "") -> str:
        return f"{under or self.county.code}{letter}{number:02d}"

    def _home(self) -> str:
        """An address stem for people who live in flats: some community or village of the county."""
        county = self.county
        return f"山东省{county.city}{county.name}{pick(self.random, self._dwellings).name if self._dwellings else ''}"

    def _root(self) -> None:
        self.add(self.county.code, self.county.title, "grassroots_committee", self.parent, "4", since=(1949, 1949), nature="organ",
                 unit_name=f"中共{self.county.title}委员会机关", short=f"{self.county.title}县委".replace("县县", "县"))  # fmt: skip

    def _organs(self) -> None:
        root = self.county.code
        work = self._code("G", 0)
        self.add(
            work,
            f"{self.county.title}委县直机关",
            "work_committee",
            root,
            "4",
            since=(1984, 1990),
            short="县直机关工委",
        )
        for number, (name, branches) in enumerate(DEPARTMENTS, 1):
            leads: tuple[Lead, ...] = ()
            if name == "县委办公室":
                leads = tuple(Lead(root, post) for post in _COUNTY_POSTS)
            elif name == "县委组织部":
                leads = tuple(Lead(self._code(letter, 0), post) for letter in "GL" for post in _WORK_POSTS)
            sections = POLICE_STATIONS if name == "县公安局" else SECTIONS["organ"]
            self._body(self._code("G", number), work, name, branches, "organ", sections, (11, 24), leads)

    def _systems(self) -> None:
        root, title = self.county.code, self.county.title
        for letter, office, short, members, profile, nature in (
            ("E", "教育和体育局", "县教育和体育局党委", SCHOOLS, "school", "institution"),
            ("H", "卫生健康局", "县卫生健康局党委", HOSPITALS, "hospital", "institution"),
            ("S", "国有资产监督管理局", "县国有资产监督管理局党委", STATE_FIRMS, "state_firm", "state_firm"),
        ):
            head = self._code(letter, 0)
            self.add(head, title + office, "grassroots_committee", root, "4", since=(1984, 2010), nature="organ",
                     unit_name=title + office, short=short)  # fmt: skip
            self.add(self._code(letter, 99), f"{title}{office}机关", "branch", head, "4", since=(1984, 2012), profile="organ",
                     size=(18, 28), address=self._home(), leads=tuple(Lead(head, post) for post in _TOWN_POSTS))  # fmt: skip
            for number, (name, branches) in enumerate(members, 1):
                self._body(
                    self._code(letter, number), head, name, branches, profile, SECTIONS[profile], (12, 26), (), nature
                )
        self.add(self._code("L", 0), f"{title}委非公有制经济组织和社会组织", "work_committee", root, "4", since=(2012, 2013),
                 short="县委两新工委")  # fmt: skip

    def _body(
        self, code: str, parent: str, name: str, branches: int, profile: Profile, sections: tuple[str, ...], size: tuple[int, int],
        leads: tuple[Lead, ...], nature: str = "organ",
    ) -> None:  # fmt: skip
        """A unit with one branch, or with a general branch or committee over several."""
        stem = self.county.title + name.removeprefix("县")
        if profile == "organ" and name.startswith(("县委", "团县委", "县人", "县政", "县纪")):
            stem = (
                self.county.title.removesuffix("县") + name
                if self.county.title.endswith("县")
                else self.county.title + name
            )
        if branches == 1:
            floor = (max(size[0], len(leads) + 12), max(size[1], len(leads) + 14))
            self.add(code, stem, "branch", parent, "4", since=(1978, 2014), nature=nature, unit_name=stem, short=name + "党支部",
                     profile=profile, size=floor, address=self._home(), leads=leads)  # fmt: skip
            return
        kind: OrganisationType = "grassroots_committee" if branches >= _COMMITTEE_FROM else "general_branch"
        self.add(code, stem, kind, parent, "4", since=(1978, 2012), nature=nature, unit_name=stem,
                 short=name + ("党委" if kind == "grassroots_committee" else "党总支"))  # fmt: skip
        for number in range(branches):
            last = number == branches - 1 and branches > 2  # noqa: PLR2004 (retired people have their own branch)
            section = sections[-1] if last else sections[number % (len(sections) - 1)]
            self.add(self._code("Z", number + 1, code), stem + section, "branch", code, "4", since=(1984, 2018),
                     short=f"{name}{section}党支部", profile="retired" if section == "离退休" else profile,
                     size=(16, 34) if section == "离退休" else size, address=self._home())  # fmt: skip
        self._seats(code, ("书记", "副书记", *_SEATS[:3]))

    def _seats(self, code: str, posts: tuple[str, ...]) -> None:
        """The secretaries of the first branches below sit in the body above them."""
        below = [
            organisation
            for organisation in self.organisations
            if organisation.parent_code == code and organisation.is_leaf
        ]
        for organisation, post in zip(below, posts, strict=False):
            organisation.secretary_also = (Lead(code, post),)

    def _town(self, town: Town) -> None:
        stem, affiliation = town_stem(self.county, town), "51" if town.kind == "street" else "52"
        kind: OrganisationType = "grassroots_committee" if town.kind == "township" else "work_committee"
        self.add(town.code, stem, kind, self.county.code, affiliation, since=(1984, 1996), nature="organ",
                 unit_name=stem + {"street": "办事处", "township": "人民政府", "zone": "管理委员会"}[town.kind])  # fmt: skip
        villages = [village for village in town.villages if village.kind == "village"]
        areas = self._areas(town, len(villages))
        home = self._home()
        area_leads = tuple(
            Lead(self._code("P", n + 1, town.code), post) for n in range(areas) for post in ("书记", "副书记")
        )
        self.add(self._code("J", 1, town.code), stem + "机关第一", "branch", town.code, affiliation, since=(1984, 2011), profile="organ",
                 size=(24, 30), address=home, leads=tuple(Lead(town.code, post) for post in _TOWN_POSTS))  # fmt: skip
        self.add(self._code("J", 2, town.code), stem + "机关第二", "branch", town.code, affiliation, since=(1984, 2011), profile="organ",
                 size=(16 + len(area_leads), 20 + len(area_leads)), address=home, leads=area_leads)  # fmt: skip
        for number, (name, profile, size) in enumerate(
            (("退休干部", "retired", (18, 36)), ("中心学校", "school", (18, 30)), ("中学", "school", (16, 28)),
             ("卫生院", "hospital", (10, 22)), ("供销社", "state_firm", (6, 14)), ("农业综合服务中心", "organ", (8, 16))), 3,
        ):  # fmt: skip
            self._institution(town, stem + name, name, profile, size, self._code("J", number, town.code), affiliation)
        for area in range(areas):
            run = villages[area * len(villages) // areas : (area + 1) * len(villages) // areas]
            self._area(town, stem, affiliation, area + 1, run)
        for village in (village for village in town.villages if village.kind == "community"):
            self._community(town, stem, affiliation, village)
        for number in range(2):
            self._joint(town, number, affiliation)

    def _institution(
        self, town: Town, stem: str, name: str, profile: str, size: tuple[int, int], code: str, affiliation: str
    ) -> None:
        kinds: dict[str, tuple[Profile, str | None]] = {
            "retired": ("retired", None), "school": ("school", "institution"), "hospital": ("hospital", "institution"),
            "state_firm": ("state_firm", "state_firm"), "organ": ("organ", "institution"),
        }  # fmt: skip
        cohort, nature = kinds[profile]
        self.add(code, stem, "branch", town.code, affiliation, since=(1984, 2012), profile=cohort, size=size, nature=nature,
                 unit_name=stem, short=f"{town.name}{name}党支部", address=self._home())  # fmt: skip

    def _areas(self, town: Town, villages: int) -> int:
        if self.county.code == "370522" and town.code in LIJIN_AREAS:
            return LIJIN_AREAS[town.code]
        return max(1, round(villages / _VILLAGES_PER_AREA)) if villages else 0

    def _area(self, town: Town, stem: str, affiliation: str, number: int, run: list[Village]) -> None:
        code = self._code("P", number, town.code)
        middle = run[len(run) // 2].name.removesuffix("村")
        self.add(code, f"{stem}{middle}片区", "general_branch", town.code, affiliation, since=(1984, 1996),
                 short=f"{town.name}{middle}片区党总支")  # fmt: skip
        for village in run:
            self.add(village.code, stem + village.name, "branch", code, affiliation, since=(1984, 2012), nature="village",
                     unit_name=f"{stem}{village.name}村民委员会", short=village.name + "党支部", profile="village", size=(8, 34),
                     address=f"山东省{self.county.city}{self.county.name}{town.name}{village.name}", clan=clan_of(village.name),
                     place="village")  # fmt: skip
        self._seats(code, _SEATS)

    def _community(self, town: Town, stem: str, affiliation: str, village: Village) -> None:
        name = village.name if village.name.endswith(("社区", "工业园", "公司")) else village.name + "社区"
        address = f"山东省{self.county.city}{self.county.name}{town.name}{name}"
        branched = town.kind != "township"
        self.add(village.code, stem + name, "general_branch" if branched else "branch", town.code, affiliation, since=(2003, 2014),
                 nature="community", unit_name=f"{stem}{name}居民委员会", short=name + ("党总支" if branched else "党支部"),
                 profile=None if branched else "community", size=(12, 34), address=address, place="community")  # fmt: skip
        if branched:
            for grid in range(2):
                self._grid(town, stem + name, village.code, name, grid + 1, address, affiliation)
            self._seats(village.code, ("书记", "副书记"))

    def _grid(self, town: Town, stem: str, parent: str, name: str, number: int, address: str, affiliation: str) -> None:
        self.add(self._code("W", number, parent), f"{stem}第{numeral(number)}网格", "branch", parent, affiliation, since=(2014, 2022),
                 short=f"{town.name}{name}第{numeral(number)}网格党支部", profile="community", size=(14, 40), address=address,
                 place="community")  # fmt: skip

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
            self._code("L", number + 1, town.code), f"{stem}{'合作社' if number % 2 else '企业'}第{numeral(number // 2 + 1)}",
            "joint_branch", town.code, affiliation, since=(2012, 2022), profile="co_operative" if number % 2 else "private_firm",
            size=(sum(shares), sum(shares)), address=self._home(), joint_units=units,
        )  # fmt: skip
        organisation.unit_shares = shares

    def _next_firm(self) -> int:
        self._firms += 1
        return self._firms

    def _fill(self, total: int) -> None:
        """Private firms, social organisations, more joint branches and more grids up to the number asked for."""
        head, county, number = self._code("L", 0), self.county, 0
        communities = [o for o in self.organisations if o.is_community and not o.is_leaf]
        grids = dict.fromkeys((o.code for o in communities), 2)
        towns = {town.code: town for town in county.towns}
        joints = dict.fromkeys(towns, 2)
        while len(self) < total:
            number += 1
            turn = number % 5
            if turn == 0 and communities:
                above = communities[number // 5 % len(communities)]
                grids[above.code] += 1
                town = towns[above.parent_code]
                self._grid(town, above.name[2:].removesuffix("总支部委员会"), above.code, above.short_name.removesuffix("党总支"),
                           grids[above.code], above.address, above.affiliation_code)  # fmt: skip
            elif turn == 1:
                town = county.towns[number // 5 % len(county.towns)]
                self._joint(town, joints[town.code], "51" if town.kind == "street" else "52")
                joints[town.code] += 1
            elif turn == 2:  # noqa: PLR2004
                name = social_body(number // 5, county.title)
                self.add(self._code("L", number), name, "branch", head, "9", since=(2012, 2022), nature="social", unit_name=name,
                         profile="social", size=(5, 14), address=self._home())  # fmt: skip
            elif turn == 3 and county.name.endswith("区"):  # noqa: PLR2004 (colleges stand in districts)
                name = student_branch(number // 5, county.title)
                self.add(self._code("L", number), name, "branch", head, "9", since=(2005, 2022), profile="students", size=(14, 40),
                         address=self._home())  # fmt: skip
            else:
                name = firm(self._next_firm(), county.title)
                self.add(self._code("L", number), name, "branch", head, "9", since=(2005, 2022), nature="private_firm", unit_name=name,
                         profile="private_firm", size=(5, 26), address=self._home())  # fmt: skip
