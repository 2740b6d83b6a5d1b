"""Borrowed roles: who uses which for how long, and what somebody could lend."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor
from lianxin.kernel.authz.scope import reach_condition
from lianxin.organisations.models import Grant, Kind, Organisation
from lianxin.organisations.permissions import GRANTS_CHANGE
from lianxin.organisations.queries.grants import grants_in_force, grants_not_over


def own_roles_to_lend(actor: Actor, *, at: datetime | None = None) -> QuerySet[Grant]:
    """The roles the actor holds themselves, as opposed to borrowed ones, in force at the instant."""
    return roles_of_their_own(actor.account_id, at=at)


def roles_of_their_own(account: UUID | None, *, at: datetime | None = None) -> QuerySet[Grant]:
    """The roles an account holds itself, as opposed to borrowed ones, in force at the instant."""
    return (
        Grant.objects.select_related("organisation")
        .filter(grants_in_force(at), account=account, kind=Kind.STANDING)
        .order_by("organisation__path", "role")
    )


def covers(held: Grant, role: str, place: Organisation, *, below: bool) -> bool:
    """Whether the role `held` is this one, and reaches as far."""
    reaches = held.organisation_id == place.pk or (held.below and place.path.startswith(held.organisation.path))
    return held.role == role and reaches and (held.below or not below)


def lendings_seen(actor: Actor) -> QuerySet[Grant]:
    """The borrowed roles the actor may end: those lent to them, lent by them, or at places where they give roles."""
    if actor.account_id is None:
        return Grant.objects.none()
    seen = Q(account=actor.account_id) | Q(granted_by=actor.account_id)
    reached = reach_condition(actor, GRANTS_CHANGE, field="organisation__path")
    if reached is not None:
        seen = seen | reached if reached else Q()
    return Grant.objects.select_related("organisation", "account").filter(seen, kind=Kind.BORROWED)


def lendings_at_home(actor: Actor, *, at: datetime | None = None) -> QuerySet[Grant]:
    """Borrowed roles not yet over that concern the actor: lent by them, or where they have a role themselves."""
    places = {reach.path for reach in actor.reaches}
    concerned = Q(granted_by=actor.account_id) | Q(organisation__path__in=places)
    return (
        Grant.objects.select_related("organisation", "account")
        .filter(grants_not_over(at), concerned, kind=Kind.BORROWED)
        .exclude(account=actor.account_id)
        .order_by("ends_at")
    )


def names_of(accounts: set[UUID | None]) -> dict[UUID | None, str]:
    """The names of accounts by id, for "lent by"."""
    known = {one for one in accounts if one is not None}
    return dict(Account.objects.filter(pk__in=known).values_list("pk", "name")) if known else {}
