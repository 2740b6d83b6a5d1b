"""Taking in an anonymous sheet, so that nothing is kept that joins who handed it in with what it says."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.appraisals.models import Box, Participant, Step, Turnout
from lianxin.appraisals.queries.taking_part import own_participant
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.rules.facade import code_table

LONGEST_OPINION = 1000
PADDED_TO = 8192
"""Sealed boxes grow in steps of this many bytes, so that their length tells nothing of a single sheet."""


@transaction.atomic
def hand_in_sheet(
    actor: Actor,
    *,
    round_id: UUID,
    step: str,
    grades: Mapping[UUID, str],
    opinions: Mapping[UUID, str] | None = None,
) -> None:
    """Add the actor's sheet to the box of a step, once; colleagues without a grade count as no opinion.

    1. The row of the turnout is locked and rewritten with one more member, sorted.
    2. The row of the box is opened, the sheet added to its sums and sorted texts, and sealed again as a whole.

    It takes no time and records no event: an act that names the actor and lies beside the sheet would join the two.
    docs/decisions/anonymous-appraisal.md says what that is worth and where it ends.

    Raises:
        NotVisible: the actor does not take part in such an appraisal.
        InvalidInput: an unknown grade, a text too long, nothing ticked, or a grade for oneself.
        Conflict: the actor handed in this step before, is appraised elsewhere, or sheets were counted.
    """
    mine = own_participant(actor, round_id)
    if not mine.round.is_collecting:
        raise Conflict(_("Sheets are no longer taken in: they were counted."))
    if mine.elsewhere:
        raise Conflict(_("You are appraised by the organisation where you live now, and hand in your sheet there."))
    said = _checked(mine, grades, opinions or {}, step)
    with acting(Actor.system("taking in an anonymous sheet")):  # nobody else sees or changes turnout and box
        turnout = Turnout.objects.select_for_update().get(round_id=round_id, step=step)
        if mine.member_id in turnout.handed_in:
            raise Conflict(_("You handed in this sheet. It cannot be changed, for nobody knows which one is yours."))
        turnout.handed_in = sorted([*turnout.handed_in, mine.member_id])
        turnout.save(update_fields=["handed_in"])
        box = Box.objects.select_for_update().get(round_id=round_id, step=step)
        box.contents = sealed_box(_added(opened_box(box), *said))
        box.save(update_fields=["contents"])


def opened_box(box: Box) -> dict[str, Any]:
    """What lies in a box: sums by participant and grade, sorted texts by participant."""
    return {"grades": {}, "opinions": {}} if box.contents is None else json.loads(box.contents.reveal())


def sealed_box(contents: Mapping[str, Any]) -> Sealed:
    """The contents sealed as a whole, padded."""
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True)
    return Sealed.of(text + " " * (-len(text.encode()) % PADDED_TO), "anonymous_sheets")


def _checked(
    mine: Participant, grades: Mapping[UUID, str], opinions: Mapping[UUID, str], step: str
) -> tuple[dict[UUID, str], dict[UUID, str]]:
    others = set(
        Participant.objects.filter(round_id=mine.round_id, elsewhere="")
        .exclude(pk=mine.pk)
        .values_list("pk", flat=True)
    )
    known = {one.key for one in code_table("appraisal_grades")}
    given = {key: grade for key, grade in grades.items() if grade}
    texts = {key: text.strip() for key, text in opinions.items() if text.strip()} if step == Step.MUTUAL else {}
    if step not in Step.values or not given.keys() | texts.keys() <= others or not set(given.values()) <= known:
        raise InvalidInput({"": _("This sheet does not fit the appraisal. Open it again and fill it in.")})
    if not given and not texts:
        raise InvalidInput({"": _("Tick a grade for at least one colleague before you hand in the sheet.")})
    if any(len(text) > LONGEST_OPINION for text in texts.values()):
        raise InvalidInput({"": _("Shorten each opinion to %(most)d characters.") % {"most": LONGEST_OPINION}})
    return given, texts


def _added(contents: dict[str, Any], grades: Mapping[UUID, str], opinions: Mapping[UUID, str]) -> dict[str, Any]:
    for key, grade in grades.items():
        sums = contents["grades"].setdefault(str(key), {})
        sums[grade] = sums.get(grade, 0) + 1
    for key, text in opinions.items():
        contents["opinions"][str(key)] = sorted([*contents["opinions"].get(str(key), []), text])
    return contents
