"""The acts of coming and going: trying a password or a code, signing in and out. Each leaves its event."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction

from lianxin.kernel.accounts import events, lockout
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting_as_system
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.privacy.lookup import digest_of


@acting_as_system("signing in")
def try_password(name: str, check: Callable[[], Account | None], *, address: str, at: datetime) -> Account | None:
    """The account that `check` opens, unless its door or the address is locked; a failure is counted and recorded.

    One attempt at a time for each name: guesses sent together cannot pass the bound. An unknown name is treated
    exactly as a known one.

    Raises:
        ValidationError: the door is locked; the sentence says until when. The password was not looked at.
    """
    known = lockout.find_account(name)
    key = lockout.account_key(known.pk) if known else lockout.name_key(name)
    refused: datetime | None = None
    account: Account | None = None
    with transaction.atomic():
        lockout.hold(key)
        refused = lockout.locked_until(key, at=at) or lockout.locked_until(lockout.address_key(address), at=at)
        if refused is None:
            account = check()
            if account is None:
                refused = _failed(known, key, name, address=address, at=at)
    if refused is not None:
        raise ValidationError(lockout.locked_sentence(refused), code="locked")
    return account


def refuse_if_locked(account: Account, *, at: datetime) -> None:
    """Let only accounts go on whose door is open.

    Raises:
        ValidationError: it is locked; the sentence says until when.
    """
    until = lockout.locked_until(lockout.account_key(account.pk), at=at)
    if until is not None:
        raise ValidationError(lockout.locked_sentence(until), code="locked")


@acting_as_system("signing in")
@transaction.atomic
def record_wrong_code(account: Account, *, address: str, at: datetime) -> None:
    """Count a wrong code of the second factor like a wrong password."""
    _failed(account, lockout.account_key(account.pk), account.username, address=address, at=at, means="code")


@acting_as_system("signing in")
@transaction.atomic
def record_sign_in(account: Account, *, address: str, means: str, at: datetime) -> None:
    """Record that the account is in, and forget its failures."""
    lockout.open_door(lockout.account_key(account.pk))
    _record(account, events.SIGNED_IN, at=at, data={"address": address, "means": means})


@acting_as_system("signing in")
@transaction.atomic
def record_sign_out(account: Account, *, why: str, at: datetime) -> None:
    """Record that the account went: by its own act ("asked") or by the clock ("idle", "absolute")."""
    _record(account, events.SIGNED_OUT, at=at, data={"why": why})


def _failed(
    known: Account | None, key: str, name: str, *, address: str, at: datetime, means: str = "password"
) -> datetime | None:
    """Count and record; until when the account or the address is locked if this failure locked it."""
    subject = known.pk if known else UUID(bytes=(digest_of("sign_in_name", name.lower()) or bytes(16))[:16])
    actor = Actor(name=known.name if known else "", account_id=known.pk if known else None)
    data = {"address": address, "means": means, "known": known is not None}
    record(actor, events.SIGN_IN_FAILED, at=at, subject=subject, organisation=None, data=data)
    until = lockout.count_failure(key, at=at)
    if until is not None:
        record(actor, events.LOCKED, at=at, subject=subject, organisation=None, data={**data, "until": until})
    address_until = lockout.count_address_failure(address, at=at)
    if address_until is not None:
        record(
            actor,
            events.ADDRESS_LOCKED,
            at=at,
            subject=subject,
            organisation=None,
            data={**data, "until": address_until},
        )
    return until or address_until


def _record(account: Account, kind: EventType, *, at: datetime, data: dict[str, str]) -> None:
    actor = Actor(name=account.name, account_id=account.pk, member_id=account.member_id)
    record(actor, kind, at=at, subject=account.pk, organisation=None, data=data)
