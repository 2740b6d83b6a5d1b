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
LOCAL_VALUES = "organisations.local_value:set"
GRANTS_VIEW = "organisations.grant:view"
GRANTS_CHANGE = "organisations.grant:change"
GRANTS_CONFIRM = "organisations.grant:confirm"
LEND = "organisations.grant:lend"
BORROWED = "organisations.borrowed:end"

PERMISSIONS = [
    Permission(VIEW, _("see organisations"), READERS | {Role.SECURITY_ADMINISTRATOR}),
    Permission(CHANGE, _("change facts of organisations"), STAFF),
    Permission(
        REORGANISE,
        _("set up, rename, move, merge, split and dissolve organisations"),
        CLERKS,
        _("Each needs a document number, an effective date and a reason."),
    ),
    Permission(TERMS, _("record terms of office"), CLERKS),
    Permission(
        LOCAL_VALUES,
        _("set and end local values of rules"),
        CLERKS,
        _("Within the bounds of the rule, by a document, for all organisations below; never looser than those above."),
    ),
    Permission(GRANTS_VIEW, _("see who holds which role"), CLERKS | {Role.SECURITY_ADMINISTRATOR}),
    Permission(
        GRANTS_CHANGE,
        _("give and revoke roles"),
        frozenset({Role.SECURITY_ADMINISTRATOR}),
        _("Never to oneself. High roles need a second person."),
    ),
    Permission(
        GRANTS_CONFIRM,
        _("confirm or decline roles that others ask for"),
        frozenset({Role.SECURITY_ADMINISTRATOR, Role.ORG_DEPARTMENT}),
        _("Neither what one asked for oneself, nor for oneself."),
    ),
    Permission(
        LEND,
        _("lend a role for a time"),
        STAFF | {Role.SECURITY_ADMINISTRATOR},
        _("One's own role, no further than one holds it; the security administrator any. It ends by itself."),
    ),
    Permission(BORROWED, _("follow and end roles that one borrows, lent or asked for"), own=True),
]
