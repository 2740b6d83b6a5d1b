"""The self review of a member: drafts that only they see, and handing it in."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.appraisals.events import REVIEWED
from lianxin.appraisals.models import SelfReview
from lianxin.appraisals.queries.taking_part import own_participant
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.events.record import record

LONGEST_REVIEW = 5000


@transaction.atomic
def save_review(actor: Actor, *, round_id: UUID, text: str, hand_in: bool, at: datetime) -> SelfReview:
    """Keep the actor's own self review as a draft, or hand it in, again if need be until the count.

    A draft is no event: nobody but the author knows of it.

    Raises:
        NotVisible: the actor does not take part in such an appraisal.
        InvalidInput: nothing written, or too much. Conflict: the sheets were counted.
    """
    mine = own_participant(actor, round_id)
    if not mine.round.is_collecting:
        raise Conflict(_("Self reviews are no longer taken in: the sheets were counted."))
    said = text.strip()
    if hand_in and not said:
        raise InvalidInput({"text": _("Write what you say of yourself before you hand it in.")})
    if len(said) > LONGEST_REVIEW:
        raise InvalidInput({"text": _("Shorten the text to %(most)d characters.") % {"most": LONGEST_REVIEW}})
    review = SelfReview.objects.select_for_update().filter(participant=mine).first()
    if review is None:
        review = SelfReview(
            round=mine.round, organisation_path=mine.organisation_path, participant=mine, member_id=mine.member_id
        )
    elif review.handed_in_at is not None and not hand_in:
        raise Conflict(_("You handed it in. Hand in the changed text, or leave it as it is."))
    review.text, review.updated_at = said, at
    if hand_in:
        review.handed_in_at = at
    review.save()
    if hand_in:
        record(
            actor,
            REVIEWED,
            at=at,
            subject=mine.member_id,
            organisation=mine.round.organisation_id,
            organisation_path=mine.organisation_path,
            data={"round": str(mine.round_id), "year": mine.round.year},
        )
    return review
