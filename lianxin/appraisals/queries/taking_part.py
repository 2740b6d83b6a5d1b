"""The actor as one who takes part in an appraisal."""

from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.appraisals.models import Participant, Round
from lianxin.appraisals.permissions import OWN
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import NotVisible


def own_participant(actor: Actor, round_id: UUID) -> Participant:
    """The actor as one who takes part, with the round. One query.

    Raises:
        NotVisible: there is no such appraisal, or the actor does not take part in it.
    """
    rows = Participant.objects.select_related("round").exclude(round__state=Round.State.WITHDRAWN)
    found = None
    if actor.member_id is not None and (actor.only is None or OWN in actor.only):
        found = rows.filter(round_id=round_id, member_id=actor.member_id).first()
    if found is None:
        raise NotVisible(_("There is no such appraisal, or you do not take part in it."))
    return found
