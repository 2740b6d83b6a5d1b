"""What the list of accounts can show."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.accounts.lockout import account_key, locked_until
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.time import now
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort

ACTIVE, INACTIVE, TEMPORARY = "active", "inactive", "temporary"
__all__ = ["ACCOUNTS", "state_of_account"]


def _state_condition(values: Sequence[str]) -> Q:
    conditions = {
        ACTIVE: Q(is_active=True),
        INACTIVE: Q(is_active=False),
        TEMPORARY: Q(must_change_password=True),
    }
    found = Q(pk__in=[])
    for value in values:
        found |= conditions.get(value, Q(pk__in=[]))
    return found


def state_of_account(account: Account, *, at: datetime | None = None) -> str:
    """The account's state in words; with `at`, also whether it is locked then (one query)."""
    if not account.is_active:
        return gettext("inactive")
    if at is not None and locked_until(account_key(account.pk), at=at):
        return gettext("locked")
    if account.must_change_password:
        return gettext("temporary password")
    return gettext("active")


def _last_sign_in(account: Account) -> str:
    if account.last_login is None:
        return gettext("never")
    days = (now() - account.last_login).days
    return gettext("today") if days == 0 else ngettext("%(days)d day ago", "%(days)d days ago", days) % {"days": days}


ACCOUNTS: Listing[Account] = Listing(
    name="accounts",
    columns=(
        ListColumn("username", _("User name"), lambda row: row.username, sort="username"),
        ListColumn("name", _("Person’s name"), lambda row: row.name, sort="name"),
        ListColumn("state", _("State"), state_of_account),
        ListColumn("last_login", _("Last signed in"), _last_sign_in),
    ),
    sorts=(
        Sort("username", _("User name"), ("username", "id")),
        Sort("name", _("Person’s name"), ("name", "id")),
        Sort("created", _("Created"), ("created_at", "id")),
    ),
    filters=(
        ListFilter(
            "state",
            _("State"),
            _state_condition,
            lambda: ((ACTIVE, _("active")), (INACTIVE, _("inactive")), (TEMPORARY, _("temporary password"))),
        ),
    ),
    search=lambda text: Q(username__icontains=text) | Q(name__icontains=text),
)
