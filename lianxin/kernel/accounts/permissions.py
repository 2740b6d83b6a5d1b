"""What people may do with accounts."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

VIEW = "accounts.account:view"
MANAGE = "accounts.account:manage"
OWN = "accounts.own:manage"

PERMISSIONS = [
    Permission(VIEW, _("see accounts"), frozenset({Role.ADMINISTRATOR})),
    Permission(
        MANAGE,
        _("create, deactivate, unlock and reset accounts"),
        frozenset({Role.ADMINISTRATOR}),
        _("Never one's own account, nor one that holds roles outside one's organisations."),
    ),
    Permission(OWN, _("manage one's own password, second factor and sessions"), own=True),
]
