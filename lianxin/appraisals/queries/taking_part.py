"""Who takes part in an appraisal: the actor, and who does no more or does elsewhere."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.appraisals.models import Participant, Round
from lianxin.appraisals.permissions import OWN
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.members.facade import TAKES_PART, Member


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


def gone_from(held: Round) -> dict[UUID, Sentence]:
    """Of those who took part when the round opened the ones who are members no more, with a word. One query.

    Also told of members who had moved away before: of them nobody here sees more than this.
    """
    with acting(Actor.system("telling who of an appraisal is a member no more")):
        rows = held.participants.exclude(member__membership_status__in=TAKES_PART)
        found = list(rows.values_list("pk", "member__membership_status"))
    rests, left = gettext_lazy("membership suspended"), gettext_lazy("has left")
    return {key: rests if status == "suspended" else left for key, status in found}


def taking_part_elsewhere(organisation: UUID, year: int, members: Sequence[UUID]) -> set[UUID]:
    """Which of the members take part in another organisation's appraisal of the year. One query."""
    with acting(Actor.system("appraising nobody twice")):  # that organisation may lie outside the actor's
        rows = Participant.objects.filter(member__in=members, round__year=year, elsewhere="")
        rows = rows.exclude(round__state=Round.State.WITHDRAWN).exclude(round__organisation=organisation)
        return set(rows.values_list("member_id", flat=True))


def left_out(held: Round, members: Sequence[Member]) -> list[str]:
    """The names of those who belong there and do not take part, for they do elsewhere. One query."""
    known = set(held.participants.values_list("member_id", flat=True))
    return [one.name for one in members if one.pk not in known]
