"""What people may do before something becomes public."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
STAFF = CLERKS | {Role.SECRETARY}

VIEW = "disclosure.check:view"
RUN = "disclosure.check:run"
ASK = "disclosure.override:ask"
DECIDE = "disclosure.override:decide"

PERMISSIONS = [
    Permission(VIEW, _("see checks before publishing"), STAFF),
    Permission(RUN, _("check texts and files before publishing"), STAFF),
    Permission(ASK, _("ask to publish in spite of findings"), STAFF),
    Permission(
        DECIDE,
        _("decide on publishing in spite of findings"),
        CLERKS,
        _("Never on what one asked for or handed in oneself."),
    ),
]
