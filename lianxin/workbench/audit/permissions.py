"""Who may read the event log."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

VIEW = "audit.event:view"

PERMISSIONS = [
    Permission(
        VIEW,
        _("read the event log"),
        frozenset({Role.AUDITOR}),
        _("The log only: who did what, when and why. No member's record opens by it."),
    )
]
