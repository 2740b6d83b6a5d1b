"""Calendar entries and where they come from: duties here, and whatever other modules register."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Sentence

ALL_SHOWN = 366
"""`at_home` of a source all of whose entries a panel shows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something on a day: what, why, by which article, and where it is opened.

    `state` is "ok", "due", "late" or empty, as the interface shows states. No personal data beyond the label.
    `organisation` tells whose it is where many are shown together and the label does not say it.
    """

    on: date
    label: Sentence
    why: Sentence = ""
    article: str = ""
    url: str = ""
    state: str = ""
    organisation: UUID | None = None


OrganisationEntries = Callable[[Actor, Sequence[UUID], date, date], list[Entry]]
MemberEntries = Callable[[Actor, UUID, date, date], list[Entry]]


@dataclass(frozen=True, slots=True)
class CalendarSource:
    """A source of entries from `since` to `until`, both included, for organisations, for a member, or for both.

    `names_persons`: its entries for organisations tell who or what was resolved, so they stay on screens and out of the
    secret addresses of organisations, which whoever has the address can read. `at_home`: a panel of the module shows
    the member's entries of so many days ahead on the home page, which then need not be shown there as dates too.
    """

    key: str
    label: Sentence
    organisation: OrganisationEntries | None = None
    member: MemberEntries | None = None
    names_persons: bool = False
    at_home: int = 0


_sources: dict[str, CalendarSource] = {}


def register_calendar(source: CalendarSource) -> None:
    """Make a source known; called by each module's apps.py.

    Raises:
        ValueError: the key is registered twice.
    """
    if _sources.get(source.key, source) is not source:
        raise ValueError(f"The calendar source {source.key} is registered twice.")
    _sources[source.key] = source


def calendar_sources() -> list[CalendarSource]:
    """Every registered source, by key."""
    return [_sources[key] for key in sorted(_sources)]
