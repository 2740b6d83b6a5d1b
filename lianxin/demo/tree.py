"""Growing one county's tree: adding an organisation keeps parents before children and every date in order."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import TYPE_CHECKING, Final

from lianxin.demo.identity import credit_code
from lianxin.demo.organisation import Organisation, OrganisationType, Unit, UnitRelation
from lianxin.demo.places import LANDLINE_AREA

if TYPE_CHECKING:
    from lianxin.demo.cohorts import Profile
    from lianxin.demo.organisation import Lead
    from lianxin.demo.places import County

_SUFFIX: Final[dict[OrganisationType, str]] = {
    "grassroots_committee": "委员会",
    "general_branch": "总支部委员会",
    "branch": "支部委员会",
    "joint_branch": "联合支部委员会",
    "work_committee": "工作委员会",
}
_SHORT: Final[dict[OrganisationType, str]] = {
    "grassroots_committee": "党委",
    "general_branch": "党总支",
    "branch": "党支部",
    "joint_branch": "联合党支部",
    "work_committee": "党工委",
}
# Head of the credit code, code and name of the unit's nature.
NATURES: Final = {
    "organ": ("11", "4", "机关"),
    "institution": ("12", "3", "事业单位"),
    "state_firm": ("91", "21", "国有经济控制企业"),
    "private_firm": ("91", "23", "非公有经济控制企业"),
    "social": ("52", "", "民办非企业单位（社会服务机构）"),
    "village": ("55", "", "建制村"),
    "community": ("54", "", "社区（居委会）"),
}
_LONG_TERM: Final = 5
_SHORT_TERM: Final = 3


def years_later(day: date, years: int) -> date:
    """The same day `years` later (29 February becomes the 28th)."""
    return day.replace(year=day.year + years, day=28 if (day.month, day.day) == (2, 29) else day.day)


class Tree:
    """A county's organisations in the making, in an order in which every parent stands before its children."""

    def __init__(self, county: County, seed: int, today: date) -> None:
        self.county, self.seed, self.today = county, seed, today
        self.organisations: list[Organisation] = []
        self._by_code: dict[str, Organisation] = {}
        # A text seed is hashed with SHA-512, so it is the same in every process.
        self.random = Random(f"{seed}:{county.code}:tree").random  # noqa: S311 (no secrets)
        self._units = 0
        self._base = int(county.code) % 10_000 * 10_000

    def __len__(self) -> int:
        return len(self.organisations)

    def add(
        self,
        code: str,
        stem: str,
        kind: OrganisationType,
        parent: str,
        affiliation: str,
        *,
        since: tuple[int, int],
        nature: str | None = None,
        unit_name: str = "",
        unit_relation: UnitRelation | None = None,
        short: str = "",
        profile: Profile | None = None,
        size: tuple[int, int] = (0, 0),
        address: str = "",
        clan: str = "",
        leads: tuple[Lead, ...] = (),
        joint_units: tuple[str, ...] = (),
        place: str = "",
    ) -> Organisation:
        """Add an organisation; `stem` is the full name between 中共 and 委员会, `since` the years of founding.

        `place` is "village" or "community" for the body of residents, which sits for five years.

        Raises:
            ValueError: the code is taken or the parent is unknown.
        """
        above = self._by_code.get(parent)
        if code in self._by_code or (above is None and self.organisations):
            raise ValueError(f"Organisation {code} cannot be placed under {parent or 'nothing'}.")
        years = _LONG_TERM if place or kind in {"grassroots_committee", "work_committee"} else _SHORT_TERM
        founded = self._founded(since, above)
        start = self._term_start(years, founded)
        county = self.county
        organisation = Organisation(
            code=code,
            name=f"中共{stem}{_SUFFIX[kind]}",
            short_name=short or (stem.removeprefix(county.title) or county.title) + _SHORT[kind],
            type_identifier=kind,
            parent_code=parent,
            affiliation_code=affiliation,
            founded_on=founded,
            approval_no=f"{county.name[0]}组发〔{founded.year}〕{1 + int(self.random() * 90)}号" if above else "",
            unit_relation=unit_relation or ("joint" if joint_units else "legal_entity" if nature else "same_as_parent"),
            unit=self._unit(nature, unit_name) if nature else None,
            phone=f"{LANDLINE_AREA[county.city]}-0{(self._base + len(self)) % 1_000_000:06d}",
            term_start=start,
            term_end=years_later(start, years),
            term_years=years,
            ordinal=len(self),
            profile=profile,
            is_village=place == "village",
            is_community=place == "community",
            clan=clan,
            address=address,
            member_count=size[0] + int((size[1] - size[0] + 1) * self.random() ** 1.25) if profile else 0,
            leads=leads,
            joint_units=joint_units,
            area_code=LANDLINE_AREA[county.city],
        )
        self.organisations.append(organisation)
        self._by_code[code] = organisation
        return organisation

    def _unit(self, nature: str, name: str) -> Unit:
        head, code, label = NATURES[nature]
        self._units += 1
        return Unit(name, credit_code(self._base + self._units, head), code, label)

    def _founded(self, since: tuple[int, int], above: Organisation | None) -> date:
        year = since[0] + int((since[1] - since[0] + 1) * self.random())
        drawn = date(year, 1 + int(self.random() * 12), 1 + int(self.random() * 28))
        earliest = above.founded_on if above else date(1945, 1, 1)
        latest = self.today - timedelta(days=400)
        return min(max(drawn, earliest), max(latest, earliest))

    def _term_start(self, years: int, founded: date) -> date:
        """A start such that the term neither has run out nor runs out within 200 days."""
        span = years * 365
        return max(self.today - timedelta(days=30 + int(self.random() * (span - 240))), founded)
