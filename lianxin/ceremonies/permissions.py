"""What people may do with ceremonies."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
LOADERS = frozenset({Role.ORG_DEPARTMENT, Role.SYSTEM_ADMINISTRATOR})
STAFF = CLERKS | {Role.SECRETARY}

VIEW = "ceremonies.birthday:view"
GREET = "ceremonies.greeting:send"
OATH = "ceremonies.oath:see"
LOAD = "ceremonies.oath:load"

PERMISSIONS = [
    Permission(VIEW, _("see political birthdays and who has fifty years of Party age"), STAFF | {Role.VIEWER}),
    Permission(GREET, _("greet members on their political birthday"), STAFF),
    Permission(OATH, _("see the order for renewing the oath"), own=True),
    Permission(LOAD, _("load the official text of the oath"), LOADERS),
]
