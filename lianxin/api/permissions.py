"""What people may do with tokens of programs."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

MANAGE = "api.token:manage"
VIEW = "api.token:view"

PERMISSIONS = [
    Permission(
        MANAGE,
        _("let programs act with one's own permissions"),
        frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK}),
        _("Tokens of one's own only. They reach no further than their owner does, and end after a year at the latest."),
    ),
    Permission(VIEW, _("see which programs act for an account"), frozenset({Role.SYSTEM_ADMINISTRATOR})),
]
