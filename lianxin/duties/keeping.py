"""What this module keeps of persons, what for, who sees it, and for how long."""

from django.utils.translation import gettext_lazy as _

from lianxin.duties.models import DutyRow, Feed
from lianxin.kernel.retention.types import Fate, RecordType

RECORD_TYPES = (
    RecordType(
        "duties.duties",
        _("what organisations had to do, and what met it"),
        _("Kept with the organisation's history. It names organisations and acts, no persons."),
        Fate.KEEP,
        DutyRow.objects.all,
        since="period_start",
        since_words=_("first day of the period"),
        is_day=True,
    ),
    RecordType(
        "duties.feeds",
        _("ended calendar addresses"),
        _("Only the keyed hash is kept; an ended address opens nothing."),
        Fate.DELETE,
        Feed.objects.all,
        since="revoked_at",
        since_words=_("day on which it was ended"),
        rule="retention.sessions.days",
    ),
)
