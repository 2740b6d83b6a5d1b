"""What people do with their own account: password, second factor, sessions. allauth works; here it is recorded."""

from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.accounts import events
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events.record import record


@transaction.atomic
def change_own_password(actor: Actor, *, password: str, at: datetime) -> Account:
    """Set the actor's own new password. Their other sessions end, because Django binds sessions to the password.

    Raises:
        InvalidInput: the password is too weak or was used before.
    """
    account = Account.objects.select_for_update().get(pk=_signed_in(actor))
    try:
        validate_password(password, account)
    except ValidationError as error:
        raise InvalidInput({"password1": error.messages}) from error
    account.set_password(password)
    account.must_change_password = False
    account.save()
    record(actor, events.PASSWORD_CHANGED, at=at, subject=account.pk, organisation=None)
    return account


@transaction.atomic
def end_own_session(actor: Actor, *, session: int, at: datetime) -> None:
    """End one of the actor's own sessions, on whatever device it is.

    Raises:
        NotVisible: there is no such session of the actor's.
    """
    found = UserSession.objects.select_for_update().filter(pk=session, user_id=actor.account_id).first()
    if found is None:
        raise NotVisible(_("There is no such session; it may have ended already."))
    found.end()
    record(actor, events.SESSION_ENDED, at=at, subject=_signed_in(actor), organisation=None, data={"address": found.ip})


@transaction.atomic
def end_other_sessions(actor: Actor, *, keep: str, at: datetime) -> int:
    """End every session of the actor's but the one with the key `keep`; how many.

    Raises:
        Conflict: there is no other.
    """
    account = _signed_in(actor)
    others = list(UserSession.objects.select_for_update().filter(user_id=account).exclude(session_key=keep))
    if not others:
        raise Conflict(_("There is no other session; they may have ended already."))
    for one in others:
        one.end()
    data = {"number": len(others), "addresses": sorted({str(one.ip) for one in others})}
    record(actor, events.OTHER_SESSIONS_ENDED, at=at, subject=account, organisation=None, data=data)
    return len(others)


@transaction.atomic
def record_second_factor(account: Account, *, kind: str, added: bool, at: datetime) -> None:
    """Record that the account's owner added or removed a second factor of that kind."""
    actor = Actor(name=account.name, account_id=account.pk, member_id=account.member_id)
    happened = events.SECOND_FACTOR_ADDED if added else events.SECOND_FACTOR_REMOVED
    record(actor, happened, at=at, subject=account.pk, organisation=None, data={"kind": kind})


def _signed_in(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise NotPermitted(_("Please sign in first."))
    return actor.account_id
