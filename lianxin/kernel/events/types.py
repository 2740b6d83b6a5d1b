"""Event types: one per act, declared in each module's events.py with the words a timeline shows."""

from dataclasses import dataclass

from lianxin.kernel.errors import Sentence


@dataclass(frozen=True, slots=True)
class EventType:
    """`kind` is what is stored (`organisations.renamed`); `wording` completes "who …" on a timeline.

    `is_look`: nothing changed, somebody saw personal data of the subject, who is shown it under "who looked".
    """

    kind: str
    wording: Sentence
    is_look: bool = False


_types: dict[str, EventType] = {}


def event_type(kind: str, wording: Sentence, *, is_look: bool = False) -> EventType:
    """Declare a kind of event.

    Raises:
        ValueError: the kind is declared twice.
    """
    if kind in _types:
        raise ValueError(f"The event {kind} is declared twice.")
    _types[kind] = EventType(kind, wording, is_look)
    return _types[kind]


def type_of(kind: str) -> EventType:
    """The declared type; a kind no longer declared shows its bare name rather than hiding history."""
    return _types.get(kind) or EventType(kind, kind)


def all_types() -> list[EventType]:
    """Every declared type, by kind."""
    return [_types[kind] for kind in sorted(_types)]


def look_kinds() -> list[str]:
    """The kinds of events by which somebody saw personal data of the subject."""
    return [kind for kind in sorted(_types) if _types[kind].is_look]
