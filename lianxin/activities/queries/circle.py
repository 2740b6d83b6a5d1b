"""Who belongs together: Party groups, members who are excused, alliances, as the desk lists them."""

from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.activities.models import Alliance, AllianceItem, AllianceParty, Excuse, PartyGroup
from lianxin.activities.permissions import VIEW
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
    """Alliances of the actor's organisations, as founder or as partner."""
    reached = reach_condition(actor, VIEW, field="organisation_path")
    if reached is None:
        return Alliance.objects.none()
    partners = AllianceParty.objects.filter(reached).values("alliance_id")
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


def items_of(alliance: Alliance) -> list[AllianceItem]:
    """Resources, needs and projects of an alliance. One query."""
    return list(AllianceItem.objects.filter(alliance=alliance.pk).select_related("party"))
