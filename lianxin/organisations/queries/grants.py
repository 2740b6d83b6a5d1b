"""Who holds which role where."""

from django.db.models import Q

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, Reach, Role
from lianxin.kernel.time import today
from lianxin.organisations.models import Grant


def grants_in_force() -> Q:
    """Grants that have begun, have not passed their last day and were not revoked."""
    day = today()
    return Q(revoked_at__isnull=True, valid_from__lte=day) & (Q(valid_until__isnull=True) | Q(valid_until__gte=day))


def actor_of_account(account: Account) -> Actor:
    """The account's actor with its reach on the tree. One query."""
    reaches = tuple(
        Reach(Role(role), path, below)
        for role, path, below in Grant.objects.filter(grants_in_force(), account=account)
        .order_by("organisation__path")
        .values_list("role", "organisation__path", "below")
    )
    return Actor(name=account.name, account_id=account.id, member_id=account.member_id, reaches=reaches)
