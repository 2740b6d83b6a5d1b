"""What programs send and receive about checks before publishing. Numbers found are shown masked only."""

from datetime import datetime
from uuid import UUID

from ninja import Schema
from pydantic import Field

from lianxin.kernel.rest import Sent


class TextSent(Sent):
    """A text that is about to become public."""

    organisation: UUID = Field(description="The organisation that publishes it.")
    title: str = Field(
        max_length=200, description="The title under which it is published.", examples=["救助金发放公示"]
    )
    text: str = Field(max_length=200_000, description="The whole text.")


class FindingShown(Schema):
    """A number found."""

    kind: str = Field(description="id_number, bank_card, mobile or landline.", examples=["id_number"])
    masked: str = Field(description="The number, masked.", examples=["3705**********1234"])
    sure: bool = Field(description="Whether its own digits prove it.")
    place: str = Field(description="Where it stands, in words.")


class UnreadShown(Schema):
    """A part that could not be checked; it blocks as a finding does."""

    what: str
    place: str


class CheckListed(Schema):
    """A check as a list shows it."""

    id: UUID
    organisation: UUID
    title: str
    kind: str = Field(description="text, docx, xlsx, pdf, csv or txt.")
    state: str = Field(description="waiting, clear, blocked or failed.")
    found: int = Field(description="Numbers found, those of the file name included.")
    missed: int = Field(description="Parts that could not be checked.")
    sha256: str = Field(description="What the verdict is bound to.")
    created_at: datetime


class CheckShown(CheckListed):
    """A check with its findings."""

    problem: str = Field(description="Why a failed one cannot be checked, and how to mend it.")
    findings: list[FindingShown] = Field(description="At most 2,000.")
    unread: list[UnreadShown]
    has_masked_copy: bool
    masked_is_clear: bool = Field(description="The masked copy was checked again and may be published.")
    masked_sha256: str


class CheckPage(Schema):
    """A page of checks."""

    items: list[CheckListed]
    next: str | None
