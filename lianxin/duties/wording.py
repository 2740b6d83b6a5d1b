"""States and periods in words."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from lianxin.kernel.errors import Sentence

QUARTER, MONTHS = 3, 12


class State(StrEnum):
    """Where a duty stands."""

    MET = "met"
    RUNNING = "running"
    LATE = "late"
    COMING = "coming"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Shown:
    """A state as the interface shows it: a word, and a tone that repeats it."""

    word: Sentence
    tone: str


STATES: dict[State, Shown] = {
    State.MET: Shown(pgettext_lazy("duty", "done"), "ok"),
    State.RUNNING: Shown(pgettext_lazy("duty", "running"), "due"),
    State.LATE: Shown(pgettext_lazy("duty", "overdue"), "late"),
    State.COMING: Shown(pgettext_lazy("duty", "to come"), ""),
    State.NONE: Shown(pgettext_lazy("duty", "not applicable"), ""),
}


def late_in_words(number: int) -> str:
    """How many are overdue."""
    return _("overdue %(number)d") % {"number": number}


def period_in_words(start: date, end: date) -> str:
    """A period as people name it: March, the second quarter, the first half, the year."""
    months = (end.year - start.year) * MONTHS + end.month - start.month + 1
    if months == 1:
        return _("%(year)d-%(month)02d") % {"year": start.year, "month": start.month}
    if months == QUARTER:
        return _("quarter %(number)d of %(year)d") % {"number": (start.month - 1) // QUARTER + 1, "year": start.year}
    if months == MONTHS:
        return _("year %(year)d") % {"year": start.year}
    return _("%(year)d, months %(first)d to %(last)d") % {
        "year": start.year,
        "first": start.month,
        "last": end.month,
    }


def column_in_words(start: date, end: date) -> str:
    """The heading of a column of the picture, short."""
    months = (end.year - start.year) * MONTHS + end.month - start.month + 1
    if months == 1:
        return _("month %(number)d") % {"number": start.month}
    if months == QUARTER:
        return _("quarter %(number)d") % {"number": (start.month - 1) // QUARTER + 1}
    if months == MONTHS:
        return _("year %(year)d") % {"year": start.year}
    return _("months %(first)d to %(last)d") % {"first": start.month, "last": end.month}
