"""What people may do with members' records."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
STAFF = CLERKS | {Role.SECRETARY}

VIEW = "members.member:view"
CHANGE = "members.member:change"
ADD = "members.member:add"
TRANSFER = "members.member:transfer"
REVEAL = "members.member:reveal"
EXPORT = "members.member:export"
POSTS = "members.post:change"
DECIDE = "members.correction:decide"
INVITE = "members.claim:issue"
DECIDE_RIGHTS = "members.request:decide"
RECORD_CONSENT = "members.consent:record"
OWN = "members.own:view"
OWN_CORRECT = "members.own:correct"
OWN_TAKE = "members.own:export"
OWN_RIGHTS = "members.own:restrict"
OWN_CONSENT = "members.own:consent"

PERMISSIONS = [
    Permission(VIEW, _("see members' records"), STAFF | {Role.VIEWER}),
    Permission(CHANGE, _("correct and update members' records"), STAFF),
    Permission(ADD, _("add members to the register"), CLERKS),
    Permission(TRANSFER, _("move members between organisations"), CLERKS),
    Permission(
        REVEAL, _("reveal personal data"), STAFF, _("Each look asks for a reason, and the member sees who looked.")
    ),
    Permission(EXPORT, _("export members' records"), STAFF),
    Permission(POSTS, _("appoint to and relieve of posts"), CLERKS),
    Permission(DECIDE, _("decide on corrections that members ask for"), STAFF),
    Permission(INVITE, _("hand out codes with which members claim their record"), STAFF),
    Permission(DECIDE_RIGHTS, _("decide on requests to restrict or delete personal data"), STAFF),
    Permission(RECORD_CONSENT, _("record consents signed on paper"), STAFF),
    Permission(OWN, _("see one's own record"), own=True),
    Permission(OWN_CORRECT, _("ask for a correction of one's own record"), own=True),
    Permission(OWN_TAKE, _("take away one's own data"), own=True),
    Permission(OWN_RIGHTS, _("ask to restrict or delete one's own data"), own=True),
    Permission(OWN_CONSENT, _("give and withdraw one's own consent"), own=True),
]
