"""What people may do with organisation life."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
STAFF = CLERKS | {Role.SECRETARY}

VIEW = "activities.activity:view"
PLAN = "activities.activity:plan"
ATTEND = "activities.attendance:record"
HOLD = "activities.activity:hold"
EXPORT = "activities.activity:export"
EXCUSE = "activities.excuse:decide"
ROOMS = "activities.room:keep"
ALLIANCES = "activities.alliance:keep"
MINUTES_VIEW = "activities.minutes:view"
MINUTES_WRITE = "activities.minutes:write"
MINUTES_CONFIRM = "activities.minutes:confirm"
MINUTES_CORRECT = "activities.minutes:correct"
SETTLE = "activities.resolution:settle"
OWN_MINUTES = "activities.own:minutes"
OWN_SETTLE = "activities.own:settle"
OWN = "activities.own:view"
OWN_REPLY = "activities.own:reply"
OWN_SIGN = "activities.own:sign_in"

PERMISSIONS = [
    Permission(VIEW, _("see activities"), STAFF | {Role.VIEWER}),
    Permission(PLAN, _("plan, announce and change activities"), STAFF),
    Permission(ATTEND, _("record who came and decide on leave"), STAFF),
    Permission(HOLD, _("record that an activity was held, or annul that"), STAFF),
    Permission(EXPORT, _("export lists of activities"), STAFF),
    Permission(
        EXCUSE,
        _("excuse old, ill or disabled members from attending"),
        STAFF,
        _("They are left out of every rate; who approved is recorded."),
    ),
    Permission(ROOMS, _("keep rooms"), STAFF),
    Permission(ALLIANCES, _("keep alliances with other organisations"), STAFF),
    Permission(MINUTES_VIEW, _("read minutes"), STAFF | {Role.VIEWER}),
    Permission(MINUTES_WRITE, _("write minutes"), STAFF),
    Permission(
        MINUTES_CONFIRM,
        _("confirm minutes"),
        STAFF,
        _("At exactly this organisation, never for one below; the chair may confirm without any role."),
    ),
    Permission(MINUTES_CORRECT, _("append corrections to confirmed minutes"), STAFF),
    Permission(SETTLE, _("settle resolutions of the organisation"), STAFF),
    Permission(
        OWN_MINUTES, _("read, write or confirm minutes of meetings one took part in, records or chairs"), own=True
    ),
    Permission(OWN_SETTLE, _("settle resolutions one sees to"), own=True),
    Permission(OWN, _("see the activities one is invited to"), own=True),
    Permission(OWN_REPLY, _("reply to an invitation"), own=True),
    Permission(OWN_SIGN, _("sign in at an activity"), own=True),
]
