"""The generated organisation, as plain data: what the register and the organisation workbook ask for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from datetime import date

    from lianxin.demo.cohorts import Profile

OrganisationType = Literal["grassroots_committee", "general_branch", "branch", "joint_branch", "work_committee"]
UnitRelation = Literal["same_as_parent", "legal_entity", "joint"]
TYPE_CODES: Final[dict[OrganisationType, str]] = {
    "grassroots_committee": "611",
    "general_branch": "621",
    "branch": "631",
    "joint_branch": "632",
    "work_committee": "",
}
TYPE_NAMES: Final[dict[OrganisationType, str]] = {
    "grassroots_committee": "基层党委",
    "general_branch": "党总支部",
    "branch": "党支部",
    "joint_branch": "联合党支部",
    "work_committee": "党工委",
}
RELATION_NAMES: Final[dict[UnitRelation, str]] = {
    "same_as_parent": "与上级党组织相同",
    "legal_entity": "法人单位",
    "joint": "联合党支部",
}
AFFILIATION_NAMES: Final = {
    "2": "省（区、市）",
    "3": "市（地、州、盟）",
    "4": "县（市、区、旗）",
    "51": "城市街道",
    "52": "乡镇（一）",
    "9": "其他",
}


@dataclass(frozen=True, slots=True)
class Unit:
    """The unit an organisation sits in; `nature_code` is empty where no national code is published."""

    name: str
    credit_code: str
    nature_code: str
    nature_name: str
    is_legal_entity: bool = True


@dataclass(frozen=True, slots=True)
class Lead:
    """A post in another organisation that is held by someone of this branch."""

    organisation_code: str
    post: str


@dataclass(slots=True)
class Organisation:
    """One organisation. Leaves (branches) have members; committees and general branches through their branches.

    `code` is our own stable text: the division code of the place, then a letter and a number. `type_code` is empty for
    a work committee, which the national table does not number. `member_count` counts full and probationary members.
    `first_serial` is where the branch's members begin in the numbering of persons. `ordinal` is unique in its county.
    """

    code: str
    name: str
    short_name: str
    type_identifier: OrganisationType
    parent_code: str
    affiliation_code: str
    founded_on: date
    approval_no: str
    unit_relation: UnitRelation
    unit: Unit | None
    phone: str
    term_start: date
    term_end: date
    term_years: int
    ordinal: int
    profile: Profile | None = None
    is_village: bool = False
    is_community: bool = False
    clan: str = ""
    address: str = ""
    member_count: int = 0
    first_serial: int = 0
    group_count: int = 0
    joint_units: tuple[str, ...] = ()
    unit_shares: tuple[int, ...] = ()
    leads: tuple[Lead, ...] = ()
    secretary_also: tuple[Lead, ...] = ()
    only_secretary: bool = False
    probationary_at_end: int = 0
    seed: int = 0
    area_code: str = "0546"

    @property
    def type_code(self) -> str:
        """National code of the type: 611, 621, 631, 632, or empty for a work committee."""
        return TYPE_CODES[self.type_identifier]

    @property
    def is_leaf(self) -> bool:
        """Whether members belong to it directly."""
        return self.profile is not None
