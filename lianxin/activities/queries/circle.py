"""Who belongs together: Party groups, members who are excused, alliances, as the desk lists them."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.activities.models import Alliance, AllianceItem, AllianceParty, Excuse, PartyGroup
from lianxin.activities.permissions import ALLIANCES, VIEW
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.authz.scope import reach_condition
from lianxin.kernel.errors import NotVisible

SHOWN = 200


def groups_of(actor: Actor, organisation: UUID) -> list[PartyGroup]:
    """The Party groups of a branch with the number of their members (`number`). One query."""
    rows = within(PartyGroup.objects.all(), actor, VIEW, field="organisation_path")
    rows = rows.filter(organisation=organisation, closed_at__isnull=True).select_related("leader")
    return list(rows.annotate(number=Count("members"))[:SHOWN])


def excuses_of(actor: Actor, organisation: UUID) -> list[Excuse]:
    """Members whom an organisation does not expect, those still excused first. One query."""
    rows = within(Excuse.objects.all(), actor, VIEW, field="organisation_path")
    return list(rows.filter(organisation=organisation).order_by("-until", "member_name")[:SHOWN])


def alliances_within(actor: Actor) -> QuerySet[Alliance]:
    """Alliances of the actor's organisations, as founder or as partner, invited ones too; not what they declined."""
    reached = reach_condition(actor, VIEW, field="organisation_path")
    if reached is None:
        return Alliance.objects.none()
    partners = AllianceParty.objects.filter(reached, declined_on__isnull=True).values("alliance_id")
    return Alliance.objects.filter(reached | Q(pk__in=partners)).prefetch_related("parties")


def alliance_for(actor: Actor, alliance: UUID) -> Alliance:
    """One alliance with its parties and their items. Three queries.

    Raises:
        NotVisible: there is none, or the actor's organisations are not in it.
    """
    found = alliances_within(actor).filter(pk=alliance).first()
    if found is None:
        raise NotVisible(_("There is no such alliance, or your organisations are not in it."))
    return found


@dataclass(frozen=True, slots=True)
class PartyLine:
    """An organisation in an alliance and what the actor may do about it."""

    party: AllianceParty
    may_answer: bool
    may_withdraw: bool
    may_leave: bool


def parties_of(actor: Actor, alliance: Alliance) -> list[PartyLine]:
    """Who is in an alliance, was in it or is invited, in the order they were asked, and what the actor may do."""
    founds, is_open = actor.may(ALLIANCES, alliance.organisation_path), alliance.ended_on is None
    lines = []
    for one in alliance.parties.all():
        own = actor.may(ALLIANCES, one.organisation_path)
        is_founder = one.organisation_id == alliance.organisation_id
        lines.append(
            PartyLine(
                one,
                may_answer=is_open and own and one.state == AllianceParty.State.INVITED,
                may_withdraw=is_open and founds and one.state == AllianceParty.State.INVITED,
                may_leave=is_open and (own or founds) and not is_founder and one.state == AllianceParty.State.JOINED,
            )
        )
    return lines


def invitations_to(actor: Actor, alliances: Iterable[Alliance]) -> list[AllianceParty]:
    """Of these alliances, the invitations that wait for the actor's answer. The parties are read already."""
    return [line.party for alliance in alliances for line in parties_of(actor, alliance) if line.may_answer]


def items_of(alliance: Alliance) -> list[AllianceItem]:
    """Resources, needs and projects of an alliance. One query."""
    return list(AllianceItem.objects.filter(alliance=alliance.pk).select_related("party"))
