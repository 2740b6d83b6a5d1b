"""Accounts of staff that nobody uses any more are closed; a system administrator opens them again.

Only accounts with a role: a member who seldom signs in holds no power over others. Source: GB/T 22239, accounts
that are no longer needed; the number of days is a rule.
"""

from datetime import datetime

from django.db import transaction

from lianxin.kernel.accounts import events
from lianxin.kernel.accounts.closing import end_access
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.queries.dormancy import dormant_accounts
from lianxin.kernel.authz import Actor, acting_as_system
from lianxin.kernel.events.record import record

WORK = "accounts.close_dormant"


@acting_as_system(WORK)
@transaction.atomic
def close_dormant(*, at: datetime, account: Account | None = None) -> list[Account]:
    """Deactivate every account that fell asleep (or this one, if it did); those that were closed."""
    actor = Actor.system(WORK)
    asleep = dormant_accounts(at)
    if account is not None:
        asleep = asleep.filter(pk=account.pk)
    closed = list(asleep.select_for_update(of=("self",), skip_locked=account is None).order_by("pk"))
    for one in closed:
        one.is_active = False
        one.save(update_fields=["is_active"])
        end_access(actor, one, closed=True, at=at)
        record(
            actor,
            events.FELL_ASLEEP,
            at=at,
            subject=one.pk,
            organisation=None,
            changes={"is_active": (True, False)},
            data={"last_signed_in": one.last_login} if one.last_login else {},
        )
    return closed
