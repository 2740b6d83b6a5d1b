"""What minutes keep of persons, what for, who sees it, and for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.activities.models import MakeUp, Minutes, Resolution
from lianxin.activities.permissions import MINUTES_CONFIRM, MINUTES_VIEW, MINUTES_WRITE, OWN_MINUTES, SETTLE
from lianxin.kernel.processing import Processing
from lianxin.kernel.retention.types import Fate, RecordType

MINUTES_PROCESSING = (
    Processing(
        "activities.minutes",
        _("Minutes of meetings, votes and resolutions"),
        _("Party members who were invited"),
        _("Recording what a meeting said and decided, proving it, and following up what it resolved"),
        (("BRANCH", "11"), ("BRANCH", "12"), ("PIPL", "13")),
        lambda: [
            _("who was there, on leave or absent, without the reason"),
            _("main points of speeches"),
            _("voices of recorded votes; at other votes only the count"),
            _("resolutions with who sees to them"),
            _("make-up study of those who missed the meeting"),
        ],
        (MINUTES_VIEW, MINUTES_WRITE, MINUTES_CONFIRM, SETTLE, OWN_MINUTES),
        ("activities.minutes", "activities.resolutions", "activities.make_ups"),
        _("Nobody outside the Party organisation. The public check page shows organisation, kind, day and digest."),
        sensitive=_("Speeches can say more than the purpose needs: main points only, and no health or family matters."),
    ),
)

MINUTES_RECORD_TYPES = (
    RecordType(
        "activities.minutes",
        _("minutes with their items, votes and corrections"),
        _("Kept; deletion is not offered. Party rules ask branches for their record of organisation life."),
        Fate.KEEP,
        Minutes.objects.all,
        since="begun_at",
        since_words=_("day the minutes were begun"),
    ),
    RecordType(
        "activities.resolutions",
        _("resolutions and how they were settled"),
        _("Kept as part of the minutes."),
        Fate.KEEP,
        Resolution.objects.filter(settled_at__isnull=False).all,
        since="settled_at",
        since_words=_("day it was settled"),
    ),
    RecordType(
        "activities.make_ups",
        _("make-up study"),
        _("Kept as part of the record of organisation life."),
        Fate.KEEP,
        MakeUp.objects.all,
        since="noted_at",
        since_words=_("day it was noted"),
    ),
)
