"""Codes with which members claim their record, and the claiming itself: the way from a record to an account."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting_as_system
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.events.record import describe, record, write
from lianxin.kernel.privacy.kinds import KINDS
from lianxin.kernel.privacy.lookup import digests_of
from lianxin.members.actions.locking import lock_members
from lianxin.members.actions.telephones import tell_accounts
from lianxin.members.events import CLAIMED, CODE_ISSUED
from lianxin.members.models import ClaimCode, Member
from lianxin.members.permissions import INVITE

ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
"""Without 0 and O, 1, I and L, which a printed slip does not tell apart. Ten of them cannot be guessed by trying."""
CODE_LENGTH = 10
VALID = timedelta(days=14)
MOST_FAILURES = 5
MOST_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class IssuedCode:
    """A code as it is printed, once: it cannot be shown again."""

    member: UUID
    name: str
    code: str
    expires_at: datetime


def digests(code: str) -> list[bytes]:
    """The keyed hashes under which a code may lie, the first for a new one. How it was typed does not matter."""
    return digests_of("claim", "".join(one for one in code.upper() if one.isalnum()))


@transaction.atomic
def issue_codes(actor: Actor, *, members: Sequence[UUID], at: datetime) -> list[IssuedCode]:
    """A new code for each of the members, which voids an earlier one; those with an account are left out.

    Raises:
        NotVisible, NotPermitted: one of them lies outside, or the permission is missing there.
        InvalidInput: nobody, or too many at once.
        Conflict: each of them has an account already.
    """
    if not members or len(members) > MOST_AT_ONCE:
        raise InvalidInput({"members": _("Choose between 1 and %(most)d members.") % {"most": MOST_AT_ONCE}})
    found = [one for one in lock_members(actor, members, INVITE) if one.account_id is None and one.is_in_register]
    if not found:
        raise Conflict(_("Each of these members has an account already or has left."))
    ClaimCode.objects.filter(member__in=found, used_at__isnull=True, void_at__isnull=True).update(void_at=at)
    issued = [
        IssuedCode(one.id, one.name, "".join(secrets.choice(ALPHABET) for _place in range(CODE_LENGTH)), at + VALID)
        for one in sorted(found, key=lambda member: (member.pinyin, member.id))
    ]
    ClaimCode.objects.bulk_create(
        ClaimCode(member_id=one.member, code_digest=digests(one.code)[0], issued_at=at, expires_at=one.expires_at)
        for one in issued
    )
    batch = new_id()
    write(
        describe(
            actor,
            CODE_ISSUED,
            at=at,
            subject=one.id,
            organisation=one.organisation_id,
            organisation_path=one.organisation_path,
            batch=batch,
        )
        for one in found
    )
    return issued


@acting_as_system("claiming a record")  # nobody is signed in: the code says whose record it is
def claim(*, name: str, number: str, code: str, username: str, password: str, at: datetime) -> Account:
    """Open an account for the member to whom the code was handed.

    Name and the whole `number` prove that the code is in the right hands: the mobile of the record, or the identity
    number where it holds no mobile. Who prints the slip sees neither without a look that the member reads; and beside
    the birth date a masked identity number can be guessed, a masked mobile cannot. A failure counts against the code
    even though the claim is refused; after `MOST_FAILURES` the code is void.

    Raises:
        InvalidInput: code, name and number do not fit together (which of them, or whether such a person exists, is not
            said), or user name or password cannot be taken.
    """
    if not _fits(name=name, number=number, code=code, at=at):
        raise InvalidInput({"": _unfit()})
    with transaction.atomic():
        found = _usable(code, at).select_for_update(of=("self",)).select_related("member").first()
        if found is None:
            raise InvalidInput({"": _unfit()})
        member = Member.objects.select_for_update(of=("self",)).get(id=found.member_id)
        if member.account_id is not None:
            raise InvalidInput({"": _unfit()})
        account = _account(member, username, password)
        found.used_at = at
        found.save(update_fields=["used_at"])
        member.account = account
        member.save(update_fields=["account"])
        tell_accounts([member])  # where two members share a mobile, the first to claim signs in by it
        account.refresh_from_db(fields=["phone", "phone_digest"])
        record(
            Actor(name=member.name, account_id=account.id, member_id=member.id),
            CLAIMED,
            at=at,
            subject=member.id,
            organisation=member.organisation_id,
            organisation_path=member.organisation_path,
        )
        return account


def _unfit() -> str:
    return _(
        "Code, name and number do not fit together, or the code has expired or been used. Check them; your branch "
        "secretary can correct the mobile in your record and give you a new code."
    )


def _usable(code: str, at: datetime):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a query set
    return ClaimCode.objects.filter(
        code_digest__in=digests(code),
        used_at__isnull=True,
        void_at__isnull=True,
        expires_at__gt=at,
        failures__lt=MOST_FAILURES,
    )


def _fits(*, name: str, number: str, code: str, at: datetime) -> bool:
    """Whether the words fit the code; a failure is counted in a transaction of its own, so that a refusal keeps it."""
    found = _usable(code, at).select_related("member").first()
    if found is None:
        return False
    member = found.member
    kind, digest = ("phone", member.mobile_digest) if member.mobile_digest else ("id_number", member.id_number_digest)
    is_theirs = digest is not None and bytes(digest) in digests_of(kind, KINDS[kind].normal(number))
    if is_theirs and "".join(name.split()) == "".join(member.name.split()):
        return True
    ClaimCode.objects.filter(id=found.id).update(failures=F("failures") + 1)
    return False


def _account(member: Member, username: str, password: str) -> Account:
    account = Account(
        username=username.strip(), name=member.name, member_id=member.id, phone_digest=member.mobile_digest
    )
    wrong: dict[str, list[str]] = {}
    try:
        account.full_clean(exclude=["password", "phone", "phone_digest", "member_id"])
    except ValidationError as error:
        wrong["username"] = [str(said) for some in error.message_dict.values() for said in some]
    if not wrong and Account.objects.filter(username__iexact=account.username).exists():
        wrong["username"] = [_("This user name is taken. Choose another one.")]
    try:
        validate_password(password, account)
    except ValidationError as error:
        wrong["password"] = [str(said) for said in error.messages]
    if wrong:
        raise InvalidInput(wrong)
    account.set_password(password)
    account.phone_digest = None  # it was there to compare the password with; `claim` gives the account its telephone
    try:
        with transaction.atomic():
            account.save()
    except IntegrityError as error:
        raise InvalidInput({"username": _("This user name is taken. Choose another one.")}) from error
    return account
