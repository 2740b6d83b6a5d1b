"""The second person: confirming, declining, withdrawing a high role, and what happens when nobody decides."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.events import PASSWORD_RESET, SECOND_FACTOR_RESET
from lianxin.kernel.authz import Actor, Role, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.models import Event
from lianxin.kernel.time import day_of
from lianxin.organisations.actions.granting import (
    Wanted,
    check,
    place_to_change,
    put_in_force,
    require_below,
    require_person,
    write_event,
)
from lianxin.organisations.events import GRANT_CONFIRMED, GRANT_DECLINED, GRANT_EXPIRED, GRANT_WITHDRAWN
from lianxin.organisations.models import Grant, GrantRequest, Kind, Outcome
from lianxin.organisations.permissions import GRANTS_CONFIRM, VIEW
from lianxin.organisations.queries.grant_requests import request_for

RESET_COUNTS = timedelta(days=30)
"""For how long whose password or second factor was reset does not decide for who did it. Source: our own choice."""


@transaction.atomic
def confirm_grant(actor: Actor, *, request: UUID, at: datetime) -> Grant:
    """Let the role that somebody else asked for come into force.

    Raises:
        NotVisible, NotPermitted: the actor does not reach the request, asked for it, or would receive the role; or
            whoever asked reset the actor's password or second factor a short while ago.
        InvalidInput: it cannot be given any more (separated duties, an inactive account, a dissolved organisation).
        Conflict: it was decided or has expired.
    """
    found = _to_decide(actor, request, at=at)
    wanted = replace(_wanted(found), valid_from=max(found.valid_from, day_of(at)))
    if wanted.ends_at is not None and wanted.ends_at <= at:
        raise Conflict(_("The time for which the role was to be lent is over. Decline the request."))
    check(wanted, at=at)
    grant = put_in_force(wanted, granted_by=found.asked_by, confirmed_by=actor.account_id)
    _close(found, Outcome.CONFIRMED, by=actor.account_id, at=at, grant=grant)
    write_event(actor, GRANT_CONFIRMED, grant, at=at, reason=grant.reason, data={"request": found.pk})
    return grant


@transaction.atomic
def decline_grant(actor: Actor, *, request: UUID, reason: str, at: datetime) -> GrantRequest:
    """Refuse the role that somebody else asked for, and say why.

    Raises:
        NotVisible, NotPermitted: as for confirming.
        InvalidInput: there is no reason.
        Conflict: it was decided or has expired.
    """
    found = _to_decide(actor, request, at=at)
    if not reason.strip():
        raise InvalidInput({"reason": _("Write why you decline; whoever asked reads it.")})
    _close(found, Outcome.DECLINED, by=actor.account_id, at=at, reason=reason.strip())
    write_event(actor, GRANT_DECLINED, found, at=at, reason=reason.strip())
    return found


@transaction.atomic
def withdraw_grant(actor: Actor, *, request: UUID, at: datetime) -> GrantRequest:
    """Take back what one asked for oneself.

    Raises:
        NotVisible, NotPermitted: the actor did not ask for it.
        Conflict: it was decided or has expired.
    """
    require_person(actor)
    found = _waiting(actor, request, at=at)
    if found.asked_by != actor.account_id:
        raise NotPermitted(_("Only who asked for it withdraws it; decline it instead."))
    _close(found, Outcome.WITHDRAWN, by=actor.account_id, at=at)
    write_event(actor, GRANT_WITHDRAWN, found, at=at, reason=found.reason)
    return found


@transaction.atomic
def expire_requests(*, at: datetime) -> int:
    """Close requests that nobody decided in time; how many. They could not be confirmed since that instant already."""
    actor = Actor.system("organisations.expire_requests")
    over = list(
        GrantRequest.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("organisation")
        .filter(outcome=Outcome.WAITING, expires_at__lte=at)
        .order_by("expires_at")
    )
    for found in over:
        _close(found, Outcome.EXPIRED, by=None, at=at)
        write_event(actor, GRANT_EXPIRED, found, at=at, reason=found.reason)
    return len(over)


def _waiting(actor: Actor, request: UUID, *, at: datetime) -> GrantRequest:
    """The request, locked, if the actor sees it and it waits."""
    seen = request_for(actor, request)
    place_to_change(seen.organisation_id)
    found = GrantRequest.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=seen.pk)
    if found.outcome != Outcome.WAITING or found.expires_at <= at:
        raise Conflict(_("This request was decided or has expired already."))
    return found


def _to_decide(actor: Actor, request: UUID, *, at: datetime) -> GrantRequest:
    """The waiting request, if the actor may be its second person."""
    require_person(actor)
    found = _waiting(actor, request, at=at)
    path = found.organisation.path
    require(actor, GRANTS_CONFIRM, path, seen_by=VIEW)
    if found.below:
        require_below(actor, GRANTS_CONFIRM, path)
    if found.asked_by == actor.account_id:
        raise NotPermitted(_("You asked for this role yourself. A second person decides."))
    if found.account_id == actor.account_id:
        raise NotPermitted(_("This role is for yourself. Somebody else decides."))
    if _reset_by(found.asked_by, actor.account_id, at=at):
        raise NotPermitted(
            _(
                "Whoever asked for this role reset your password or second factor within the last 30 days. "
                "Somebody else decides."
            )
        )
    return found


def _reset_by(asker: UUID, account: UUID | None, *, at: datetime) -> bool:
    """Whether the asker could have signed in with the decider's account: one person would then be both."""
    kinds = [PASSWORD_RESET.kind, SECOND_FACTOR_RESET.kind]
    with acting(Actor.system("resets of the second person")):  # the decider reads no log
        resets = Event.objects.filter(kind__in=kinds, actor_id=asker, at__gt=at - RESET_COUNTS)
        return account is not None and resets.filter(subject_id=account).exists()


def _wanted(found: GrantRequest) -> Wanted:
    return Wanted(
        found.account_id,
        Role(found.role),
        found.organisation,
        found.below,
        found.valid_from,
        found.valid_until,
        found.reason,
        Kind(found.kind),
        found.ends_at,
    )


def _close(
    found: GrantRequest,
    outcome: Outcome,
    *,
    by: UUID | None,
    at: datetime,
    reason: str = "",
    grant: Grant | None = None,
) -> None:
    found.outcome, found.decided_by, found.decided_at = outcome, by, at
    found.decision_reason, found.grant = reason, grant
    found.save(update_fields=["outcome", "decided_by", "decided_at", "decision_reason", "grant"])


def may_decide(actor: Actor, found: GrantRequest) -> bool:
    """Whether the actor may be the second person of the request."""
    return (
        found.outcome == Outcome.WAITING
        and actor.account_id not in {found.asked_by, found.account_id}
        and any(
            reach.covers(found.organisation.path) and (reach.below or not found.below)
            for reach in actor.reaches_for(GRANTS_CONFIRM)
        )
    )
