"""Borrowed roles: lent for a reason until an instant, seen by everybody concerned, ending by themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, Role, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.time import day_of
from lianxin.organisations.actions.granting import (
    Wanted,
    ask_second_person,
    check,
    latest_end,
    needs_second_person,
    place_to_change,
    put_in_force,
    require_below,
    require_person,
    write_event,
)
from lianxin.organisations.events import LENDING_ENDED, LENT
from lianxin.organisations.models import Grant, GrantRequest, Kind, Organisation
from lianxin.organisations.permissions import GRANTS_CHANGE, LEND, VIEW
from lianxin.organisations.queries.grants import grants_not_over, is_over
from lianxin.organisations.queries.lending import covers, lendings_seen, own_roles_to_lend, roles_of_their_own


@transaction.atomic
def lend_role(
    actor: Actor,
    *,
    account: UUID,
    role: Role,
    organisation: UUID,
    below: bool,
    ends_at: datetime,
    reason: str,
    at: datetime,
) -> Grant | GrantRequest:
    """Lend a role to another account at once, until an instant: one's own, or any where one gives roles.

    A high role is only asked for; somebody else confirms it.

    Raises:
        NotVisible, NotPermitted: the lender does not reach the organisation, does not hold the role there themselves
            (borrowed ones are not lent on), or lends to themselves; a program asks.
        InvalidInput: the end lies in the past, too far ahead or beyond the lender's own role; and as for giving.
        Conflict: the account holds that role there already.
    """
    require_person(actor)
    place = place_to_change(organisation)
    reason = reason.strip()
    if not actor.may(GRANTS_CHANGE, place.path):
        require(actor, LEND, place.path, seen_by=VIEW)
        _require_own(actor, Role(role), place, below=below, ends_at=ends_at, at=at)
    elif below:
        require_below(actor, GRANTS_CHANGE, place.path)
    if account == actor.account_id:
        raise NotPermitted(_("Nobody lends a role to themselves."))
    if wrong := latest_end(ends_at, at=at):
        raise InvalidInput({"ends_at": wrong})
    wanted = Wanted(account, Role(role), place, below, day_of(at), day_of(ends_at), reason, Kind.BORROWED, ends_at)
    check(wanted, at=at)
    if not actor.is_system and needs_second_person(wanted, at=at):
        return ask_second_person(actor, wanted, at=at)
    grant = put_in_force(wanted, granted_by=actor.account_id)
    write_event(actor, LENT, grant, at=at, reason=reason)
    return grant


@transaction.atomic
def end_lending(actor: Actor, *, grant: UUID, at: datetime) -> Grant:
    """End a borrowed role before its time: by who borrowed it, who lent it, or who gives roles there.

    Raises:
        NotVisible: there is no such borrowed role that the actor may end.
        Conflict: it is over already.
    """
    require_person(actor)
    seen = lendings_seen(actor).filter(pk=grant).first()
    if seen is None:
        raise NotVisible(_("There is no such borrowed role."))
    with acting(Actor.system("ending a borrowed role")):  # who borrows it may hold nothing else there
        held = Grant.objects.select_for_update(of=("self",)).select_related("organisation").get(pk=grant)
        if is_over(held, at=at):
            raise Conflict(_("This role is over already."))
        _end(actor, held, at=at, why="ended")
    return held


def end_lent_of(actor: Actor, *, account: Account, closed: bool, at: datetime) -> None:
    """Where an account is closed, end what its owner lent of their own roles."""
    if closed:
        end_lent(actor, lender=account.pk, lost=None, at=at)


@transaction.atomic
def end_lent(actor: Actor, *, lender: UUID, lost: Grant | None, at: datetime) -> None:
    """End what somebody lent of a role they lost (None: of every one), unless another one of their own covers it.

    What a security administrator lends without holding it themselves is the office's, and stays.
    """
    with acting(Actor.system("roles lent of a lost one")):  # borrower and place may lie anywhere
        own = list(roles_of_their_own(lender, at=at))
        gone, kept = (own, []) if lost is None else ([lost], own)
        rows = Grant.objects.select_for_update(of=("self",)).select_related("organisation")
        for lent in rows.filter(grants_not_over(at), granted_by=lender, kind=Kind.BORROWED).order_by("id"):
            if _covered(lent, gone) and not _covered(lent, kept):
                _end(actor, lent, at=at, why="lender")


def _covered(lent: Grant, roles: Sequence[Grant]) -> bool:
    return any(covers(one, lent.role, lent.organisation, below=lent.below) for one in roles)


def _end(actor: Actor, held: Grant, *, at: datetime, why: str) -> None:
    with acting(Actor.system("ending a borrowed role")):  # who borrows it may hold nothing else there
        held.revoked_at = at
        held.save(update_fields=["revoked_at"])
        write_event(actor, LENDING_ENDED, held, at=at, reason=held.reason, data={"why": why})


@transaction.atomic
def close_lendings(*, at: datetime) -> int:
    """Write down which borrowed roles ended since the last time; how many. They opened nothing since that instant."""
    actor = Actor.system("organisations.close_lendings")
    over = list(
        Grant.objects.select_for_update(of=("self",), skip_locked=True)
        .select_related("organisation")
        .filter(kind=Kind.BORROWED, revoked_at__isnull=True, ends_at__lte=at)
        .order_by("ends_at")
    )
    for held in over:
        held.revoked_at = held.ends_at
        held.save(update_fields=["revoked_at"])
        write_event(actor, LENDING_ENDED, held, at=at, reason=held.reason, data={"why": "time"})
    return len(over)


def _require_own(
    actor: Actor, role: Role, place: Organisation, *, below: bool, ends_at: datetime, at: datetime
) -> None:
    """Let the lender go on who holds the role there, as wide and as long as it is lent."""
    own = [held for held in own_roles_to_lend(actor, at=at) if covers(held, role, place, below=below)]
    if not own:
        raise NotPermitted(
            _(
                "You lend only a role that you hold yourself, no further than you hold it; "
                "a borrowed one is not lent on."
            )
        )
    if all(held.valid_until is not None and held.valid_until < day_of(ends_at) for held in own):
        raise InvalidInput({"ends_at": _("Your own role ends before. Choose an earlier end.")})
