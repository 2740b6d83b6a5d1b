"""What other modules and channels may use of activities."""

from lianxin.activities.models import Activity, AgendaItem, Participant
from lianxin.activities.permissions import ATTEND, HOLD, OWN, PLAN, VIEW
from lianxin.activities.queries.activities import (
    Attended,
    activities_between,
    activities_within,
    activity_for,
    attendance_of,
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
    "Participant",
    "activities_between",
    "activities_within",
    "activity_for",
    "attendance_of",
]
