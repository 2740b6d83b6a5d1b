"""What other modules and channels may use of duties: declare what is due, tell what is under way, give entries."""

from lianxin.duties.actions.derive import Derived, derive
from lianxin.duties.actions.recount import Difference, differences, recount
from lianxin.duties.begun import Begun, BegunSource, register_begun
from lianxin.duties.calendar import ALL_SHOWN, CalendarSource, Entry, register_calendar
from lianxin.duties.declared import Duty, all_duties, declare_duty, duty_named
from lianxin.duties.permissions import EXPORT, OWN, VIEW
from lianxin.duties.queries.due import DueItem, due_items, due_of

__all__ = [
    "ALL_SHOWN",
    "EXPORT",
    "OWN",
    "VIEW",
    "Begun",
    "BegunSource",
    "CalendarSource",
    "Derived",
    "Difference",
    "DueItem",
    "Duty",
    "Entry",
    "all_duties",
    "declare_duty",
    "derive",
    "differences",
    "due_items",
    "due_of",
    "duty_named",
    "recount",
    "register_begun",
    "register_calendar",
]
