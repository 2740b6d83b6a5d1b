"""Reading the log for an auditor: only what lies where the actor may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from uuid import UUID

from django.apps import apps
from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.authz.scope import reach_condition
from lianxin.kernel.db.paths import STEP
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.events.audit import last_verification
from lianxin.kernel.events.verification import Head, current_head
from lianxin.kernel.models import DailyActs, Event, Seal, SealedEvent, WaitingEvent
from lianxin.organisations import facade as organisations
from lianxin.workbench.audit.permissions import VIEW

DAYS = 14


def _visible(actor: Actor) -> Q:
    """What the actor may read. Events without a place (signing in) are for auditors of a topmost organisation."""
    condition = reach_condition(actor, VIEW, field="organisation_path")
    if condition is None:
        return Q(pk__in=[])
    return condition | Q(organisation_path="") if _at_the_top(actor) else condition


def _at_the_top(actor: Actor) -> bool:
    return any(reach.below and len(reach.path) <= STEP for reach in actor.reaches_for(VIEW))


def events_within(actor: Actor) -> QuerySet[Event]:
    """The events the actor may read, each with `place` (an event without one counts to the top) and `place_name`."""
    top = min((reach.path for reach in actor.reaches_for(VIEW)), key=len, default="")
    by_id = organisations.Organisation.objects.filter(pk=OuterRef("organisation_id")).values("short_name")
    by_path = organisations.Organisation.objects.filter(path=OuterRef("organisation_path")).values("short_name")
    return Event.objects.filter(_visible(actor)).annotate(
        place=Case(When(organisation_path="", then=Value(top)), default=F("organisation_path")),
        place_name=Coalesce(Subquery(by_id[:1]), Subquery(by_path[:1]), Value("")),
    )


def event_for(actor: Actor, event: UUID) -> Event:
    """The event, if the actor may read it.

    Raises:
        NotVisible: there is none, or it lies outside the actor's organisations.
    """
    found = events_within(actor).filter(pk=event).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the chain an event stands; no seal yet: it waits."""

    position: int
    seal: int | None
    digest: str


def place_in_chain(event: UUID) -> Place | None:
    """The event's position, seal and digest; None while it waits to be sealed."""
    sealed = SealedEvent.objects.filter(event_id=event).first()
    if sealed is None:
        return None
    seal = (
        Seal.objects.filter(first_position__lte=sealed.position, last_position__gte=sealed.position)
        .values_list("number", flat=True)
        .first()
    )
    return Place(sealed.position, seal, bytes(sealed.digest).hex())


@dataclass(frozen=True, slots=True)
class Day:
    """Acts of a day within the actor's reach."""

    day: date
    acts: int


@dataclass(frozen=True, slots=True)
class Chain:
    """The state of the chain: its end, what waits, the latest verification."""

    head: Head | None
    waiting: int
    verification: Event | None
    days: Sequence[Day]


def chain_for(actor: Actor, *, today: date) -> Chain:
    """How the chain stands, and how many acts there were a day of late."""
    acts = dict(
        DailyActs.objects.filter(_visible(actor), day__gt=today - timedelta(days=DAYS), day__lte=today)
        .values_list("day")
        .annotate(total=Sum("acts"))
    )
    days = [today - timedelta(days=back) for back in range(DAYS)]
    return Chain(
        current_head(),
        WaitingEvent.objects.count(),
        last_verification(),
        [Day(day, int(acts.get(day, 0))) for day in days],
    )


@dataclass(frozen=True, slots=True)
class Changed:
    """One field that changed."""

    label: Sentence
    old: str
    new: str


def changes_of(event: Event) -> list[Changed]:
    """Old and new values in words; the labels are those of the fields of our tables."""
    return [Changed(label_of(name), _shown(old), _shown(new)) for name, (old, new) in event.changes.items()]


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "、".join(_shown(one) for one in value)
    return "" if value is None else str(value)


def label_of(name: str) -> Sentence:
    """A field's label as its table has it; the bare name where no table has such a field."""
    return _labels().get(name, name)


@lru_cache(maxsize=1)
def _labels() -> dict[str, Sentence]:
    """Labels of the fields of all our tables, by name; they stay untranslated until shown."""
    found: dict[str, Sentence] = {}
    for model in apps.get_models():
        if model.__module__.startswith("lianxin."):
            for field in model._meta.concrete_fields:  # noqa: SLF001 - Django's documented model API
                if not isinstance(field.verbose_name, str):  # an own, translated label
                    found.setdefault(field.name, field.verbose_name)
    return found
