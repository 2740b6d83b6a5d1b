"""What programs send and receive about members. Codes are keys of the code tables; personal data is shown masked."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from ninja import Schema
from pydantic import Field

from lianxin.kernel.rest import Day, Sent

DOCUMENT = Field("", max_length=80, description="Number of the document.", examples=["利组发〔2026〕12号"])
WHY = "Why, in a sentence; it stands in the timeline."


class FactsIn(Sent):
    """The facts that can be written. Only those sent count; null takes a date away, an empty text a text."""

    name: str = Field("", description="As on the identity card.", examples=["王建国"])
    sex: str = Field("", description="A key of the code table sex.", examples=["1"])
    ethnic_group: str = Field("", description="A key of ethnic_groups.", examples=["01"])
    birth_date: Day | None = Field(None, description="As in the personnel file.", examples=["1975-03-21"])
    id_number: str = Field("", description="18 places; check digit, birth date and sex are checked.")
    native_place: str = Field("", examples=["山东利津"])
    person_category: str = Field("", description="full or probationary; without it, as the date of conversion says.")
    joined_on: Day | None = Field(None, description="Joined the Party on.", examples=["1998-07-01"])
    converted_on: Day | None = Field(None, description="Became a full member on; empty while on probation.")
    education: str = Field("", description="A key of education_levels.")
    degree: str = Field("", description="A key of degrees.")
    work_post: str = Field("", description="A key of work_posts.")
    workplace: str = ""
    frontline: str = Field("", description="A key of frontline.")
    new_social_stratum: str = Field("", description="A key of new_social_strata.")
    mobile: str = Field("", description="Mobile telephone.")
    landline: str = Field("", description="With area code.", examples=["0546-5621234"])
    home_address: str = Field("", description="Down to the door number.")
    is_lost: bool = Field(False, description="Out of contact.")  # noqa: FBT003 - pydantic's default
    lost_since: Day | None = Field(None, description="Out of contact since.")
    is_floating: bool = Field(False, description="Floating member.")  # noqa: FBT003 - the same
    flow_to: str = Field("", description="Floated to: province, city, county.")
    is_in_hardship: bool = Field(False, description="In hardship.")  # noqa: FBT003 - the same
    remarks: str = ""


class Entry(Sent):
    """A member to be entered."""

    organisation: UUID = Field(description="The organisation to which the member belongs.")
    facts: FactsIn
    since: Day | None = Field(None, description="Belongs there from this day; without it, today.")
    document_no: str = DOCUMENT
    reason: str = Field("", max_length=2000, description=WHY)


class Change(Sent):
    """Facts that changed on a day."""

    facts: FactsIn = Field(examples=[{"workplace": "利津县实验学校"}])
    since: Day | None = Field(None, description="The day on which they changed; without it, today.")
    reason: str = Field("", max_length=2000, description=WHY)


class Correction(Sent):
    """Facts that were recorded wrongly."""

    facts: FactsIn = Field(examples=[{"birth_date": "1975-03-12"}])
    since: Day | None = Field(
        None, description="Wrong from this day on; without it, for as long as the wrong value was believed."
    )
    reason: str = Field(max_length=2000, description="Where the right value comes from.", examples=["人事档案记载"])


class Move(Sent):
    """To another organisation."""

    to: UUID = Field(description="The organisation to which the member belongs from then on.")
    since: Day = Field(description="The first day; it may lie ahead.", examples=["2026-12-01"])
    document_no: str = DOCUMENT
    reason: str = Field("", max_length=2000, description=WHY)


class StatusWanted(StrEnum):
    """What the membership becomes."""

    SUSPENDED = "suspended"
    RESTORED = "restored"
    EXITED = "exited"
    DECEASED = "deceased"
    TRANSFERRED_OUT = "transferred_out"
    RETURNED = "returned"


class StatusChange(Sent):
    """A change of membership status."""

    status: StatusWanted
    since: Day = Field(description="The day of the change; not in the future.", examples=["2026-11-01"])
    document_no: str = DOCUMENT
    reason: str = Field("", max_length=2000, description=WHY)
    exit_type: str = Field("", description="With exited: a key of party_exit_types.")
    organisation: UUID | None = Field(None, description="With returned: to which organisation.")


class Appointment(Sent):
    """Appoint to a post."""

    organisation: UUID = Field(description="The organisation whose post it is.")
    kind: str = Field(description="A key of committee_posts.", examples=["secretary"])
    since: Day = Field(examples=["2026-11-01"])
    document_no: str = DOCUMENT


class Relief(Sent):
    """Relieve of a post."""

    on: Day = Field(description="The first day on which the post is no longer held.", examples=["2026-11-01"])
    document_no: str = DOCUMENT
    reason: str = Field("", max_length=2000, description=WHY)


class Reveal(Sent):
    """A look at one personal field."""

    field: str = Field(description="id_number, mobile, landline or home_address.", examples=["mobile"])
    reason: str = Field(
        max_length=2000, description="What it is needed for; the member can read it.", examples=["通知参加换届大会"]
    )
    override: str = Field(
        "", description="Where the member had the use restricted: agreed, duty or emergency; the member can read it."
    )


class Revealed(Schema):
    """A personal field in clear."""

    field: str
    value: str = Field(description="Empty where nothing is recorded.")


class Place(Schema):
    """An organisation by id and short name."""

    id: UUID
    name: str


class Listed(Schema):
    """A member in a list; personal data masked."""

    id: UUID
    name: str
    organisation: Place
    sex: str
    ethnic_group: str
    birth_date: date
    education: str
    person_category: str
    joined_on: date
    converted_on: date | None
    membership_status: str
    id_number: str = Field(description="Masked.")
    mobile: str = Field(description="Masked.")


class MemberPage(Schema):
    """A page of members."""

    items: list[Listed]
    next: str | None = Field(description="Send it as `after` for the next page; null on the last one.")


class FactsShown(Schema):
    """The facts of a record. Identity number, telephones and address are masked."""

    name: str = ""
    sex: str = ""
    ethnic_group: str = ""
    birth_date: date | None = None
    id_number: str = Field("", description="Masked.")
    native_place: str = ""
    person_category: str = ""
    joined_on: date | None = None
    converted_on: date | None = None
    membership_status: str = ""
    status_since: date | None = None
    exit_type: str = ""
    education: str = ""
    degree: str = ""
    work_post: str = ""
    workplace: str = ""
    frontline: str = ""
    new_social_stratum: str = ""
    mobile: str = Field("", description="Masked.")
    landline: str = Field("", description="Masked.")
    home_address: str = Field("", description="Masked.")
    is_lost: bool = False
    lost_since: date | None = None
    is_floating: bool = False
    flow_to: str = ""
    is_in_hardship: bool = False
    remarks: str = ""


class Warned(Schema):
    """Something that deserves a look; never a reason to refuse."""

    message: str


class MemberShown(Schema):
    """A member today."""

    id: UUID
    organisation: Place = Field(description="Where the member belongs, or belonged last.")
    facts: FactsShown
    restricted: list[str] = Field(
        description="Facts whose use the member had restricted; they are answered as if nothing were recorded."
    )
    is_in_register: bool
    updated_at: datetime
    warnings: list[Warned] = Field(
        default_factory=list, description="What an act that was just done found; empty when reading."
    )


class RecordShown(Schema):
    """A record of a day, as believed at an instant."""

    on: date
    as_believed_at: datetime | None = Field(description="Null: as believed now.")
    organisation: Place | None = Field(description="Null where the member belonged to none.")
    facts: FactsShown
    valid_from: date | None = Field(description="These facts hold from this day,")
    valid_until: date | None = Field(description="up to, not including, this one.")
    recorded_at: datetime | None = Field(description="Believed since.")


class PostShown(Schema):
    """A post held by a member from `since` up to, not including, `until`."""

    id: UUID
    organisation: Place
    member: UUID
    kind: str
    since: date
    until: date | None
    document_no: str
