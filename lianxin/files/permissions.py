"""What people may do with spreadsheets. Which rows they may write or read is decided by the kind's own permission."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
STAFF = CLERKS | {Role.SECRETARY}

IMPORT = "files.import:run"
EXPORT = "files.export:run"

PERMISSIONS = [
    Permission(IMPORT, _("import spreadsheets"), CLERKS),
    Permission(EXPORT, _("export lists"), STAFF | {Role.VIEWER, Role.AUDITOR}),
]
