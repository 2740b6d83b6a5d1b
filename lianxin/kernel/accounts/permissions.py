"""What people may do with accounts."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

VIEW = "accounts.account:view"
MANAGE = "accounts.account:manage"
SECURE = "accounts.account:secure"
OWN = "accounts.own:manage"

PERMISSIONS = [
    Permission(VIEW, _("see accounts"), frozenset({Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR})),
    Permission(
        MANAGE,
        _("create, deactivate and reactivate accounts"),
        frozenset({Role.SYSTEM_ADMINISTRATOR}),
        _("Never one's own account, nor one that holds roles outside one's organisations."),
    ),
    Permission(
        SECURE,
        _("unlock accounts, reset their password and second factor"),
        frozenset({Role.SECURITY_ADMINISTRATOR}),
        _("Never one's own account, nor one that holds roles outside one's organisations."),
    ),
    Permission(OWN, _("manage one's own password, second factor and sessions"), own=True),
]
