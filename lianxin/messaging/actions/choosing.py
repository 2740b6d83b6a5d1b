"""A person's choices about messages, the e-mail address they gave, and the devices that show messages."""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.privacy.kinds import KINDS
from lianxin.kernel.privacy.sealed import Sealed
from lianxin.messaging.actions.carrying import is_offered
from lianxin.messaging.channels import OUTSIDE
from lianxin.messaging.events import CHOICE_CHANGED, DEVICE_ADDED, DEVICE_ENDED
from lianxin.messaging.kinds import all_kinds
from lianxin.messaging.models import Preference, PushSubscription
from lianxin.messaging.ports import NotCarried
from lianxin.messaging.ports.email import send_code

CODE_MINUTES = 15
CODE_TRIES = 5
CODE_DIGITS = 6
MOST_DEVICES = 10
P256_POINT = 65
AUTH_BYTES = 16
EMAIL = KINDS["email"]
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+={0,2}", re.ASCII)


@transaction.atomic
def choose(
    actor: Actor,
    *,
    channels: Mapping[str, Sequence[str]],
    quiet_from: time,
    quiet_until: time,
    digest: str,
    at: datetime,
) -> Preference:
    """Keep how messages come. `channels` maps a kind to the ways beside the inbox; kinds left out take the usual way.

    Raises:
        NotVisible: nobody is signed in.
        InvalidInput: a kind, way or rhythm that does not exist.
    """
    choice = _locked(actor, at)
    known = {one.key for one in all_kinds()}
    wrong: dict[str, str] = {}
    if not known.issuperset(channels) or not {one.value for one in OUTSIDE}.issuperset(
        way for ways in channels.values() for way in ways
    ):
        wrong["channels"] = _("Choose only from the ways shown.")
    if digest not in Preference.Digest.values:
        wrong["digest"] = _("Choose one of the rhythms shown.")
    if wrong:
        raise InvalidInput(wrong)
    changes: dict[str, tuple[Any, Any]] = {}
    given = {
        "channels": {key: sorted(set(ways)) for key, ways in channels.items()},
        "quiet_from": quiet_from,
        "quiet_until": quiet_until,
        "digest": digest,
    }
    for name, value in given.items():
        if getattr(choice, name) != value:
            changes[name] = (getattr(choice, name), value)
            setattr(choice, name, value)
    if changes:
        choice.updated_at = at
        choice.save()
        _tell(actor, choice, at, changes=changes)
    return choice


@transaction.atomic
def give_email(actor: Actor, *, address: str, at: datetime) -> Preference:
    """Keep a new address and send a code to it; until the code comes back nothing else is sent there.

    Raises:
        NotVisible: nobody is signed in.
        InvalidInput: no address, or one the mail server does not take.
        Conflict: e-mail is not set up here.
    """
    if not is_offered("email"):
        raise Conflict(_("E-mail is not set up here. Ask the administrator."))
    address = EMAIL.normal(address)
    try:
        validate_email(address)
    except ValidationError as error:
        raise InvalidInput({"email": _("This is no e-mail address. It looks like name@example.cn.")}) from error
    choice = _locked(actor, at)
    code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}d}"
    before = choice.email_masked
    choice.email = Sealed.of(address, EMAIL.name)
    choice.email_masked = EMAIL.mask(address)
    choice.email_confirmed_at = None
    choice.email_code = _digest(choice.account_id, code)
    choice.email_code_until = at + timedelta(minutes=CODE_MINUTES)
    choice.email_code_tries = 0
    choice.updated_at = at
    choice.save()
    _tell(actor, choice, at, changes={"email": (before, choice.email_masked)})
    try:
        send_code(address, code, minutes=CODE_MINUTES)
    except NotCarried as outcome:
        raise InvalidInput(
            {"email": _("The mail server did not take this address (%(why)s). Check it.") % {"why": outcome.reason}}
        ) from outcome
    return choice


@transaction.atomic
def prove_email(actor: Actor, *, code: str, at: datetime) -> bool:
    """Prove the address with the code that was sent to it; whether it was the right one.

    A wrong code is counted, so the answer is returned, not raised: a refusal would take the count back.

    Raises:
        NotVisible: nobody is signed in.
        Conflict: no code is open, or it was tried too often.
    """
    choice = _locked(actor, at)
    if choice.email_code is None or choice.email_code_until is None or choice.email_code_until <= at:
        raise Conflict(_("The code is no longer valid. Have a new one sent."))
    if choice.email_code_tries >= CODE_TRIES:
        raise Conflict(_("The code was tried too often. Have a new one sent."))
    if not hmac.compare_digest(bytes(choice.email_code), _digest(choice.account_id, code.strip())):
        choice.email_code_tries += 1
        choice.save(update_fields=["email_code_tries"])
        return False
    choice.email_confirmed_at = at
    choice.email_code = choice.email_code_until = None
    choice.save(update_fields=["email_confirmed_at", "email_code", "email_code_until"])
    return True


@transaction.atomic
def drop_email(actor: Actor, *, at: datetime) -> None:
    """Forget the address.

    Raises:
        NotVisible: nobody is signed in.
    """
    choice = _locked(actor, at)
    before = choice.email_masked
    choice.email = choice.email_code = choice.email_code_until = choice.email_confirmed_at = None
    choice.email_masked = ""
    choice.save()
    if before:
        _tell(actor, choice, at, changes={"email": (before, "")})


@transaction.atomic
def add_device(actor: Actor, *, endpoint: str, p256dh: str, auth: str, device: str, at: datetime) -> PushSubscription:
    """Let a browser show messages. The same browser again, whoever used it before, is the present person's.

    Raises:
        NotVisible: nobody is signed in.
        InvalidInput: what the browser sent is no subscription.
        Conflict: there are ten devices already.
    """
    account = _account(actor)
    parts = urlsplit(endpoint)
    if parts.scheme != "https" or not parts.hostname or len(endpoint) > 800:  # noqa: PLR2004 - the column
        raise InvalidInput({"endpoint": _("The browser gave no address for messages. Try another browser.")})
    if len(_bytes(p256dh)) != P256_POINT or len(_bytes(auth)) != AUTH_BYTES:
        raise InvalidInput({"keys": _("The browser gave no valid keys for messages. Try another browser.")})
    with acting(Actor.system("a browser changes hands")):  # who used it before is somebody else
        PushSubscription.objects.filter(endpoint=endpoint).delete()
    if PushSubscription.objects.filter(account=account).count() >= MOST_DEVICES:
        raise Conflict(_("Ten devices show your messages already. End one of them first."))
    row = PushSubscription.objects.create(
        account_id=account, endpoint=endpoint, p256dh=p256dh, auth=auth, device=device[:80], created_at=at
    )
    record(
        actor, DEVICE_ADDED, at=at, subject=actor.member_id or account, organisation=None, data={"device": row.device}
    )
    return row


@transaction.atomic
def end_device(actor: Actor, *, device: UUID, at: datetime) -> None:
    """End messages on one's device.

    Raises:
        NotVisible: it is nobody's, or somebody else's.
    """
    account = _account(actor)
    row = PushSubscription.objects.filter(pk=device, account=account).first()
    if row is None:
        raise NotVisible(_("There is no such device among yours."))
    row.delete()
    record(
        actor, DEVICE_ENDED, at=at, subject=actor.member_id or account, organisation=None, data={"device": row.device}
    )


def _account(actor: Actor) -> UUID:
    if actor.account_id is None:
        raise NotVisible(_("Sign in first."))
    return actor.account_id


def _locked(actor: Actor, at: datetime) -> Preference:
    """The actor's row, made where there is none, locked."""
    account = _account(actor)
    Preference.objects.bulk_create([Preference(account_id=account, updated_at=at)], ignore_conflicts=True)
    return Preference.objects.select_for_update().get(account=account)


def _digest(account: UUID, code: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"email {account} {code}".encode(), hashlib.sha256).digest()


def _bytes(text: str) -> bytes:
    if not _BASE64URL.fullmatch(text):
        return b""
    try:
        return base64.urlsafe_b64decode(text.rstrip("=") + "=" * (-len(text.rstrip("=")) % 4))
    except (binascii.Error, ValueError):
        return b""


def _tell(actor: Actor, choice: Preference, at: datetime, *, changes: Mapping[str, tuple[Any, Any]]) -> None:
    record(
        actor,
        CHOICE_CHANGED,
        at=at,
        subject=actor.member_id or choice.account_id,
        organisation=None,
        changes=changes,
    )
