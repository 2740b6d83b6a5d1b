"""What programs send and receive about organisations. Codes are keys of the code tables; names of days are dates."""

from datetime import date
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.rest import Day, Sent

KIND = "Kind of organisation: a key of the code table org_types."


class Decision(Sent):
    """What every act on the tree rests on."""

    effective_on: Day = Field(
        description="The first day on which it holds; past and coming days are possible.", examples=["2026-12-01"]
    )
    document_no: str = Field(
        max_length=80, description="Number of the deciding document.", examples=["利组发〔2026〕12号"]
    )
    reason: str = Field(max_length=2000, description="Why, in a sentence.", examples=["村级区划调整"])

    def decided(self) -> dict[str, Any]:
        """Day, document and reason as the acts take them."""
        return {"effective_on": self.effective_on, "document_no": self.document_no, "reason": self.reason}


class Facts(Schema):
    """What is written down about an organisation besides its name, kind and place. The telephone is shown masked."""

    external_code: str = Field("", description="Code in the higher system.", examples=["37052210120100"])
    affiliation: str = Field("", description="Affiliation: a key of org_affiliation.")
    unit_relation: str = Field("", description="Situation of the unit: same_as_parent, legal_entity or joint.")
    unit_name: str = Field("", description="The unit it works in.", examples=["北宋镇柳树村村民委员会"])
    unit_credit_code: str = Field("", description="Unified social credit code of the unit; its check digit is checked.")
    unit_nature: str = Field("", description="Nature of the unit: a key of unit_natures.")
    unit_is_legal_entity: bool = Field(False, description="Whether the unit is a legal entity.")  # noqa: FBT003 - pydantic's default
    unit_count: int = Field(1, description="Number of units covered; more than one for a joint branch.")
    is_village_or_community: bool = Field(False, description="Whether it works in a village or community.")  # noqa: FBT003 - the same
    division_code: str = Field("", description="Statistical division code of the village.", examples=["370522101201"])
    contact: str = Field("", description="Whom to call.", examples=["王建国"])
    phone: str = Field("", description="Telephone, in digits; shown masked.", examples=["0546-5621234"])
    instructor: str = Field("", description="Party-building instructor.")
    includes_unmoved: bool = Field(False, description="Whether it includes members whose relation has not moved.")  # noqa: FBT003 - the same


class FactsIn(Facts, Sent):
    """Facts to write."""


class NewOrganisationIn(FactsIn):
    """An organisation to set up. Without a code the next one below the parent's is given."""

    name: str = Field(description="Full name as on the seal.", examples=["中共利津县北宋镇柳树村支部委员会"])
    org_type: str = Field(description=KIND, examples=["branch"])
    short_name: str = Field("", description="Short name; without it the full name.", examples=["柳树村党支部"])
    code: str = Field("", description="Code in this register.", examples=["370522101201"])
    term_starts_on: Day | None = Field(None, description="First term of office: from.")
    term_due_on: Day | None = Field(None, description="First term of office: due to end on.")


class SetUp(Decision):
    """Set up an organisation."""

    parent: UUID = Field(description="Under which organisation.")
    new: NewOrganisationIn


class Changes(FactsIn):
    """The facts to change: those sent and no others."""

    code: str = Field("", description="Code in this register.")
    approval_no: str = Field("", description="Number of the approving document.")


class ChangedFacts(Decision):
    """Change facts; they hold from a day that has come."""

    changes: Changes = Field(examples=[{"contact": "李秀兰", "phone": "0546-5621235"}])


class Rename(Decision):
    """Another name, or another kind."""

    name: str = Field(description="Full name as on the seal.", examples=["中共利津县北宋镇杨柳村支部委员会"])
    short_name: str = Field("", description="Short name; without it the full name.")
    org_type: str = Field("", description=f"{KIND} Empty: as it is.")


class Move(Decision):
    """Another parent."""

    parent: UUID = Field(description="Under which organisation.")


class Merger(Decision):
    """Others are merged into this one."""

    earlier: list[UUID] = Field(min_length=1, max_length=200, description="The organisations that end.")


class PartIn(Sent):
    """One organisation that splits off."""

    new: NewOrganisationIn
    children: list[UUID] = Field(
        default_factory=list, max_length=1000, description="What goes along of those directly below."
    )
    members: list[UUID] = Field(default_factory=list, max_length=10000, description="The members who go along.")


class Split(Decision):
    """New organisations split off from this one."""

    parts: list[PartIn] = Field(min_length=1, max_length=50)


class NewTermIn(Decision):
    """A term of office. `effective_on` is the day of the election, on which it begins."""

    due_on: Day | None = Field(
        None, description="Due to end on; without it the rule in force on the day of the election says."
    )
    number: int | None = Field(None, ge=1, le=999, description="Number of the term.", examples=[12])
    election: str = Field("", max_length=40, description="How elected.")

    def required_due_on(self) -> date:
        """The day on which the term is due to end.

        Raises:
            InvalidInput: there is none.
        """
        if self.due_on is None:
            raise InvalidInput({"due_on": _("Write the day on which the term is due to end.")})
        return self.due_on


class Place(Schema):
    """An organisation by id and short name."""

    id: UUID
    name: str


class Listed(Schema):
    """An organisation in a list."""

    id: UUID
    code: str
    name: str
    short_name: str
    org_type: str = Field(description=KIND)
    unit_nature: str
    is_village_or_community: bool
    division_code: str
    founded_on: date
    dissolved_on: date | None = Field(description="The first day on which it is no more.")
    full_members: int
    probationary_members: int
    secretary: str
    term_ends_on: date | None


class OrganisationPage(Schema):
    """A page of organisations."""

    items: list[Listed]
    next: str | None = Field(description="Send it as `after` for the next page; null on the last one.")


class Counts(Schema):
    """What is counted from members and posts; it changes without a new version, but not without a new ETag."""

    full_members: int
    probationary_members: int
    committee_seats: int
    secretary: str
    term_ends_on: date | None


class OrganisationShown(Schema):
    """An organisation, today or as of a day."""

    on: date | None = Field(None, description="The day it is shown as of; null for today.")
    id: UUID
    code: str
    name: str
    short_name: str
    org_type: str = Field(description=KIND)
    parent: Place | None = Field(description="Null at the top of what the account sees.")
    place: list[Place] = Field(description="The way to it from the top of what the account sees; empty as of a day.")
    founded_on: date
    dissolved_on: date | None = Field(description="The first day on which it is no more.")
    approval_no: str
    facts: Facts | None = Field(description="Null as of a day: facts are kept as they are now.")
    counts: Counts | None = Field(description="Null as of a day.")


class Child(Schema):
    """An organisation in the tree."""

    id: UUID
    code: str
    name: str
    short_name: str
    org_type: str = Field(description=KIND)
    children: int = Field(description="How many stand under it; as of a day 1 means some.")
    members: int | None = Field(description="Members in it and below; null as of a day.")


class Children(Schema):
    """A page of one level of the tree."""

    items: list[Child]
    next: str | None


class TermShown(Schema):
    """A term of office."""

    id: UUID
    number: int | None
    starts_on: date
    due_on: date
    ended_on: date | None
    election: str
    document_no: str
