"""What people may do with democratic appraisal."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz import Permission, Role

CLERKS = frozenset({Role.ORG_DEPARTMENT, Role.COMMITTEE_CLERK})
SECRETARIES = frozenset({Role.SECRETARY})
STAFF = CLERKS | SECRETARIES

VIEW = "appraisals.round:view"
EXPORT = "appraisals.round:export"
RUN = "appraisals.round:run"
READ = "appraisals.review:read"
GRADE = "appraisals.grade:decide"
ANSWER = "appraisals.objection:answer"
OWN = "appraisals.own:take_part"

PERMISSIONS = [
    Permission(VIEW, _("see appraisals, grades and objections"), STAFF),
    Permission(EXPORT, _("export the table of appraisals"), STAFF),
    Permission(RUN, _("open, count and finish appraisals"), SECRETARIES),
    Permission(READ, _("read self reviews and opinions of members on each other"), SECRETARIES),
    Permission(GRADE, _("record the grades that a meeting decided"), SECRETARIES),
    Permission(ANSWER, _("answer objections to grades"), SECRETARIES),
    Permission(OWN, _("take part in the appraisal oneself"), own=True),
]
