"""What the sheets say of each member, and what is unusual in the grades. Nothing here computes a grade."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.appraisals.models import Outcome, Participant, Round, SelfReview, Step, Tally
from lianxin.appraisals.queries.rounds import grade_names
from lianxin.appraisals.queries.taking_part import gone_from
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import day_of
from lianxin.members.facade import Member
from lianxin.organisations.facade import overrides_on
from lianxin.rules.facade import RuleVersion, in_force

ONE_IN = "appraisals.excellent_one_in"
PROBATIONARY = "appraisals.probationary_excellent"
SHARES = {
    2: gettext_lazy("one in two"),
    3: gettext_lazy("one in three"),
    4: gettext_lazy("one in four"),
    5: gettext_lazy("one in five"),
    6: gettext_lazy("one in six"),
    7: gettext_lazy("one in seven"),
    8: gettext_lazy("one in eight"),
    9: gettext_lazy("one in nine"),
    10: gettext_lazy("one in ten"),
}
"""Shares in words: in Chinese a figure in them reads wrong."""


@dataclass(slots=True)
class Line:
    """A member in the table of a round: sheets by way, whether a self review is there, the grade.

    `gone` says in a word that they are a member no more; empty of all others.
    """

    participant: Participant
    tallies: list[tuple[Sentence, list[int]]] = field(default_factory=list)
    has_review: bool = False
    outcome: Outcome | None = None
    grade: Sentence = ""
    gone: Sentence = ""

    @property
    def is_done(self) -> bool:
        """Whether there is a grade, or none is asked any more."""
        return self.outcome is not None or bool(self.gone)


@dataclass(frozen=True, slots=True)
class Remark:
    """Something unusual, with the rule it is measured by; it never refuses."""

    said: Sentence
    todo: Sentence
    rule: RuleVersion | None = None

    @property
    def article(self) -> str:
        """Where it is written, and whether that is to be confirmed."""
        if self.rule is None:
            return ""
        return self.rule.basis if self.rule.is_settled else _("%(law)s (to be confirmed)") % {"law": self.rule.citation}


def way(tally: Tally) -> Sentence:
    """Which sheets a tally adds up."""
    return _("mass review on paper") if tally.is_paper else Step(tally.step).label


def lines_of(held: Round) -> list[Line]:
    """The members of a round with their results, in the order of the list. Five queries whatever its size."""
    lines = {one.pk: Line(one) for one in held.participants.all()}
    for tally in held.tallies.order_by("step", "is_paper"):
        figures = [getattr(tally, key) for key, _name in grade_names()]
        lines[tally.participant_id].tallies.append((way(tally), figures))
    reviewed = SelfReview.objects.filter(round=held, handed_in_at__isnull=False)
    for key in reviewed.values_list("participant_id", flat=True):
        lines[key].has_review = True
    for key, word in gone_from(held).items():
        lines[key].gone = word
    names = dict(grade_names())
    for outcome in held.outcomes.all():
        line = lines[outcome.participant_id]
        line.outcome, line.grade = outcome, names.get(outcome.grade, outcome.grade)
    return list(lines.values())


def remarks_on(held: Round, lines: Iterable[Line]) -> list[Remark]:
    """What is unusual in the grades of a round: many excellent ones, probationary excellent ones, unqualified ones."""
    graded = [line for line in lines if line.outcome is not None]
    return remarks(held, {line.participant: line.outcome.grade for line in graded if line.outcome})


def remarks(held: Round, grades: Mapping[Participant, str]) -> list[Remark]:
    """The same for grades by participant, recorded or not. At most two queries.

    A round stays under what the rules and the organisations above said on the day it was opened.
    """
    found: list[Remark] = []
    if not grades:
        return found
    day = day_of(held.opened_at)
    overrides = overrides_on(held.organisation_id, held.organisation_path, day)
    excellent = [one for one, grade in grades.items() if grade == "excellent"]
    one_in = in_force(ONE_IN, day, overrides=overrides)
    if len(excellent) * one_in.number > held.taking_part:
        share = SHARES.get(one_in.number) or _("one in %(number)d") % {"number": one_in.number}
        given = {"excellent": len(excellent), "all": held.taking_part, "share": share}
        found.append(
            Remark(
                _("%(excellent)d of %(all)d are judged excellent: more than %(share)s.") % given,
                str(one_in.what_to_do),
                one_in,
            )
        )
    probationary = in_force(PROBATIONARY, day, overrides=overrides)
    early = [one.name for one in excellent if one.is_probationary]
    if early and not probationary.number:
        found.append(
            Remark(
                _("Probationary members are judged excellent: %(names)s.") % {"names": _(", ").join(early)},
                str(probationary.what_to_do),
                probationary,
            )
        )
    failed = [one.name for one, grade in grades.items() if grade == "unqualified"]
    if failed:
        found.append(
            Remark(
                _("Judged not qualified: %(names)s.") % {"names": _(", ").join(failed)},
                _("Talk with them, and begin the procedure of disposal: correction within a period comes first."),
            )
        )
    return found


def evidence_of(participant: Participant) -> dict[str, Any] | None:
    """What the panels at “appraisals.evidence” are called with; None of a member who moved out of reach. One query."""
    member = Member.objects.filter(pk=participant.member_id).first()
    return {"member": member, "year": participant.round.year} if member is not None else None


def tallies_of(participant: UUID) -> list[tuple[Sentence, list[tuple[Sentence, int]]]]:
    """The sheets about one member, by way and grade. One query."""
    rows = Tally.objects.filter(participant_id=participant).order_by("step", "is_paper")
    return [(way(one), [(name, getattr(one, key)) for key, name in grade_names()]) for one in rows]
