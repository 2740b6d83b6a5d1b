"""Giving and revoking roles. A role is given only where the giver reaches, never to oneself, and is never deleted."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, Role, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.organisations.actions.granting import (
    Wanted,
    ask_second_person,
    check,
    needs_second_person,
    place_to_change,
    put_in_force,
    require_below,
    require_person,
    write_event,
)
from lianxin.organisations.actions.lending import end_lent
from lianxin.organisations.events import GRANTED, REVOKED
from lianxin.organisations.models import Grant, GrantRequest, Kind
from lianxin.organisations.permissions import GRANTS_CHANGE, VIEW
from lianxin.organisations.queries.grants import grant_for, is_over


@transaction.atomic
def give_grant(
    actor: Actor,
    *,
    account: UUID,
    role: Role,
    organisation: UUID,
    below: bool,
    valid_from: date,
    valid_until: date | None,
    reason: str,
    at: datetime,
) -> Grant | GrantRequest:
    """Give a role at an organisation from a day on, until a last day or without end. It works from the next request.

    A high role (see `needs_second_person`) is only asked for; somebody else confirms it. The product itself (the
    console, the demonstration) gives alone, and the log says so.

    Raises:
        NotVisible, NotPermitted: the giver does not reach the organisation, or not with what is below it; it is the
            giver's own account; a program asks.
        InvalidInput: the days are wrong, the account is unknown or inactive, there is no reason, the organisation is
            dissolved, or the person holds a role that separated duties keep apart from this one.
        Conflict: the account holds that role there already, or it waits for its second person.
    """
    require_person(actor)
    place = place_to_change(organisation)
    require(actor, GRANTS_CHANGE, place.path, seen_by=VIEW)
    if below:
        require_below(actor, GRANTS_CHANGE, place.path)
    if account == actor.account_id:
        raise NotPermitted(_("Nobody gives a role to themselves. Ask another administrator."))
    wanted = Wanted(account, Role(role), place, below, valid_from, valid_until, reason.strip())
    check(wanted, at=at)
    if not actor.is_system and needs_second_person(wanted, at=at):
        return ask_second_person(actor, wanted, at=at)
    grant = put_in_force(wanted, granted_by=actor.account_id)
    write_event(actor, GRANTED, grant, at=at, reason=grant.reason)
    return grant


@transaction.atomic
def revoke_grant(actor: Actor, *, grant: UUID, reason: str, at: datetime) -> Grant:
    """End a role at once, and what its holder lent of it; the next request is without it. One person is enough.

    Raises:
        NotVisible, NotPermitted: the actor does not reach the grant, or it is their own; a program asks.
        InvalidInput: there is no reason.
        Conflict: it was revoked or has expired already.
    """
    require_person(actor)
    seen = grant_for(actor, grant)
    require(actor, GRANTS_CHANGE, seen.organisation.path, seen_by=VIEW)
    if seen.account_id == actor.account_id:
        raise NotPermitted(_("Nobody revokes their own role. Ask another administrator."))
    if seen.below:
        require_below(actor, GRANTS_CHANGE, seen.organisation.path)
    held = Grant.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=grant)
    if not reason.strip():
        raise InvalidInput({"reason": _("Write the reason or the number of the document.")})
    if is_over(held, at=at):
        raise Conflict(_("This role is over already."))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    write_event(actor, REVOKED, held, at=at, reason=reason.strip())
    if held.kind == Kind.STANDING:
        end_lent(actor, lender=held.account_id, lost=held, at=at)
    return held
