"""What the sheets say of each member, and what is unusual in the grades. Nothing here computes a grade."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.appraisals.models import Outcome, Participant, Round, SelfReview, Step, Tally
from lianxin.appraisals.queries.rounds import grade_names
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import day_of
from lianxin.organisations.facade import overrides_on
from lianxin.rules.facade import RuleVersion, in_force

ONE_IN = "appraisals.excellent_one_in"
PROBATIONARY = "appraisals.probationary_excellent"


@dataclass(slots=True)
class Line:
    """A member in the table of a round: sheets by way, whether a self review is there, the grade."""

    participant: Participant
    tallies: list[tuple[Sentence, list[int]]] = field(default_factory=list)
    has_review: bool = False
    outcome: Outcome | None = None
    grade: Sentence = ""


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
    """The members of a round with their results, in the order of the list. Four queries whatever its size."""
    lines = {one.pk: Line(one) for one in held.participants.all()}
    for tally in held.tallies.order_by("step", "is_paper"):
        figures = [getattr(tally, key) for key, _name in grade_names()]
        lines[tally.participant_id].tallies.append((way(tally), figures))
    reviewed = SelfReview.objects.filter(round=held, handed_in_at__isnull=False)
    for key in reviewed.values_list("participant_id", flat=True):
        lines[key].has_review = True
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
        given = {"excellent": len(excellent), "all": held.taking_part, "share": one_in.number}
        found.append(
            Remark(
                _("%(excellent)d of %(all)d are judged excellent: more than one in %(share)d.") % given,
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


def evidence_of(participant: Participant) -> dict[str, Any]:
    """What the panels at “appraisals.evidence” are called with."""
    return {"member": participant.member, "year": participant.round.year}


def tallies_of(participant: UUID) -> list[tuple[Sentence, list[tuple[Sentence, int]]]]:
    """The sheets about one member, by way and grade. One query."""
    rows = Tally.objects.filter(participant_id=participant).order_by("step", "is_paper")
    return [(way(one), [(name, getattr(one, key)) for key, name in grade_names()]) for one in rows]
