"""Lock-out: so many failures within a time lock the door for a time. Kept in PostgreSQL, so every process agrees.

Source: security domain facts, application controls. Intervals are half open: a failure exactly one window old no longer
counts, and at the very instant a lock ends the door is open.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account, SignInGuard
from lianxin.kernel.accounts.policy import minutes, number
from lianxin.kernel.privacy.lookup import digest_of, digests_of
from lianxin.kernel.time import SHANGHAI

ADDRESS_FACTOR = 10
"""An office behind one address holds many people: an address may fail so many times as often as one account."""


def account_key(account: UUID) -> str:
    """The door of an account."""
    return f"account:{account}"


def name_key(text: str) -> str:
    """The door of a name that belongs to nobody; the name itself, which may be a mistyped password, is not kept."""
    return f"name:{(digest_of('sign_in_name', text.lower()) or b'').hex()}"


def address_key(address: str) -> str:
    """The door of a network address."""
    return f"address:{address}"


def locked_until(key: str, *, at: datetime) -> datetime | None:
    """Until when the door is locked at that instant; None where it is open."""
    return SignInGuard.objects.filter(key=key, locked_until__gt=at).values_list("locked_until", flat=True).first()


def hold(key: str) -> None:
    """Make other attempts at this door wait until the caller's transaction ends, so that guesses cannot race."""
    SignInGuard.objects.bulk_create([SignInGuard(key=key)], ignore_conflicts=True)
    SignInGuard.objects.select_for_update().get(key=key)


def count_failure(key: str, *, at: datetime, bound: int | None = None) -> datetime | None:
    """Count a failure at the door; until when it is locked if this one locked it, else None."""
    with transaction.atomic():
        hold(key)
        guard = SignInGuard.objects.get(key=key)
        if guard.locked_until is not None and guard.locked_until <= at:
            guard.failures, guard.locked_until = [], None
        since = at - minutes("lockout.window_minutes")
        guard.failures = [*(one for one in guard.failures if one > since), at]
        locked_now = guard.locked_until is None and len(guard.failures) >= (bound or number("lockout.failures"))
        if locked_now:
            guard.locked_until = at + minutes("lockout.minutes")
        guard.save()
        return guard.locked_until if locked_now else None


def count_address_failure(address: str, *, at: datetime) -> datetime | None:
    """Count a failure from an address; until when it is locked if this one locked it, else None."""
    return count_failure(address_key(address), at=at, bound=number("lockout.failures") * ADDRESS_FACTOR)


def open_door(key: str) -> bool:
    """Forget failures and lock; whether the door was locked or had failures."""
    removed, _by_model = SignInGuard.objects.filter(key=key).delete()
    return bool(removed)


def locked_sentence(until: datetime) -> str:
    """What a person at a locked door reads."""
    shown = (until + timedelta(seconds=59)).astimezone(SHANGHAI)
    return _(
        "Too many failed attempts. Signing in is locked until %(time)s. Then try again, or ask your administrator."
    ) % {"time": f"{shown:%H:%M}"}


def find_account(text: str) -> Account | None:
    """The account of a user name, or of a mobile number however it is spaced."""
    text = text.strip()
    digits = text.replace(" ", "").replace("-", "").removeprefix("+86")
    if digits.isdigit():
        return Account.objects.filter(phone_digest__in=digests_of("phone", digits)).first()
    return Account.objects.filter(username__iexact=text).first()
