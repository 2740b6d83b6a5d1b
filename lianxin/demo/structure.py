"""The tree of one county: committee, town-level committees, 片区, village branches and everything between them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from lianxin.demo.organisation import Lead
from lianxin.demo.towns import TOWN_POSTS, TownTree
from lianxin.demo.units import (
    DEPARTMENTS,
    HOSPITALS,
    POLICE_STATIONS,
    SCHOOLS,
    SECTIONS,
    STATE_FIRMS,
    firm,
    social_body,
    student_branch,
)

if TYPE_CHECKING:
    from datetime import date

    from lianxin.demo.cohorts import Profile
    from lianxin.demo.organisation import Organisation, OrganisationType
    from lianxin.demo.places import County

_COMMITTEE_FROM: Final = 6
_COUNTY_POSTS: Final = ("书记", "副书记", "副书记", "组织委员", "宣传委员", "纪检委员", "统战委员", "委员", "委员")
# Letter of the code, office, its committee's short name, its units, and what they are.
_SYSTEMS: Final[tuple[tuple[str, str, str, tuple[tuple[str, int], ...], Profile, str], ...]] = (
    ("E", "教育和体育局", "县教育和体育局党委", SCHOOLS, "school", "institution"),
    ("H", "卫生健康局", "县卫生健康局党委", HOSPITALS, "hospital", "institution"),
    ("S", "国有资产监督管理局", "县国有资产监督管理局党委", STATE_FIRMS, "state_firm", "state_firm"),
)
_ORDINARY_SEATS: Final = ("组织委员", "宣传委员", "纪检委员")
_WORK_POSTS: Final = ("书记", "副书记", "组织委员", "宣传委员", "纪检委员")


class CountyTree(TownTree):
    """Composes the parts of a county; `grow` does it in the order in which codes are given."""

    def __init__(self, county: County, seed: int, today: date, parent: str = "") -> None:
        super().__init__(county, seed, today)
        self.parent = parent

    def grow(self, total: int) -> list[Organisation]:
        """The county's organisations, exactly `total`, parents first.

        Raises:
            ValueError: the places and departments alone make more than `total`.
        """
        self._root()
        self._organs()
        self._systems()
        for town in self.county.towns:
            self.add_town(town)
        if len(self) > total:
            raise ValueError(f"{self.county.title} needs at least {len(self)} organisations, {total} were asked for.")
        self._fill(total)
        return self.organisations

    def _root(self) -> None:
        self.add(
            self.county.code,
            self.county.title,
            "grassroots_committee",
            self.parent,
            "4",
            since=(1949, 1949),
            nature="organ",
            unit_name=f"中共{self.county.title}委员会机关",
            short=f"{self.county.title}县委".replace("县县", "县"),
        )

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
            self._body(
                self._code("G", number),
                work,
                name,
                branches,
                profile="organ",
                sections=sections,
                size=(11, 24),
                leads=leads,
            )

    def _systems(self) -> None:
        root, title = self.county.code, self.county.title
        for letter, office, short, members, profile, nature in _SYSTEMS:
            head = self._code(letter, 0)
            self.add(
                head,
                title + office,
                "grassroots_committee",
                root,
                "4",
                since=(1984, 2010),
                nature="organ",
                unit_name=title + office,
                short=short,
            )
            self.add(
                self._code(letter, 99),
                f"{title}{office}机关",
                "branch",
                head,
                "4",
                since=(1984, 2012),
                profile="organ",
                size=(18, 28),
                address=self._home(),
                leads=tuple(Lead(head, post) for post in TOWN_POSTS),
            )
            for number, (name, branches) in enumerate(members, 1):
                self._body(
                    self._code(letter, number),
                    head,
                    name,
                    branches,
                    profile=profile,
                    sections=SECTIONS[profile],
                    size=(12, 26),
                    nature=nature,
                )
        self.add(
            self._code("L", 0),
            f"{title}委非公有制经济组织和社会组织",
            "work_committee",
            root,
            "4",
            since=(2012, 2013),
            short="县委两新工委",
        )

    def _body(
        self,
        code: str,
        parent: str,
        name: str,
        branches: int,
        *,
        profile: Profile,
        sections: tuple[str, ...],
        size: tuple[int, int],
        leads: tuple[Lead, ...] = (),
        nature: str = "organ",
    ) -> None:
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
            self.add(
                code,
                stem,
                "branch",
                parent,
                "4",
                since=(1978, 2014),
                nature=nature,
                unit_name=stem,
                short=name + "党支部",
                profile=profile,
                size=floor,
                address=self._home(),
                leads=leads,
            )
            return
        kind: OrganisationType = "grassroots_committee" if branches >= _COMMITTEE_FROM else "general_branch"
        self.add(
            code,
            stem,
            kind,
            parent,
            "4",
            since=(1978, 2012),
            nature=nature,
            unit_name=stem,
            short=name + ("党委" if kind == "grassroots_committee" else "党总支"),
        )
        for number in range(branches):
            last = number == branches - 1 and branches > 2  # noqa: PLR2004 (retired people have their own branch)
            section = sections[-1] if last else sections[number % (len(sections) - 1)]
            self.add(
                self._code("Z", number + 1, code),
                stem + section,
                "branch",
                code,
                "4",
                since=(1984, 2018),
                short=f"{name}{section}党支部",
                profile="retired" if section == "离退休" else profile,
                size=(16, 34) if section == "离退休" else size,
                address=self._home(),
            )
        self._seats(code, ("书记", "副书记", *_ORDINARY_SEATS))

    def _fill(self, total: int) -> None:
        """Private firms, social organisations, more joint branches and more grids up to the number asked for."""
        head, county, number = self._code("L", 0), self.county, 0
        communities = [o for o in self.organisations if o.is_community and not o.is_leaf]
        grids = dict.fromkeys((o.code for o in communities), 2)
        joints = dict.fromkeys((town.code for town in county.towns), 2)
        while len(self) < total:
            number += 1
            turn = number % 5
            if turn == 0 and communities:
                above = communities[number // 5 % len(communities)]
                grids[above.code] += 1
                self._grid(above, grids[above.code])
            elif turn == 1:
                town = county.towns[number // 5 % len(county.towns)]
                self._joint(town, joints[town.code], "51" if town.kind == "street" else "52")
                joints[town.code] += 1
            elif turn == 2:  # noqa: PLR2004
                name = social_body(number // 5, county.title)
                self.add(
                    self._code("L", number),
                    name,
                    "branch",
                    head,
                    "9",
                    since=(2012, 2022),
                    nature="social",
                    unit_name=name,
                    profile="social",
                    size=(5, 14),
                    address=self._home(),
                )
            elif number % 10 == 3 and county.name.endswith("区"):  # noqa: PLR2004 (colleges stand in districts)
                name = student_branch(number // 10, county.title)
                self.add(
                    self._code("L", number),
                    name,
                    "branch",
                    head,
                    "9",
                    since=(2005, 2022),
                    profile="students",
                    size=(14, 40),
                    address=self._home(),
                )
            else:
                name = firm(self._next_firm(), county.title)
                self.add(
                    self._code("L", number),
                    name,
                    "branch",
                    head,
                    "9",
                    since=(2005, 2022),
                    nature="private_firm",
                    unit_name=name,
                    profile="private_firm",
                    size=(5, 26),
                    address=self._home(),
                )
