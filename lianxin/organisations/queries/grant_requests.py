"""Which roles wait for their second person."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, within
from lianxin.kernel.authz.scope import reach_condition
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now
from lianxin.organisations.models import GrantRequest, Outcome
from lianxin.organisations.permissions import GRANTS_CONFIRM, GRANTS_VIEW


def requests_within(actor: Actor) -> QuerySet[GrantRequest]:
    """Every request, decided or not, at organisations where the actor sees roles, and those the actor asked for."""
    rows = GrantRequest.objects.select_related("account", "organisation")
    reached = reach_condition(actor, GRANTS_VIEW, field="organisation__path")
    own = Q(asked_by=actor.account_id) if actor.account_id else Q(pk__in=[])
    return rows.filter(own if reached is None else reached | own if reached else Q())


def request_for(actor: Actor, request: UUID) -> GrantRequest:
    """The request, if the actor sees it.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
    """
    found = requests_within(actor).filter(pk=request).first()
    if found is None:
        raise NotVisible(_("There is no such request, or it is not in your organisations."))
    return found


def waiting(at: datetime | None = None) -> Q:
    """Requests that can still be decided."""
    return Q(outcome=Outcome.WAITING, expires_at__gt=at or now())


def requests_to_decide(actor: Actor, *, at: datetime | None = None) -> QuerySet[GrantRequest]:
    """The waiting requests of others, for others, in the actor's reach, soonest to expire first."""
    rows = GrantRequest.objects.select_related("account", "organisation").filter(waiting(at))
    if actor.account_id is not None:
        rows = rows.exclude(asked_by=actor.account_id).exclude(account=actor.account_id)
    reached = within(rows, actor, GRANTS_CONFIRM, field="organisation__path")
    wide = [reach.path for reach in actor.reaches_for(GRANTS_CONFIRM) if reach.below]
    return (reached if wide or actor.is_system else reached.filter(below=False)).order_by("expires_at", "id")
