"""What this module keeps of persons, what for, who sees it, and for how long."""

from datetime import datetime

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from lianxin.activities.models import Activity, Excuse, HallReceipt, Participant
from lianxin.activities.permissions import ATTEND, EXCUSE, HOLD, OWN, VIEW
from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType

NOT_SHARED = _("Nobody outside the Party organisation above the branch.")
REMOVED = "—"


def _reasons() -> QuerySet[Participant]:
    return Participant.objects.exclude(leave_reason__in=["", REMOVED])


def _remove_reasons(before: datetime) -> int:
    """Take the reasons off; that leave was given stays with the attendance."""
    return _reasons().filter(replied_at__lt=before).update(leave_reason=REMOVED)


PROCESSING = (
    Processing(
        "activities.attendance",
        _("Organisation life: invitations, replies and attendance"),
        _("Party members"),
        _("Inviting members, judging the quorum, and recording who took part"),
        (("BRANCH", ""), ("EDU", "16"), ("PIPL", "13")),
        lambda: [
            _("name and organisation at the time"),
            _("reply and leave with its reason"),
            _("when and how somebody signed in"),
        ],
        (VIEW, ATTEND, HOLD, OWN),
        ("activities.attendance", "activities.leave_reasons"),
        NOT_SHARED,
        sensitive=_("Membership of the Party is treated as special identity; a reason for leave can concern health."),
    ),
    Processing(
        "activities.excuses",
        _("Members excused from attending"),
        _("Party members who are old, long ill or disabled"),
        _("Not asking of them what the rules do not ask, and leaving them out of rates"),
        (("EDU", "23"), ("PIPL", "13"), ("PIPL", "28")),
        lambda: [_("ground and note"), _("since and until"), _("who approved")],
        (VIEW, EXCUSE),
        ("activities.excuses",),
        NOT_SHARED,
        sensitive=_("The ground can concern health; it stands in no event and in no list of attendance."),
    ),
)

RECORD_TYPES = (
    RecordType(
        "activities.attendance",
        _("activities and who took part"),
        _("Kept; deletion is not offered. Party rules ask branches for their record of organisation life."),
        Fate.KEEP,
        Activity.objects.all,
        since="starts_at",
        since_words=_("day of the activity"),
    ),
    RecordType(
        "activities.leave_reasons",
        _("reasons for leave"),
        _("Needed while an absence can be questioned; afterwards only that leave was given is kept."),
        Fate.DELETE,
        _reasons,
        since="replied_at",
        since_words=_("day of the reply"),
        rule="retention.requests.months",
        delete=_remove_reasons,
    ),
    RecordType(
        "activities.excuses",
        _("excuses that ended"),
        _("Needed while the rates of that time can be questioned."),
        Fate.DELETE,
        lambda: Excuse.objects.filter(until__isnull=False),
        since="until",
        since_words=_("day the excuse ended"),
        rule="retention.requests.months",
        is_day=True,
    ),
    RecordType(
        "activities.hall_receipts",
        _("receipts of what phones sent from a hall without network"),
        _("Needed while a phone could send the same again."),
        Fate.DELETE,
        HallReceipt.objects.all,
        since="at",
        since_words=_("day it was taken"),
        rule="retention.requests.months",
    ),
)
