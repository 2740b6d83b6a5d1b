"""Who may see what is kept for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

VIEW = "retention.plan:view"

PERMISSIONS = [
    Permission(
        VIEW,
        _("see how long records are kept and what is due for deletion"),
        frozenset({Role.SECURITY_ADMINISTRATOR, Role.AUDITOR, Role.ORG_DEPARTMENT}),
        _("Counts only; no record opens by it."),
    )
]
