"""Who belonged where on a day, and as what: for modules that ask of another day than today."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models.fields.json import KeyTextTransform

from lianxin.kernel.db.bitemporal import BELIEVED
from lianxin.members.models import TAKES_PART, Membership

FULL = "full"


@dataclass(frozen=True, slots=True)
class Belonging:
    """A member as believed now of one day: where they belong, and whether they take part and are full members.

    `is_full` says that the probation is over on that day and membership does not rest. Source: CONST 7; ELECT 5.
    """

    pk: UUID
    name: str
    pinyin: str
    organisation_id: UUID
    path: str
    takes_part: bool
    is_full: bool


def belonging_on(
    day: date, *, organisation: UUID | None = None, members: Collection[UUID] | None = None
) -> list[Belonging]:
    """Who belongs to the organisation on the day, or where the members do; by pinyin. One query.

    Whoever has left or died by that day is in no list; whose membership is suspended is, and takes no part. Of a coming
    day it says what is decided already. The caller sees the rows of members: row security holds.
    """
    rows = Membership.objects.filter(
        BELIEVED,
        valid__contains=day,
        member__records__valid__contains=day,
        member__records__recorded__upper_inf=True,
    )
    if organisation is not None:
        rows = rows.filter(organisation=organisation)
    if members is not None:
        rows = rows.filter(member__in=list(members))
    found = rows.order_by("member__pinyin", "member_id").values_list(
        "member_id",
        "member__name",
        "member__pinyin",
        "organisation_id",
        "organisation__path",
        KeyTextTransform("membership_status", "member__records__facts"),
        KeyTextTransform("person_category", "member__records__facts"),
        KeyTextTransform("converted_on", "member__records__facts"),
    )
    return [_of(day, one[:5], one[5], one[6], one[7]) for one in found]


def _of(day: date, who: Iterable[Any], status: str | None, category: str | None, converted_on: str | None) -> Belonging:
    """A full member of today was on probation before the day of the conversion, whenever that was entered."""
    takes_part = status in TAKES_PART
    is_converted = not converted_on or date.fromisoformat(converted_on) <= day
    member, name, pinyin, organisation, path = who
    return Belonging(
        member,
        name,
        pinyin,
        organisation,
        path,
        takes_part=takes_part,
        is_full=takes_part and category == FULL and is_converted,
    )
