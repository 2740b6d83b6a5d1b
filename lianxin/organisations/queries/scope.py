"""Which organisations an actor reaches, and where an organisation stands. Every read begins here."""

from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require, within
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import today
from lianxin.organisations.models import Organisation
from lianxin.organisations.permissions import VIEW


class Crumb(NamedTuple):
    """One step of the way from the top to an organisation."""

    id: UUID
    path: str
    name: str


def alive_on(day: date, prefix: str = "") -> Q:
    """The condition that the organisation exists on the day; `prefix` leads to it (`organisation__`).

    `founded_on` is its first day, `dissolved_on` the first day on which it is no more.
    """
    begun = Q(**{f"{prefix}founded_on__lte": day})
    return begun & (Q(**{f"{prefix}dissolved_on__isnull": True}) | Q(**{f"{prefix}dissolved_on__gt": day}))


def organisations_within(actor: Actor, permission: str = VIEW) -> QuerySet[Organisation]:
    """The organisations living today for which the actor holds the permission."""
    return within(Organisation.objects.filter(alive_on(today())), actor, permission)


def ever_within(actor: Actor, permission: str = VIEW) -> QuerySet[Organisation]:
    """The same with those dissolved and those planned: for history, as-of trees and acts."""
    return within(Organisation.objects.all(), actor, permission)


def organisation_for(actor: Actor, organisation: UUID, permission: str = VIEW) -> Organisation:
    """The organisation, whether it lives today or not, where the actor holds the permission. One query.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
        NotPermitted: the actor sees it but does not hold the permission.
    """
    found = Organisation.objects.filter(id=organisation).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, permission, found.path, seen_by=VIEW)
    return found


def ancestors_of(path: str) -> QuerySet[Organisation]:
    """The organisations above, from the top down."""
    return Organisation.objects.filter(path__in=ancestors(path)).order_by("path")


def place_of(path: str, actor: Actor | None = None) -> list[Crumb]:
    """The way from the top to the organisation, itself last; with an actor, only what the actor sees. One query."""
    steps = [
        Crumb(*row)
        for row in Organisation.objects.filter(path__in=[*ancestors(path), path])
        .order_by("path")
        .values_list("id", "path", "short_name")
    ]
    return steps if actor is None else [step for step in steps if actor.may(VIEW, step.path)]
