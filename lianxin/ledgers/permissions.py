"""What people may do with ledgers, layouts and forms."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
STAFF = CLERKS | {Role.SECRETARY}

VIEW = "ledgers.ledger:view"
EXPORT = "ledgers.ledger:export"
LAYOUTS = "ledgers.layout:keep"
FORM_VIEW = "ledgers.form:view"
FORM_WRITE = "ledgers.form:write"
FORM_SEND = "ledgers.form:send"
FILL = "ledgers.form:fill"

PERMISSIONS = [
    Permission(VIEW, _("see ledgers"), STAFF | {Role.VIEWER}),
    Permission(EXPORT, _("take ledgers away as Word and Excel"), STAFF),
    Permission(LAYOUTS, _("upload layouts that ledgers are filled into"), CLERKS),
    Permission(FORM_VIEW, _("see forms and what was answered"), STAFF | {Role.VIEWER}),
    Permission(
        FORM_WRITE,
        _("write forms for organisations below"),
        CLERKS,
        _("What the records hold already cannot be asked again."),
    ),
    Permission(
        FORM_SEND,
        _("send forms to organisations below"),
        CLERKS,
        _("Before a form goes out its cost in minutes is shown."),
    ),
    Permission(FILL, _("fill in forms for one’s organisation"), STAFF),
]
