"""What administrators do with accounts. Nobody acts on their own account, nor on one with wider reach.

The system administrator opens and closes accounts; the security administrator unlocks and resets them.
"""

from datetime import datetime
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.accounts import events, lockout
from lianxin.kernel.accounts.closing import end_access
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.passwords import temporary_password
from lianxin.kernel.accounts.permissions import MANAGE, SECURE
from lianxin.kernel.accounts.queries.accounts import account_to_manage
from lianxin.kernel.authz import Actor
from lianxin.kernel.authz import permission as declared
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted
from lianxin.kernel.events.record import record
from lianxin.kernel.privacy.lookup import digest_of, digests_of

MOBILE_DIGITS = 11


@transaction.atomic
def create_account(actor: Actor, *, username: str, name: str, phone: str = "", at: datetime) -> tuple[Account, str]:
    """A new account and its temporary password, which is shown once and changed at the first sign-in.

    Raises:
        NotPermitted: the actor is no administrator.
        InvalidInput: the user name or phone is malformed or taken.
    """
    if not actor.may_somewhere(MANAGE):
        raise NotPermitted(_("This needs the permission “%(permission)s”.") % {"permission": declared(MANAGE).label})
    password = temporary_password()
    mobile = _mobile(phone)
    account = Account(
        username=username.strip(),
        name=name.strip(),
        phone=mobile or None,
        phone_digest=digest_of("phone", mobile),
        must_change_password=True,
        created_by=actor.account_id,
    )
    account.set_password(password)
    try:
        account.full_clean(exclude=["created_by"])
    except ValidationError as error:
        wrong = {("username" if name == "__all__" else name): said for name, said in error.message_dict.items()}
        raise InvalidInput(wrong) from error
    account.save()
    record(actor, events.CREATED, at=at, subject=account.pk, organisation=None, data={"username": account.username})
    return account, password


@transaction.atomic
def deactivate_account(actor: Actor, *, account: UUID, reason: str, at: datetime) -> None:
    """Close the account at once: its sessions end, programs act for it no more, its grants open nothing.

    Raises:
        NotVisible, NotPermitted: see `account_to_manage`.
        InvalidInput: there is no reason.
        Conflict: it is inactive already.
    """
    found = account_to_manage(actor, account, MANAGE)
    if not found.is_active:
        raise Conflict(_("This account is inactive already."))
    _require_reason(reason)
    found.is_active = False
    found.save(update_fields=["is_active"])
    end_access(actor, found, closed=True, at=at)
    changes = {"is_active": (True, False)}
    record(actor, events.DEACTIVATED, at=at, subject=found.pk, organisation=None, reason=reason, changes=changes)


@transaction.atomic
def reactivate_account(actor: Actor, *, account: UUID, reason: str, at: datetime) -> None:
    """Open a deactivated account again; the grants still in force open doors again.

    Raises:
        NotVisible, NotPermitted: see `account_to_manage`.
        InvalidInput: there is no reason.
        Conflict: it is active already.
    """
    found = account_to_manage(actor, account, MANAGE)
    if found.is_active:
        raise Conflict(_("This account is active already."))
    _require_reason(reason)
    found.is_active = True
    found.enabled_at = at
    found.save(update_fields=["is_active", "enabled_at"])
    changes = {"is_active": (False, True)}
    record(actor, events.REACTIVATED, at=at, subject=found.pk, organisation=None, reason=reason, changes=changes)


@transaction.atomic
def reset_password(actor: Actor, *, account: UUID, reason: str, at: datetime) -> str:
    """A temporary password, shown once, to be changed at sign-in; sessions end and programs act for it no more.

    Raises:
        NotVisible, NotPermitted: see `account_to_manage`.
        InvalidInput: there is no reason.
    """
    found = account_to_manage(actor, account, SECURE)
    _require_reason(reason)
    password = temporary_password()
    found.set_password(password)
    found.must_change_password = True
    found.save()
    end_access(actor, found, closed=False, at=at)
    lockout.open_door(lockout.account_key(found.pk))
    record(actor, events.PASSWORD_RESET, at=at, subject=found.pk, organisation=None, reason=reason)
    return password


@transaction.atomic
def unlock_account(actor: Actor, *, account: UUID, reason: str, at: datetime) -> None:
    """Take the lock of failed sign-ins off.

    Raises:
        NotVisible, NotPermitted: see `account_to_manage`.
        InvalidInput: there is no reason.
        Conflict: it is not locked.
    """
    found = account_to_manage(actor, account, SECURE)
    key = lockout.account_key(found.pk)
    if lockout.locked_until(key, at=at) is None:
        raise Conflict(_("This account is not locked."))
    _require_reason(reason)
    lockout.open_door(key)
    record(actor, events.UNLOCKED, at=at, subject=found.pk, organisation=None, reason=reason)


@transaction.atomic
def reset_second_factor(actor: Actor, *, account: UUID, reason: str, at: datetime) -> None:
    """Take off every second factor, for somebody who lost the phone; sessions and tokens of programs end.

    Raises:
        NotVisible, NotPermitted: see `account_to_manage`.
        InvalidInput: there is no reason.
        Conflict: there is none.
    """
    found = account_to_manage(actor, account, SECURE)
    _require_reason(reason)
    removed, _by_model = Authenticator.objects.filter(user=found).delete()
    if not removed:
        raise Conflict(_("This account has no second factor."))
    end_access(actor, found, closed=False, at=at)
    record(actor, events.SECOND_FACTOR_RESET, at=at, subject=found.pk, organisation=None, reason=reason)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise InvalidInput({"reason": _("Write the reason; it is kept with the event.")})


def _mobile(phone: str) -> str:
    digits = phone.replace(" ", "").replace("-", "").removeprefix("+86")
    if not digits:
        return ""
    if not digits.isdigit() or len(digits) != MOBILE_DIGITS or not digits.startswith("1"):
        raise InvalidInput({"phone": _("Write the 11 digits of a mobile number, or leave it empty.")})
    if Account.objects.filter(phone_digest__in=digests_of("phone", digits)).exists():
        raise InvalidInput({"phone": _("Another account uses this mobile number.")})
    return digits
