"""What can happen with democratic appraisal. Handing in an anonymous sheet is no event: see docs/decisions."""

from django.utils.translation import gettext_lazy as _

from lianxin.kernel.events import event_type

OPENED = event_type("appraisals.opened", _("opened the appraisal of members"))
WITHDRAWN = event_type("appraisals.withdrawn", _("withdrew the appraisal of members"))
ELSEWHERE = event_type("appraisals.placed", _("noted where a member is appraised"))
REVIEWED = event_type("appraisals.reviewed", _("handed in a self review"))
PAPER_COUNTED = event_type("appraisals.paper_counted", _("entered the count of paper sheets"))
COUNTED = event_type("appraisals.counted", _("closed and counted the sheets"))
GRADED = event_type("appraisals.graded", _("recorded the grades decided by the meeting"))
FINISHED = event_type("appraisals.finished", _("finished the appraisal of members"))
CONFIRMED = event_type("appraisals.confirmed", _("signed the own grade"))
OBJECTED = event_type("appraisals.objected", _("objected to the own grade"))
ANSWERED = event_type("appraisals.answered", _("answered an objection to a grade"))
