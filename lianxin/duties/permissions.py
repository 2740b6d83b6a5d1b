"""What people may do with what is due."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

VIEW = "duties.duty:view"
EXPORT = "duties.duty:export"
OWN = "duties.calendar:own"

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
STAFF = CLERKS | {Role.SECRETARY}

PERMISSIONS = [
    Permission(VIEW, _("see what is due"), STAFF | {Role.VIEWER}),
    Permission(EXPORT, _("export what is due"), STAFF),
    Permission(OWN, _("see the own calendar"), own=True),
]
