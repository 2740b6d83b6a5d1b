"""What a member sees of appraisals: their own."""

from dataclasses import dataclass
from uuid import UUID

from lianxin.appraisals.models import Outcome, Participant, Round, SelfReview, Step, Turnout
from lianxin.appraisals.permissions import OWN
from lianxin.appraisals.queries.rounds import grade_names
from lianxin.appraisals.queries.taking_part import gone_from, own_participant
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Sentence

SHOWN = 10


@dataclass(frozen=True, slots=True)
class Own:
    """An appraisal in which the actor takes part: what is still to hand in, and the grade."""

    participant: Participant
    review: SelfReview | None
    to_hand_in: list[Step]
    outcome: Outcome | None
    grade: Sentence

    @property
    def round(self) -> Round:
        """The appraisal."""
        return self.participant.round

    @property
    def has_review(self) -> bool:
        """Whether the self review was handed in."""
        return self.review is not None and self.review.handed_in_at is not None

    @property
    def is_to_sign(self) -> bool:
        """Whether a grade waits for the signature."""
        return self.outcome is not None and self.outcome.signature == Outcome.Signature.NONE

    @property
    def is_waiting(self) -> bool:
        """Whether something waits for the member."""
        collecting = self.round.is_collecting and not self.participant.elsewhere
        return self.is_to_sign or (collecting and bool(not self.has_review or self.to_hand_in))


def own_rounds(actor: Actor) -> list[Own]:
    """The appraisals the actor takes part in, newest first. Four queries at most."""
    if actor.member_id is None or (actor.only is not None and OWN not in actor.only):
        return []
    rows = Participant.objects.filter(member_id=actor.member_id).exclude(round__state=Round.State.WITHDRAWN)
    return _with_rest(actor, list(rows.select_related("round").order_by("-round__year", "-id")[:SHOWN]))


def own_round(actor: Actor, round_id: UUID) -> Own:
    """One of them. Four queries at most.

    Raises:
        NotVisible: there is none, or the actor does not take part in it.
    """
    return _with_rest(actor, [own_participant(actor, round_id)])[0]


def _with_rest(actor: Actor, found: list[Participant]) -> list[Own]:
    if not found:
        return []
    keys = [one.pk for one in found]
    reviews = {one.participant_id: one for one in SelfReview.objects.filter(participant__in=keys)}
    outcomes = {one.participant_id: one for one in Outcome.objects.filter(participant__in=keys)}
    collecting = [one.round_id for one in found if one.round.is_collecting and not one.elsewhere]
    open_steps: dict[UUID, list[Step]] = {}
    if collecting:
        with acting(Actor.system("telling who has handed in a sheet")):  # whether the actor has, nothing else
            rows = Turnout.objects.filter(round__in=collecting).exclude(handed_in__contains=[actor.member_id])
            for round_id, step in rows.order_by("-step").values_list("round_id", "step"):
                open_steps.setdefault(round_id, []).append(Step(step))
    names = dict(grade_names())
    return [
        Own(
            one,
            reviews.get(one.pk),
            open_steps.get(one.round_id, []),
            outcomes.get(one.pk),
            names.get(outcomes[one.pk].grade, "") if one.pk in outcomes else "",
        )
        for one in found
    ]


def colleagues_of(mine: Participant) -> list[Participant]:
    """Those the actor writes a sheet about: who takes part here and is still a member, but oneself. Two queries."""
    rows = Participant.objects.filter(round_id=mine.round_id, elsewhere="").exclude(pk=mine.pk)
    return list(rows.exclude(pk__in=gone_from(mine.round)))
