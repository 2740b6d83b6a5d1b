"""What people may do with messages between organisations and members."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

COMMITTEES = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
STAFF = COMMITTEES | {Role.SECRETARY}

OWN = "messaging.own:see"
VIEW = "messaging.notice:view"
WRITE = "messaging.notice:write"
SEND = "messaging.notice:send"
SEND_BELOW = "messaging.below:send"

PERMISSIONS = [
    Permission(OWN, _("see one’s own messages and choose how they come"), own=True),
    Permission(VIEW, _("see sent notices and who confirmed them"), STAFF | {Role.VIEWER}),
    Permission(WRITE, _("write notices"), STAFF),
    Permission(SEND, _("send notices to the members of one’s own organisation, and withdraw messages"), STAFF),
    Permission(
        SEND_BELOW,
        _("send notices to organisations below"),
        COMMITTEES,
        _("Before a notice goes out its cost in minutes is shown."),
    ),
]
