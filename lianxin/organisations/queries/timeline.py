"""What happened to an organisation, in the words of its page: acts on it, and mergers and splits it was part of."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Sentence
from lianxin.kernel.events.types import type_of
from lianxin.kernel.models import Event
from lianxin.kernel.time import today
from lianxin.organisations.models import Organisation, Succession
from lianxin.organisations.queries.names import short_names_of
from lianxin.organisations.queries.scope import ever_within
from lianxin.organisations.queries.wording import label_of, shown

SIZE = 20


@dataclass(frozen=True, slots=True)
class Changed:
    """One thing that changed, in words."""

    label: Sentence
    old: Sentence
    new: Sentence


@dataclass(frozen=True, slots=True)
class Happened:
    """One entry of the timeline."""

    event: Event
    wording: str
    changes: Sequence[Changed]
    note: str
    planned: bool


def timeline_of(organisation: Organisation, *, before: UUID | None = None) -> list[Happened]:
    """At most `SIZE` entries, newest first, older than the event `before`. Two queries.

    The caller has made sure that the actor sees the organisation.
    """
    passed = Succession.objects.filter(Q(earlier=organisation) | Q(later=organisation)).values_list(
        "event_id", flat=True
    )
    events = Event.objects.filter(Q(subject_id=organisation.id) | Q(id__in=list(passed)))
    if before is not None:
        events = events.filter(id__lt=before)
    return [_happened(event) for event in events.order_by("-id")[:SIZE]]


@dataclass(frozen=True, slots=True)
class Passage:
    """An organisation that came before or after this one; `seen` says whether its page opens for the actor."""

    on: date
    kind: Sentence
    id: UUID
    name: str
    seen: bool


def successions(actor: Actor, organisation: Organisation, *, came: bool) -> list[Passage]:
    """What the organisation came from, or went to, in mergers and splits, first things first. Three queries at most."""
    rows = Succession.objects.filter(**{"later" if came else "earlier": organisation}).order_by("on", "id")
    others = [(row, row.earlier_id if came else row.later_id) for row in rows]
    if not others:
        return []
    names = short_names_of(other for _row, other in others)
    seen = set(ever_within(actor).filter(id__in=names).values_list("id", flat=True))
    return [Passage(row.on, row.get_kind_display(), other, names[other], other in seen) for row, other in others]


def _happened(event: Event) -> Happened:
    changes = [
        Changed(label_of(name), shown(name, old), shown(name, new)) for name, (old, new) in event.changes.items()
    ]
    names = event.data.get("names") or []
    note = _(", ").join(names)
    if event.data.get("into") and names:
        note = _("%(earlier)s into %(later)s") % {"earlier": note, "later": event.data["into"]}
    planned = event.effective_on is not None and event.effective_on > today()
    return Happened(event, str(type_of(event.kind).wording), changes, note, planned)
