"""The facts of a member's record, said once: names, code tables, how each is kept and masked.

Forms, lists, spreadsheets, timelines and the history table all read this page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, cast

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.errors import Sentence
from lianxin.kernel.pinyin import person_pinyin_of
from lianxin.kernel.privacy.lookup import digest_of
from lianxin.kernel.privacy.masks import mask_address, mask_id_number, mask_phone
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.members.models import Member
from lianxin.rules.facade import code_table


class Kind(StrEnum):
    """How a fact is entered, checked and kept."""

    TEXT = "text"
    LONG = "long"
    CODE = "code"
    DATE = "date"
    YES_NO = "yes_no"
    ID_NUMBER = "id_number"
    MOBILE = "mobile"
    LANDLINE = "landline"
    ADDRESS = "address"


PERSONAL_KINDS = {Kind.ID_NUMBER: "id_number", Kind.MOBILE: "phone", Kind.LANDLINE: "phone", Kind.ADDRESS: "address"}
"""Personal data: kept sealed under this name, shown masked."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact. `table` is its code table; `group` the heading it stands under; `is_set_by_act` closes it to forms."""

    name: str
    label: Sentence
    kind: Kind
    group: str
    table: str = ""
    required: bool = False
    length: int = 120
    hint: Sentence = ""
    is_set_by_act: bool = False
    may_change_in_bulk: bool = False

    @property
    def is_personal(self) -> bool:
        """Whether the value is personal data: sealed, masked, revealed with a reason only."""
        return self.kind in PERSONAL_KINDS

    @property
    def sealed_as(self) -> str:
        """The kind bound to the sealed value."""
        return PERSONAL_KINDS[self.kind]


GROUPS: dict[str, Sentence] = {
    "person": _("The person"),
    "party": _("In the Party"),
    "work": _("Education and work"),
    "contact": _("How to reach them"),
    "situation": _("Situation"),
}
FACTS: tuple[Fact, ...] = (
    Fact(
        "name",
        pgettext_lazy("of a person", "name"),
        Kind.TEXT,
        "person",
        required=True,
        length=80,
        hint=_("As on the identity card."),
    ),
    Fact("sex", _("sex"), Kind.CODE, "person", table="sex", required=True),
    Fact("ethnic_group", _("ethnic group"), Kind.CODE, "person", table="ethnic_groups", required=True),
    Fact("birth_date", _("date of birth"), Kind.DATE, "person", required=True, hint=_("As in the personnel file.")),
    Fact("id_number", _("identity number"), Kind.ID_NUMBER, "person", length=18, hint=_("18 places.")),
    Fact("native_place", _("native place"), Kind.TEXT, "person", length=60),
    Fact("person_category", _("category"), Kind.CODE, "party", table="person_categories", required=True),
    Fact("joined_on", _("joined the Party on"), Kind.DATE, "party", required=True),
    Fact(
        "converted_on",
        _("became a full member on"),
        Kind.DATE,
        "party",
        hint=_("Leave it empty while the member is on probation."),
    ),
    Fact(
        "membership_status", _("membership status"), Kind.CODE, "party", table="membership_status", is_set_by_act=True
    ),
    Fact("status_since", _("status since"), Kind.DATE, "party", is_set_by_act=True),
    Fact("exit_type", _("how the member left"), Kind.CODE, "party", table="party_exit_types", is_set_by_act=True),
    Fact("education", _("education"), Kind.CODE, "work", table="education_levels", may_change_in_bulk=True),
    Fact("degree", _("degree"), Kind.CODE, "work", table="degrees", may_change_in_bulk=True),
    Fact("work_post", _("work post"), Kind.CODE, "work", table="work_posts", may_change_in_bulk=True),
    Fact("workplace", _("workplace"), Kind.TEXT, "work", may_change_in_bulk=True),
    Fact("frontline", _("front line"), Kind.CODE, "work", table="frontline", may_change_in_bulk=True),
    Fact(
        "new_social_stratum",
        _("new social stratum"),
        Kind.CODE,
        "work",
        table="new_social_strata",
        may_change_in_bulk=True,
    ),
    Fact("mobile", _("mobile"), Kind.MOBILE, "contact", length=20),
    Fact("landline", _("landline"), Kind.LANDLINE, "contact", length=24, hint=_("With area code, as in 0546-1234567.")),
    Fact("home_address", _("home address"), Kind.ADDRESS, "contact", length=200, hint=_("Down to the door number.")),
    Fact("is_lost", _("out of contact"), Kind.YES_NO, "situation", may_change_in_bulk=True),
    Fact("lost_since", _("out of contact since"), Kind.DATE, "situation"),
    Fact("is_floating", _("floating member"), Kind.YES_NO, "situation", may_change_in_bulk=True),
    Fact("flow_to", _("floated to"), Kind.TEXT, "situation", hint=_("Province, city, county.")),
    Fact("is_in_hardship", _("in hardship"), Kind.YES_NO, "situation", may_change_in_bulk=True),
    Fact("remarks", _("remarks"), Kind.LONG, "situation", length=2000),
)
BY_NAME: dict[str, Fact] = {one.name: one for one in FACTS}
PERSONAL = tuple(one.name for one in FACTS if one.is_personal)
ENTERED = tuple(one for one in FACTS if not one.is_set_by_act)
"""The facts people enter and correct; the others change by acts of their own."""
IN_BULK = tuple(one for one in FACTS if one.may_change_in_bulk)

MASKS = {
    Kind.ID_NUMBER: mask_id_number,
    Kind.MOBILE: mask_phone,
    Kind.LANDLINE: mask_phone,
    Kind.ADDRESS: mask_address,
}
DIGESTED = {"id_number", "mobile"}


def masked(fact: Fact, clear: str) -> str:
    """Personal data as it is shown."""
    return MASKS[fact.kind](clear) if clear else ""


def kept(fact: Fact, value: Any) -> Any:
    """A value as `MemberRecord.facts` keeps it: days as ISO text, personal data sealed."""
    if fact.is_personal:
        return Sealed.of(str(value), fact.sealed_as).text if value else ""
    return value.isoformat() if isinstance(value, date) else value


def clear_of(fact: Fact, stored: Any) -> Any:
    """The value that `kept` kept; personal data in clear, so callers are few."""
    if fact.is_personal:
        return Sealed.from_text(stored, fact.sealed_as).reveal() if stored else ""
    if fact.kind is Kind.DATE:
        return date.fromisoformat(stored) if stored else None
    return stored


def snapshot(member: Member) -> dict[str, Any]:
    """All facts of the member as `MemberRecord.facts` keeps them; sealed values are copied, not opened."""
    facts: dict[str, Any] = {}
    for fact in FACTS:
        value = getattr(member, fact.name)
        if fact.is_personal:
            facts[fact.name] = value.text if value else ""
        else:
            facts[fact.name] = value.isoformat() if isinstance(value, date) else value
    return facts


def put(member: Member, name: str, value: Any) -> list[str]:
    """Set a fact on today's row with all that is derived from it; the columns set."""
    fact = BY_NAME[name]
    if not fact.is_personal:
        setattr(member, name, value)
        if name != "name":
            return [name]
        reading = person_pinyin_of(value)
        member.pinyin, member.initials = reading.full, reading.initials
        return ["name", "pinyin", "initials"]
    clear = str(value or "")
    setattr(member, name, Sealed.of(clear, fact.sealed_as) if clear else None)
    setattr(member, f"{name}_masked", masked(fact, clear))
    columns = [name, f"{name}_masked"]
    if name in DIGESTED:
        setattr(member, f"{name}_digest", digest_of(fact.sealed_as, clear))
        columns.append(f"{name}_digest")
    return columns


def put_kept(member: Member, name: str, stored: Any) -> list[str]:
    """Set a fact from what `MemberRecord.facts` keeps; the columns set."""
    fact = BY_NAME[name]
    return put(member, name, clear_of(fact, stored))


def shown_now(member: Member, name: str) -> Any:
    """The value as events and lists hold it: personal data masked."""
    return getattr(member, f"{name}_masked") if BY_NAME[name].is_personal else getattr(member, name)


def shown_kept(fact: Fact, stored: Any) -> Any:
    """A kept value as events hold it: personal data masked."""
    return masked(fact, cast("str", clear_of(fact, stored))) if fact.is_personal else clear_of(fact, stored)


def in_words(name: str, value: Any) -> Sentence:
    """A value as people read it: codes as their names, yes and no in words. Personal data is masked already."""
    fact = BY_NAME.get(name)
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if fact is not None and fact.table and isinstance(value, str):
        table = code_table(fact.table)
        return table[value].name if value in table else value
    return str(value)


def facts_in_words(facts: Mapping[str, Any]) -> Iterable[tuple[Fact, Sentence]]:
    """Kept facts as people read them, in the order of the form; personal data masked."""
    for fact in FACTS:
        if fact.name in facts:
            yield fact, in_words(fact.name, shown_kept(fact, facts[fact.name]))
