"""Acts under way that will meet duties once they are held: told by the modules they belong to, as calendars are."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from lianxin.kernel.authz import Actor


@dataclass(frozen=True, slots=True, kw_only=True)
class Begun:
    """An act that was planned, or opened and not yet finished, for one organisation.

    `meets` is what its event will say when it is held, `on` the day it is planned for or has to be finished by, within
    the period. `held_url` is where it is said that it was held; empty while that cannot be said. `is_open` tells work
    that goes on until the day (talks) from a meeting of the day; `said` are the module's own words for where it stands.
    """

    organisation: UUID
    meets: frozenset[str]
    on: date
    url: str
    held_url: str = ""
    is_open: bool = False
    said: str = ""


@dataclass(frozen=True, slots=True)
class BegunSource:
    """A module's acts under way. `becomes` are the kinds of events its acts end in; by them they are set beside duties.

    `acts` takes the actor, ids of organisations, and a first and last day, both included; it answers with one query.
    """

    key: str
    becomes: frozenset[str]
    acts: Callable[[Actor, Sequence[UUID], date, date], list[Begun]]


_sources: dict[str, BegunSource] = {}


def register_begun(source: BegunSource) -> None:
    """Make a source known; called by each module's apps.py.

    Raises:
        ValueError: the key is registered twice.
    """
    if _sources.get(source.key, source) is not source:
        raise ValueError(f"The source of acts under way {source.key} is registered twice.")
    _sources[source.key] = source


def begun_sources() -> list[BegunSource]:
    """Every registered source, by key."""
    return [_sources[key] for key in sorted(_sources)]
