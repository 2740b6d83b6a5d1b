"""Quorum and votes of meetings by the law of the day, with the sum shown. Pure functions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from lianxin.rules.book import in_force_or_none

if TYPE_CHECKING:
    import datetime as dt

    from django.utils.functional import _StrPromise

    from lianxin.rules.book import RuleVersion

QUORUM = {
    "general_meeting": "organisation_life.general_meeting.quorum",
    "admission_meeting": "organisation_life.admission_meeting.quorum",
    "committee_meeting": "organisation_life.committee_meeting.quorum",
    "election_meeting": "organisation_life.election_meeting.quorum",
}
PASSED_OF_ELIGIBLE = {
    "general_meeting": "organisation_life.general_meeting.passed_of_eligible",
    "admission_meeting": "organisation_life.admission_meeting.passed_of_eligible",
    "committee_meeting": "organisation_life.committee_meeting.passed_of_eligible",
}
PASSED_OF_PRESENT = {"election_meeting": "organisation_life.election_meeting.passed_of_present"}

# Where opinions in writing count as votes (DEV26 20).
WRITTEN_COUNTS = frozenset({"admission_meeting"})
# Where more than half of those present, but not of all, neither passes nor fails by the text (BRANCH 12).
LEFT_TO_THE_MEETING = frozenset({"committee_meeting"})


class InvalidCount(ValueError):  # noqa: N818 - the name says it as in a sentence
    """The numbers cannot be those of one meeting; the message says which and how to mend them."""

    def __init__(self, message: _StrPromise) -> None:
        super().__init__(message)
        self.message = message

    def __str__(self) -> str:
        return str(self.message)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the numbers of a meeting give.

    `quorate` and `passed` are None where no rule of the day settles it. `needed_present` and `needed_in_favour` are
    the smallest numbers that suffice. `rules` are the versions applied, `sum` the sentences to show.
    """

    quorate: bool | None
    passed: bool | None
    needed_present: int | None
    needed_in_favour: int | None
    rules: tuple[RuleVersion, ...]
    sum: str | _StrPromise


@dataclass(frozen=True, slots=True)
class QuorumRule:
    """The share that must be present, and the sentences with {present}, {eligible} and {needed} left open.

    Needed of `eligible` is the smallest whole number that is at least `share` of it, or more than it if `is_strict`.
    """

    rule: RuleVersion
    is_strict: bool
    share: Fraction
    enough: str
    lacking: str


@dataclass(frozen=True, slots=True)
class _Share:
    """A limit as the law writes it: more than, or at least, a share."""

    rule: RuleVersion
    is_strict: bool
    share: Fraction

    def needed(self, whole: int) -> int:
        """Return the smallest number that suffices of `whole`."""
        limit = self.share * whole
        return floor(limit) + 1 if self.is_strict else ceil(limit)

    @property
    def words(self) -> str | _StrPromise:
        """The share in words, as it stands in a sentence."""
        named = {
            (True, Fraction(1, 2)): _("more than half"),
            (False, Fraction(1, 2)): _("at least half"),
            (False, Fraction(4, 5)): _("at least four fifths"),
        }
        return named.get((self.is_strict, self.share)) or " ".join(self.rule.rows[0])


def judge_meeting(kind: str, *, eligible: int, present: int, on: dt.date) -> Outcome:
    """Return whether enough people are present for a meeting of this kind to vote, by the law of the day.

    `kind` is a key of the code table `meeting_types`; kinds without a rule on quorum give None. `eligible` counts those
    with voting right who should attend (for a committee its members), `present` those of them who came.

    Source: BRANCH 11 and 12, DEV26 19, ELECT; before 2026-05-11 DEV14. Raises InvalidCount.
    """
    _check(eligible, present)
    quorum = _share(QUORUM.get(kind), on)
    if quorum is None:
        text = format_lazy(_("{present} of {eligible} present; no quorum is laid down."), **_n(eligible, present))
        return Outcome(None, None, None, None, (), text)
    needed = quorum.needed(eligible)
    quorate = eligible > 0 and present >= needed
    text = format_lazy(_ENOUGH if quorate else _LACKING, **_n(eligible, present), share=quorum.words, needed=needed)
    return Outcome(quorate, None, needed, None, (quorum.rule,), text)


def quorum_rule(kind: str, on: dt.date) -> QuorumRule | None:
    """Return the quorum of a kind of meeting as a device without network reckons with it; None where there is none.

    Source: as `judge_meeting`, which says the same for the same numbers.
    """
    quorum = _share(QUORUM.get(kind), on)
    if quorum is None:
        return None
    enough, lacking = (str(one).replace("{share}", str(quorum.words)) for one in (_ENOUGH, _LACKING))
    return QuorumRule(quorum.rule, quorum.is_strict, quorum.share, enough, lacking)


def judge_vote(
    kind: str, *, eligible: int, present: int, in_favour: int, on: dt.date, written_in_favour: int = 0
) -> Outcome:
    """Return whether a vote passed by the law of the day; without quorum nothing passes.

    `in_favour` counts votes cast at the meeting. `written_in_favour` counts opinions handed in formally before it by
    members absent with reason: they count at admissions and conversions only, and never as present.

    Source: BRANCH 11 and 12, DEV26 20 and 32, ELECT. Raises InvalidCount.
    """
    _check(eligible, present, in_favour, written_in_favour)
    if written_in_favour and kind not in WRITTEN_COUNTS:
        raise InvalidCount(
            _("Votes in writing count at admissions and conversions only; enter those cast at the meeting.")
        )
    meeting = judge_meeting(kind, eligible=eligible, present=present, on=on)
    of_eligible, of_present = _share(PASSED_OF_ELIGIBLE.get(kind), on), _share(PASSED_OF_PRESENT.get(kind), on)
    share = of_eligible or of_present
    if share is None:
        text = format_lazy("{meeting} {vote}", meeting=meeting.sum, vote=_("No share of votes is laid down."))
        return replace(meeting, sum=text)
    votes = in_favour + written_in_favour
    needed = share.needed(eligible if of_eligible else present)
    passed: bool | None = bool(meeting.quorate) and votes >= needed
    if kind in LEFT_TO_THE_MEETING and meeting.quorate and not passed and 2 * votes > present:
        passed = None
    cast = format_lazy(_WITH_WRITTEN if written_in_favour else _CAST, votes=votes, written=written_in_favour)
    vote = format_lazy(_SENTENCES[passed], cast=cast, share=share.words, needed=needed, of=_of(of_present))
    return Outcome(
        meeting.quorate,
        passed,
        meeting.needed_present,
        needed,
        (*meeting.rules, share.rule),
        format_lazy("{meeting} {vote}", meeting=meeting.sum, vote=vote),
    )


_ENOUGH = _("{present} of {eligible} present; {share} are needed, {needed}: enough.")
_LACKING = _("{present} of {eligible} present; {share} are needed, {needed}: not enough to vote.")
_CAST = _("{votes} in favour")
_WITH_WRITTEN = _("{votes} in favour ({written} in writing)")
_SENTENCES = {
    True: _("{cast}; {share} of {of} are needed, {needed}: passed."),
    False: _("{cast}; {share} of {of} are needed, {needed}: not passed."),
    None: _("{cast}; more than half of those present, but {share} of {of} would be {needed}: the meeting settles it."),
}


def _of(of_present: _Share | None) -> _StrPromise:
    return _("those present") if of_present else _("those entitled to vote")


def _n(eligible: int, present: int) -> dict[str, int]:
    return {"eligible": eligible, "present": present}


def _share(rule_id: str | None, on: dt.date) -> _Share | None:
    rule = in_force_or_none(rule_id, on) if rule_id else None
    if rule is None:
        return None
    comparison, share = rule.rows[0]
    return _Share(rule, comparison == ">", Fraction(share))


def _check(eligible: int, present: int, in_favour: int = 0, written: int = 0) -> None:
    if min(eligible, present, in_favour, written) < 0:
        raise InvalidCount(_("A number of people cannot be negative; count again."))
    if present > eligible:
        raise InvalidCount(
            _(
                "More people with voting right are present than should attend; correct one of the two numbers. "
                "Observers and probationary members are not counted here."
            )
        )
    if in_favour > present:
        raise InvalidCount(_("More votes in favour were counted than people are present; count again."))
    if written > eligible - present:
        raise InvalidCount(
            _("More opinions in writing were counted than members are absent; correct one of the two numbers.")
        )
