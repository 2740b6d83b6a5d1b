"""What programs send and read of activities."""

from datetime import datetime
from uuid import UUID

from ninja import Field, Schema


class PointSent(Schema):
    """A point of the agenda."""

    title: str
    kind: str = "other"
    minutes: int = 0
    speaker: str = ""
    text: str = ""


class ActivitySent(Schema):
    """An activity to plan."""

    organisation: UUID
    kinds: list[str] = Field(description="Keys of the code table of meeting types, or `dues_day`, `other`.")
    title: str
    starts_at: datetime = Field(description="With its zone.")
    ends_at: datetime
    place: str = ""
    room: UUID | None = None
    online_link: str = ""
    chair: UUID | None = None
    recorder: UUID | None = None
    audience: str = Field("members", description="`members`, `committee`, `group` or `chosen`.")
    group: UUID | None = None
    agenda: list[PointSent] = []


class ActivityShown(Schema):
    """An activity."""

    id: UUID
    organisation: UUID
    kinds: list[str]
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str
    state: str
    was_reported: bool
    version: int


class ActivityPage(Schema):
    """A page of activities."""

    items: list[ActivityShown]
    next: str | None


class SignInSent(Schema):
    """A sign-in as a phone kept it."""

    participant: UUID
    nonce: UUID = Field(description="Names the sign-in: the same one sent again is one.")
    signed_at: datetime = Field(description="By the phone's clock, with its zone.")
    how: str = "offline"


class SignInsSent(Schema):
    """Sign-ins kept by one phone."""

    items: list[SignInSent]
    sent_at: datetime | None = Field(None, description="What the phone's clock shows now: times are corrected by it.")


class SignInAnswer(Schema):
    """What became of a sign-in: `accepted`, `already` or `conflict` with the sentence that says why."""

    participant: UUID
    nonce: UUID
    result: str
    sentence: str
    attendance: str
    signed_at: datetime | None


class SignInAnswers(Schema):
    """What became of each, in the order sent."""

    items: list[SignInAnswer]
