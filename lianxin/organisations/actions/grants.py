"""Giving and revoking roles. A role is given only where the giver reaches, never to oneself, and is never deleted."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, Role, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.organisations.events import GRANTED, REVOKED
from lianxin.organisations.models import Grant, Organisation
from lianxin.organisations.permissions import GRANTS_CHANGE, VIEW
from lianxin.organisations.queries.grants import grant_for, grants_not_over


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
) -> Grant:
    """Give a role at an organisation from a day on, until a last day or without end. It works from the next request.

    Raises:
        NotVisible, NotPermitted: the giver does not reach the organisation, or not with what is below it; or it is
            the giver's own account.
        InvalidInput: the days are wrong, the account is unknown or inactive, there is no reason, the organisation is
            dissolved.
        Conflict: the account holds that role there already.
    """
    place = Organisation.objects.select_for_update().filter(pk=organisation).first()
    if place is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, GRANTS_CHANGE, place.path, seen_by=VIEW)
    if below:
        _require_below(actor, place.path)
    if account == actor.account_id:
        raise NotPermitted(_("Nobody gives a role to themselves. Ask another administrator."))
    receiver = Account.objects.filter(pk=account, is_active=True).first()
    _check(receiver, place, valid_from=valid_from, valid_until=valid_until, reason=reason, day=day_of(at))
    same = Grant.objects.filter(grants_not_over(day_of(at)), account=account, role=role, organisation=place)
    if same.exists():
        raise Conflict(_("This person holds that role here already. Revoke it first to change its days."))
    grant = Grant.objects.create(
        account_id=account,
        role=role,
        organisation=place,
        below=below,
        valid_from=valid_from,
        valid_until=valid_until,
        reason=reason.strip(),
        granted_by=actor.account_id or account,
    )
    record(
        actor,
        GRANTED,
        at=at,
        subject=account,
        organisation=place.pk,
        organisation_path=place.path,
        effective_on=valid_from,
        reason=reason.strip(),
        data={"grant": grant.pk, "role": str(role), "below": below, "valid_until": valid_until},
    )
    return grant


@transaction.atomic
def revoke_grant(actor: Actor, *, grant: UUID, reason: str, at: datetime) -> Grant:
    """End a role at once; the next request of its holder is without it.

    Raises:
        NotVisible, NotPermitted: the actor does not reach the grant, or it is their own.
        InvalidInput: there is no reason.
        Conflict: it was revoked or has expired already.
    """
    seen = grant_for(actor, grant)
    require(actor, GRANTS_CHANGE, seen.organisation.path, seen_by=VIEW)
    if seen.account_id == actor.account_id:
        raise NotPermitted(_("Nobody revokes their own role. Ask another administrator."))
    if seen.below:
        _require_below(actor, seen.organisation.path)
    held = Grant.objects.select_for_update().get(pk=grant)
    if not reason.strip():
        raise InvalidInput({"reason": _("Write the reason or the number of the document.")})
    if held.revoked_at is not None or (held.valid_until is not None and held.valid_until < day_of(at)):
        raise Conflict(_("This role is over already."))
    held.revoked_at = at
    held.save(update_fields=["revoked_at"])
    record(
        actor,
        REVOKED,
        at=at,
        subject=held.account_id,
        organisation=held.organisation_id,
        organisation_path=seen.organisation.path,
        reason=reason.strip(),
        data={"grant": held.pk, "role": held.role, "below": held.below},
    )
    return held


def _require_below(actor: Actor, path: str) -> None:
    """A role that reaches below is handled only by those who reach below themselves."""
    if not any(reach.below and reach.covers(path) for reach in actor.reaches_for(GRANTS_CHANGE)):
        raise NotPermitted(
            _("You reach this organisation only, not those below it. Give the role without those below.")
        )


def _check(
    receiver: Account | None,
    place: Organisation,
    *,
    valid_from: date,
    valid_until: date | None,
    reason: str,
    day: date,
) -> None:
    wrong: dict[str, str] = {}
    if receiver is None:
        wrong["account"] = _("There is no such account, or it is inactive.")
    if place.dissolved_on is not None and place.dissolved_on <= day:
        wrong["organisation"] = _("This organisation is dissolved; choose its successor.")
    if valid_from < day:
        wrong["valid_from"] = _("A role begins today or later, never in the past.")
    if valid_until is not None and valid_until < valid_from:
        wrong["valid_until"] = _("The last day lies before the first.")
    if not reason.strip():
        wrong["reason"] = _("Write the reason or the number of the document.")
    if wrong:
        raise InvalidInput(wrong)
