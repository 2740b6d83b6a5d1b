"""Which accounts nobody uses any more. The module that owns grants says which accounts are staff's, and since when."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.policy import days

_staff: Callable[[datetime, datetime], Q] | None = None


def staff_is(condition: Callable[[datetime, datetime], Q]) -> None:
    """Register the condition on accounts: has a role at the first instant, and each of them since before the second."""
    global _staff  # noqa: PLW0603 - one registration at start-up
    _staff = condition


def dormant_accounts(at: datetime) -> QuerySet[Account]:
    """Active accounts of staff whose owner did not sign in for as many days as the rule says.

    The days run from the latest of: signing in, being made or reactivated, receiving a role.
    """
    if _staff is None:
        raise RuntimeError("No module has registered which accounts are staff's.")
    since = at - days("account.dormant_days")
    unused = Q(last_login__isnull=True) | Q(last_login__lte=since)
    return Account.objects.filter(unused, _staff(at, since), is_active=True, enabled_at__lte=since)
