"""Counting: sheets on paper with two counters, and the end of handing in."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.appraisals.actions.rounds import locked_round, tell
from lianxin.appraisals.actions.sheets import opened_box
from lianxin.appraisals.events import COUNTED, PAPER_COUNTED
from lianxin.appraisals.models import Box, Opinion, PaperCount, Participant, Round, Step, Tally, Turnout
from lianxin.appraisals.permissions import RUN
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, Sentence
from lianxin.kernel.time import day_of
from lianxin.rules.facade import code_table


@dataclass(frozen=True, slots=True)
class Paper:
    """The figures of a count on paper: sheets, who counted, and ticks by participant and grade."""

    handed_out: int
    returned: int
    invalid: int
    counted_on: date
    first_counter: str
    second_counter: str
    ticks: Mapping[UUID, Mapping[str, int]]

    @property
    def valid(self) -> int:
        """Sheets that count."""
        return self.returned - self.invalid


@transaction.atomic
def enter_paper_count(actor: Actor, *, round_id: UUID, paper: Paper, at: datetime) -> PaperCount:
    """Enter the count of the mass review on paper; entering it again replaces it until the grades are recorded.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: figures that cannot be, one counter only, or fewer sheets than may be shown.
        Conflict: the appraisal is finished, withdrawn, or its grades are recorded.
    """
    held = locked_round(actor, round_id, RUN)
    if not held.is_open or held.decided_on is not None:
        raise Conflict(_("The grades are recorded. A count on paper can no longer be entered."))
    participants = {one.pk: one for one in held.participants.all()}
    _check(paper, held, participants, day_of(at))
    held.tallies.filter(step=Step.MASS, is_paper=True).delete()
    Tally.objects.bulk_create(
        Tally(
            round=held,
            organisation_path=held.organisation_path,
            participant_id=key,
            step=Step.MASS,
            is_paper=True,
            **{grade: number for grade, number in ticks.items() if number},
        )
        for key, ticks in paper.ticks.items()
    )
    facts = {
        "organisation_path": held.organisation_path,
        "handed_out": paper.handed_out,
        "returned": paper.returned,
        "invalid": paper.invalid,
        "counted_on": paper.counted_on,
        "first_counter": paper.first_counter.strip(),
        "second_counter": paper.second_counter.strip(),
    }
    made, _new = PaperCount.objects.update_or_create(round=held, step=Step.MASS, defaults=facts)
    shown = {key: value for key, value in facts.items() if key != "organisation_path"}
    tell(actor, PAPER_COUNTED, held, at=at, data=shown)
    return made


def _check(paper: Paper, held: Round, participants: Mapping[UUID, Participant], today: date) -> None:
    wrong: dict[str, Sentence] = {}
    if paper.returned > paper.handed_out:
        wrong["returned"] = _("No more sheets can come back than were handed out.")
    if paper.invalid > paper.returned:
        wrong["invalid"] = _("No more sheets can be invalid than came back.")
    if paper.counted_on > today:
        wrong["counted_on"] = _("Choose today or an earlier day.")
    first, second = paper.first_counter.strip(), paper.second_counter.strip()
    if not first or not second or first == second:
        wrong["second_counter"] = _("Name two different persons who counted.")
    if not wrong and paper.valid < held.least_sheets:
        wrong["returned"] = _(
            "Results are entered from %(least)d valid sheets: with fewer it could be guessed who wrote what."
        ) % {"least": held.least_sheets}
    known = {one.key for one in code_table("appraisal_grades")}
    for key, ticks in paper.ticks.items():
        if key not in participants or not ticks.keys() <= known or any(number < 0 for number in ticks.values()):
            wrong[""] = _("This count does not fit the appraisal. Open it again and fill it in.")
        elif sum(ticks.values()) > max(paper.valid, 0):
            wrong[""] = _("%(name)s has %(ticks)d ticks, but only %(valid)d sheets are valid. Count again.") % {
                "name": participants[key].name,
                "ticks": sum(ticks.values()),
                "valid": max(paper.valid, 0),
            }
    if wrong:
        raise InvalidInput(wrong)


@transaction.atomic
def count_sheets(actor: Actor, *, round_id: UUID, at: datetime) -> Round:
    """End handing in, and add up what lies in the boxes; of a member whom too few others judged nothing is kept.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: they were counted.
    """
    held = locked_round(actor, round_id, RUN)
    if not held.is_collecting:
        raise Conflict(_("The sheets were counted."))
    with acting(Actor.system("counting anonymous sheets")):  # nobody else opens a box
        handed_in = {step.value: _emptied(held, step) for step in Step}
    held.state, held.counted_at = Round.State.COUNTED, at
    held.save(update_fields=["state", "counted_at"])
    tell(actor, COUNTED, held, at=at, data={**handed_in, "least_sheets": held.least_sheets})
    return held


def _emptied(held: Round, step: Step) -> int:
    turnout = Turnout.objects.select_for_update().get(round=held, step=step)
    box = Box.objects.select_for_update().get(round=held, step=step)
    contents, sheets = opened_box(box), len(turnout.handed_in)
    box.contents = None
    box.save(update_fields=["contents"])
    if sheets < held.least_sheets:
        return sheets
    # Nobody's own sheet says anything of them: what is kept of a member rests on the sheets of the others.
    wrote = set(turnout.handed_in)
    people = held.participants.filter(elsewhere="").values_list("pk", "member_id")
    here = [key for key, member in people if sheets - (member in wrote) >= held.least_sheets]
    place = {"round": held, "organisation_path": held.organisation_path}
    Tally.objects.bulk_create(
        Tally(**place, participant_id=key, step=step, is_paper=False, **contents["grades"].get(str(key), {}))
        for key in here
    )
    opinions = [(key, text) for key in here for text in contents["opinions"].get(str(key), [])]
    random.SystemRandom().shuffle(opinions)
    Opinion.objects.bulk_create(Opinion(**place, participant_id=key, text=text) for key, text in opinions)
    return sheets
