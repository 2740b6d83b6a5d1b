"""Who may see how the keys of personal data stand. Keys themselves are changed by commands on the server only."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

VIEW = "privacy.keys:view"

PERMISSIONS = [
    Permission(
        VIEW,
        _("see the keys’ state"),
        frozenset({Role.SECURITY_ADMINISTRATOR}),
        _("Numbers, algorithms and progress; never a key, never what is sealed with it."),
    )
]
