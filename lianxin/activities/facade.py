"""What other modules and channels may use of activities."""

from lianxin.activities.kinds import kind_name, names_of
from lianxin.activities.models import Activity, AgendaItem, Participant
from lianxin.activities.permissions import ATTEND, HOLD, OWN, PLAN, VIEW
from lianxin.activities.queries.activities import (
    Attended,
    activities_between,
    activities_within,
    activity_for,
    attendance_of,
)
from lianxin.activities.queries.ledger import (
    MadeUp,
    activities_named,
    decisions_of,
    held_between,
    made_up_between,
    participants_of,
    resolutions_between,
)

__all__ = [
    "ATTEND",
    "HOLD",
    "OWN",
    "PLAN",
    "VIEW",
    "Activity",
    "AgendaItem",
    "Attended",
    "MadeUp",
    "Participant",
    "activities_between",
    "activities_named",
    "activities_within",
    "activity_for",
    "attendance_of",
    "decisions_of",
    "held_between",
    "kind_name",
    "made_up_between",
    "names_of",
    "participants_of",
    "resolutions_between",
]
