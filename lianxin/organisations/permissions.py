"""What people may do with organisations and grants."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
STAFF = CLERKS | {Role.SECRETARY}
READERS = STAFF | {Role.VIEWER}

VIEW = "organisations.organisation:view"
CHANGE = "organisations.organisation:change"
REORGANISE = "organisations.organisation:reorganise"
TERMS = "organisations.term:change"
GRANTS_VIEW = "organisations.grant:view"
GRANTS_CHANGE = "organisations.grant:change"

PERMISSIONS = [
    Permission(VIEW, _("see organisations"), READERS | {Role.ADMINISTRATOR}),
    Permission(CHANGE, _("change facts of organisations"), STAFF),
    Permission(
        REORGANISE,
        _("set up, rename, move, merge, split and dissolve organisations"),
        CLERKS,
        _("Each needs a document number, an effective date and a reason."),
    ),
    Permission(TERMS, _("record terms of office"), CLERKS),
    Permission(GRANTS_VIEW, _("see who holds which role"), CLERKS | {Role.ADMINISTRATOR}),
    Permission(GRANTS_CHANGE, _("give and revoke roles"), frozenset({Role.ADMINISTRATOR})),
]
