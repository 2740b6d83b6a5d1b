"""Reading the event log for a timeline: what happened to a subject, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from lianxin.kernel.events.types import type_of
from lianxin.kernel.models import Event


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of a timeline: the event and the words for it."""

    event: Event
    wording: str


def timeline(subject: UUID, *, before: UUID | None = None, size: int = 20) -> Sequence[Entry]:
    """At most `size` events of the subject, newest first, older than the event `before`. One query.

    The caller has already made sure that the actor may see the subject.
    """
    events = Event.objects.filter(subject_id=subject)
    if before is not None:
        events = events.filter(id__lt=before)
    return [Entry(event, str(type_of(event.kind).wording)) for event in events.order_by("-id")[:size]]
