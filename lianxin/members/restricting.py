"""Restricted use of a fact: which facts it is possible for, and the one place that says what staff are shown.

Source: PIPL 44 (the right to limit or refuse processing). What Party rules ask to be kept and used (name, identity
number, dates, category, status) is not open to it. `Member.restricted` names the facts in force.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.errors import Sentence
from lianxin.members.facts import BY_NAME, Kind, in_words, shown_now
from lianxin.members.models import Member

MAY_BE_RESTRICTED = ("workplace", "mobile", "landline", "home_address", "flow_to", "is_in_hardship", "remarks")
"""Source: our reading of the law beside the Party rules; to be confirmed by the organisation."""
WHOLE_RECORD = "record"
WORD = _("use restricted")
OVERRIDES: dict[str, Sentence] = {
    "agreed": _("the member agreed to this use"),
    "duty": _("a duty laid down by law or Party rules"),
    "emergency": _("an emergency: life, health or property"),
}
"""Why a restricted value may be looked at all the same. Source: PIPL 13, items 1, 3 and 4."""


def is_restricted(member: Member, name: str) -> bool:
    """Whether the member had the use of this fact restricted."""
    return name in member.restricted


def words_for_staff(member: Member, name: str) -> Sentence:
    """A fact as staff read it: personal data masked, a restricted fact not at all."""
    return WORD if is_restricted(member, name) else in_words(name, shown_now(member, name))


def value_for_staff(member: Member, name: str) -> Any:
    """A fact as programs read it: personal data masked, a restricted fact as if nothing were recorded."""
    return nothing(name) if is_restricted(member, name) else shown_now(member, name)


def nothing(name: str) -> Any:
    """The value of a fact of which nothing is recorded."""
    kind = BY_NAME[name].kind
    return False if kind is Kind.YES_NO else None if kind is Kind.DATE else ""


def unrestricted(name: str) -> Q:
    """The condition that the fact may be used to list and find members."""
    return ~Q(restricted__contains=[name])


def without(changes: dict[str, Any], hidden: Collection[str]) -> dict[str, Any]:
    """An event's changes without the values of restricted facts."""
    return {name: [None, str(WORD)] if name in hidden else pair for name, pair in changes.items()}
