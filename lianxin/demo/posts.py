"""Who holds which post: chosen among the members of a branch by age and Party age, never by chance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from lianxin.demo.organisation import Organisation
    from lianxin.demo.persons import Person

POST_IDENTIFIERS: Final = {
    "书记": "secretary",
    "副书记": "deputy_secretary",
    "组织委员": "organisation",
    "宣传委员": "publicity",
    "纪检委员": "discipline",
    "统战委员": "united_front",
    "委员": "member",
}
_COMMITTEE_FROM: Final = 7
_DEPUTY_FROM: Final = 20
_YEAR: Final = 365  # days of Party age a secretary normally has


class PostHeld(NamedTuple):
    """A post held now: where, which (Chinese name), by whom, since when."""

    organisation_code: str
    post: str
    person: Person
    since: date

    @property
    def identifier(self) -> str:
        """The post's identifier; "member" for a committee seat without a task of its own."""
        return POST_IDENTIFIERS[self.post]


def posts_held(organisation: Organisation, members: Sequence[Person], today: date) -> list[PostHeld]:
    """The posts held by members of this branch, in it and in the bodies above it.

    A branch of seven or more full members elects a committee of four, of twenty or more one of five with a deputy
    secretary; a smaller one a secretary. Leaders of higher bodies sit in the branch as ordinary members.
    """
    able = sorted(
        (
            p
            for p in members
            if p.is_full
            and p.membership_status == "normal"
            and not p.is_lost
            and not p.is_floating
            and p.converted_on is not None
            and (today - p.converted_on).days > _YEAR
        ),
        key=lambda p: (abs(today.year - p.birth_date.year - 46) // 6, p.serial),
    )
    able += [p for p in members if p.is_full and p not in able]
    full = sum(1 for p in members if p.is_full)
    if full < _COMMITTEE_FROM or organisation.only_secretary:
        own: tuple[str, ...] = ("书记",)
    elif full < _DEPUTY_FROM:
        own = ("书记", "组织委员", "宣传委员", "纪检委员")
    else:
        own = ("书记", "副书记", "组织委员", "宣传委员", "纪检委员")
    start = organisation.term_start
    held = [PostHeld(organisation.code, post, person, start) for post, person in zip(own, able, strict=False)]
    held += [
        PostHeld(lead.organisation_code, lead.post, person, start)
        for lead, person in zip(organisation.leads, able[len(own) :], strict=False)
    ]
    held += [
        PostHeld(also.organisation_code, also.post, able[0], start) for also in organisation.secretary_also if able
    ]
    return held
