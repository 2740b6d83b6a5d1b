"""Kinds of activities: those of the code table of meeting types and two of our own, in the order people pick them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.errors import Sentence
from lianxin.rules.facade import code_table

ORDER = (
    "theme_day",
    "general_meeting",
    "committee_meeting",
    "group_meeting",
    "party_lecture",
    "dues_day",
    "oath_review",
    "org_life_meeting",
    "democratic_life_meeting",
    "member_appraisal",
    "admission_meeting",
    "election_meeting",
    "heart_talk",
    "other",
)
OF_OUR_OWN: dict[str, Sentence] = {"dues_day": _("collective dues day"), "other": _("other activity")}
VOTING = ("election_meeting", "admission_meeting", "general_meeting", "committee_meeting")
"""Kinds with a quorum, the strictest first."""


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A kind that has a page of its own in another module: where it is recorded, and the name of that address."""

    sentence: Sentence
    url: str


KEPT_ELSEWHERE = {
    "member_appraisal": Elsewhere(
        _("The appraisal of members is carried out and recorded under “Appraisal”, not as an activity."),
        "appraisals:rounds",
    ),
    "heart_talk": Elsewhere(
        _("Heart-to-heart talks are arranged and recorded under “Talks and preparation”, not as an activity."),
        "preparations:preparations",
    ),
}
OF_THE_COMMITTEE = frozenset({"committee_meeting", "democratic_life_meeting"})
OF_ALL_MEMBERS = frozenset({"general_meeting", "admission_meeting", "election_meeting", "org_life_meeting"})
"""Meetings of everybody who belongs to the organisation, however they were invited."""

VOTED_BY_MEMBERS = frozenset({"general_meeting", "admission_meeting", "election_meeting"})
"""Meetings at which the members vote. Source: BRANCH 11; ELECT."""


@cache
def kinds() -> dict[str, Sentence]:
    """Every kind, with its name in the reader's language."""
    table = {one.key: one.name for one in code_table("meeting_types") if one.active}
    known = {**table, **OF_OUR_OWN}
    return {key: known[key] for key in (*ORDER, *sorted(set(known) - set(ORDER))) if key in known}


def offered() -> dict[str, Sentence]:
    """The kinds that are planned or recorded as an activity."""
    return {key: name for key, name in kinds().items() if key not in KEPT_ELSEWHERE}


def elsewhere(keys: Iterable[str]) -> Sentence:
    """Where the first of the kinds that have a page of their own is recorded; nothing where all belong here."""
    return next((KEPT_ELSEWHERE[key].sentence for key in keys if key in KEPT_ELSEWHERE), "")


def kind_name(key: str) -> Sentence:
    """The name of a kind; one no longer known shows its key."""
    return kinds().get(key, key)


def names_of(keys: Iterable[str]) -> list[Sentence]:
    """The names of kinds, in the order people pick them."""
    wanted = set(keys)
    return [name for key, name in kinds().items() if key in wanted] + [key for key in wanted if key not in kinds()]


def in_order(keys: Iterable[str]) -> list[str]:
    """Kinds without repetition, in the order people pick them."""
    wanted = set(keys)
    return [key for key in kinds() if key in wanted]


def audience_for(keys: Sequence[str]) -> str:
    """Who is invited by default: the widest circle that one of the kinds asks for."""
    if all(key in OF_THE_COMMITTEE for key in keys):
        return "committee"
    if all(key == "group_meeting" for key in keys):
        return "group"
    return "chosen" if all(key == "heart_talk" for key in keys) else "members"


def quorum_kind(keys: Iterable[str]) -> str | None:
    """The kind whose quorum decides, where one of them has one."""
    held = set(keys)
    return next((key for key in VOTING if key in held), None)


def committee_decides(keys: Iterable[str]) -> bool:
    """Whether it is the committee that meets: beside a theme day too, and at no meeting at which the members vote."""
    held = set(keys)
    return bool(held & OF_THE_COMMITTEE) and not held & VOTED_BY_MEMBERS


def at_odds(keys: Iterable[str]) -> Sentence:
    """Why kinds cannot be one gathering: two circles of voters have no one count; empty where they can."""
    held = set(keys)
    if "committee_meeting" in held and held & VOTED_BY_MEMBERS:
        return _("A committee meeting and a meeting of all members are voted on by different people. Plan each alone.")
    return ""
