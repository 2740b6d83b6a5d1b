"""Kinds of activities: those of the code table of meeting types and two of our own, in the order people pick them."""

from collections.abc import Iterable, Sequence
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
OF_THE_COMMITTEE = frozenset({"committee_meeting", "democratic_life_meeting"})


@cache
def kinds() -> dict[str, Sentence]:
    """Every kind that can be planned, with its name in the reader's language."""
    table = {one.key: one.name for one in code_table("meeting_types") if one.active}
    known = {**table, **OF_OUR_OWN}
    return {key: known[key] for key in (*ORDER, *sorted(set(known) - set(ORDER))) if key in known}


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
