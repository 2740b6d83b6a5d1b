"""What people may do with preparing organisation-life meetings."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
SECRETARIES = frozenset({Role.SECRETARY})
STAFF = CLERKS | SECRETARIES

VIEW = "preparations.preparation:view"
EXPORT = "preparations.preparation:export"
RUN = "preparations.preparation:run"
TALKS = "preparations.talk:run"
READ_NOTES = "preparations.note:read"
READ_OPINIONS = "preparations.opinion:read"
READ = "preparations.examination:read"
RECTIFY = "preparations.rectification:confirm"
OWN = "preparations.own:take_part"

PERMISSIONS = [
    Permission(VIEW, _("see how meetings are prepared, talks and what is to be put right"), STAFF),
    Permission(EXPORT, _("export talks and what is to be put right"), STAFF),
    Permission(RUN, _("prepare organisation-life and democratic-life meetings"), STAFF),
    Permission(TALKS, _("plan and close heart-to-heart talks"), STAFF),
    Permission(READ_NOTES, _("read the main points of talks in one's own organisation"), SECRETARIES),
    Permission(READ_OPINIONS, _("read opinions gathered before a meeting"), STAFF),
    Permission(
        READ,
        _("read self-examination texts handed in"),
        SECRETARIES,
        _("Each look is recorded, and the author sees who looked."),
    ),
    Permission(RECTIFY, _("confirm what was put right"), STAFF),
    Permission(OWN, _("take part in talks and preparations oneself"), own=True),
]
