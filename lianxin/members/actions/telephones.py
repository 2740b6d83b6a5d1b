"""The telephone of a member's account: a copy of the record's mobile, to sign in with and to be reached by."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.privacy.lookup import digest_of, digests_of
from lianxin.members.models import Member
from lianxin.members.restricting import is_restricted


def tell_accounts(members: Iterable[Member]) -> None:
    """Have the members' accounts follow the mobiles of their records, inside the caller's transaction.

    Nothing is kept where the mobile was deleted or its use is restricted. Two members may share a mobile: the account
    that had it first keeps it. No query where nobody has an account.
    """
    claimed = [one.pk for one in members if one.account_id is not None]
    if not claimed:
        return
    # First all away: two members may have exchanged their numbers.
    Account.objects.filter(member_id__in=claimed).update(phone=None, phone_digest=None)
    for member in Member.objects.filter(pk__in=claimed, mobile__isnull=False).order_by("pk"):
        if not is_restricted(member, "mobile"):
            _give(member)


def _give(member: Member) -> None:
    mobile = member.mobile.reveal() if member.mobile else ""
    if Account.objects.filter(phone_digest__in=digests_of("phone", mobile)).exists():
        return
    try:
        with transaction.atomic():
            Account.objects.filter(member_id=member.pk).update(
                phone=member.mobile, phone_digest=digest_of("phone", mobile)
            )
    except IntegrityError:  # somebody else's account has taken it this moment
        return
