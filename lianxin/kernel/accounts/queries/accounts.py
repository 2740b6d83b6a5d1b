"""Which accounts an administrator sees and may manage. The module that owns grants says what "within" means."""

from collections.abc import Callable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.accounts.permissions import VIEW
from lianxin.kernel.authz import Actor
from lianxin.kernel.authz import permission as declared
from lianxin.kernel.errors import NotPermitted, NotVisible

Scope = Callable[[Actor, str], Q]
"""From an actor and a permission to the condition on accounts; manage asks for more than view."""

_scope: Scope | None = None


def scope_accounts_with(scope: Scope) -> None:
    """Register the condition on accounts; called once, by the module that owns grants."""
    global _scope  # noqa: PLW0603 - one registration at start-up
    _scope = scope


def accounts_within(actor: Actor, permission: str = VIEW) -> QuerySet[Account]:
    """The accounts for which the actor holds the permission."""
    if _scope is None:
        raise RuntimeError("No module has registered which accounts an administrator reaches.")
    if not actor.may_somewhere(permission):
        return Account.objects.none()
    return Account.objects.filter(_scope(actor, permission))


def account_to_view(actor: Actor, account: UUID) -> Account:
    """The account, if the actor sees it.

    Raises:
        NotVisible: there is none, or the actor does not see it.
    """
    found = accounts_within(actor).filter(pk=account).first()
    if found is None:
        raise NotVisible(_("There is no such account, or it does not belong to your organisations."))
    return found


def may_manage(actor: Actor, account: Account, permission: str) -> bool:
    """Whether the actor may manage or secure the account: it is not their own and lies wholly in their reach."""
    return account.pk != actor.account_id and accounts_within(actor, permission).filter(pk=account.pk).exists()


def account_to_manage(actor: Actor, account: UUID, permission: str) -> Account:
    """The account, locked for a change, if the actor holds the permission (to manage or to secure) for it.

    Raises:
        NotVisible: there is none, or the actor does not see it.
        NotPermitted: it is the actor's own, or it holds roles the actor does not reach; or the actor does not hold the
            permission anywhere.
    """
    found = account_to_view(actor, account)
    if found.pk == actor.account_id:
        raise NotPermitted(_("You cannot manage your own account. Ask another administrator."))
    if not actor.may_somewhere(permission):
        raise NotPermitted(
            _("This needs the permission “%(permission)s”.") % {"permission": declared(permission).label}
        )
    if not may_manage(actor, found, permission):
        raise NotPermitted(
            _("This account also holds roles outside your organisations. Ask the higher organisation's administrator.")
        )
    return Account.objects.select_for_update().get(pk=found.pk)
