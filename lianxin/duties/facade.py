"""What other modules and channels may use of duties: declare what is due, and give calendars their entries."""

from lianxin.duties.actions.derive import Derived, derive
from lianxin.duties.actions.recount import Difference, differences, recount
from lianxin.duties.calendar import CalendarSource, Entry, register_calendar
from lianxin.duties.declared import Duty, all_duties, declare_duty, duty_named
from lianxin.duties.permissions import EXPORT, OWN, VIEW
from lianxin.duties.queries.due import DueItem, due_items, due_of

__all__ = [
    "EXPORT",
    "OWN",
    "VIEW",
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
    "register_calendar",
]
