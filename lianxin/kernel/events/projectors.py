"""Projectors: readers of the log that keep tables of their own, each event applied once, in the order of the seals.

A module declares one in its `events.py` or `apps.py`:

    projector("analytics.acts", apply=count_acts, reset=clear_acts, kinds={"members.added"})

`apply` gets events in order and writes its tables; it runs in the transaction that moves the checkpoint, so that a
crash undoes both. `reset` empties its tables: a rebuild reads the log from the start. An event `apply` fails on is
parked with the reason, and the rest goes on; a retry hands it over again, alone and later than its neighbours, which
`apply` must bear. Names of projectors are never reused for something else.

Projectors run each minute. `soon` names kinds after which one runs at once (see soon.py): what somebody waits to see.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import Error, InterfaceError, OperationalError, connection, transaction

from lianxin.kernel.models import Event, ParkedEvent, Projection, SealedEvent

log = logging.getLogger(__name__)

BATCH = 500
"""Events in one transaction."""
_LONGEST_REASON = 2_000
_LOCK = 0x6C78_7072  # "lxpr": the first half of the advisory lock; the second is the projector's


@dataclass(frozen=True, slots=True)
class Positioned:
    """An event at its place in the order."""

    position: int
    event: Event


@dataclass(frozen=True, slots=True)
class Projector:
    """A reader of the log. `kinds` None reads all; `soon` tells which kinds do not wait for the minute."""

    name: str
    apply: Callable[[Sequence[Positioned]], None]
    reset: Callable[[], None]
    kinds: frozenset[str] | None = None
    soon: Callable[[], Collection[str]] = frozenset


@dataclass(frozen=True, slots=True)
class Run:
    """What a run did: events applied and parked, and whether another worker was at it."""

    applied: int = 0
    parked: int = 0
    busy: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """How a projector stands: how far it has come, how many events lie before it, how many are parked."""

    name: str
    position: int
    behind: int
    parked: int
    moved_at: datetime | None


_projectors: dict[str, Projector] = {}


def projector(
    name: str,
    *,
    apply: Callable[[Sequence[Positioned]], None],
    reset: Callable[[], None],
    kinds: Iterable[str] | None = None,
    soon: Callable[[], Collection[str]] = frozenset,
) -> Projector:
    """Declare a projector. `soon` is asked at each act, as modules may declare kinds after the projector.

    Raises:
        ValueError: the name is taken.
    """
    if name in _projectors:
        raise ValueError(f"The projector {name} is declared twice.")
    _projectors[name] = Projector(name, apply, reset, None if kinds is None else frozenset(kinds), soon)
    return _projectors[name]


def projector_named(name: str) -> Projector:
    """The declared projector.

    Raises:
        KeyError: there is none of that name.
    """
    return _projectors[name]


def all_projectors() -> list[Projector]:
    """Every declared projector, by name."""
    return [_projectors[name] for name in sorted(_projectors)]


def run(one: Projector, *, at: datetime, until: Callable[[], bool] = lambda: False, wait: bool = False) -> Run:
    """Apply what is sealed and not yet applied, `BATCH` events a transaction, until nothing is left.

    Args:
        one: The projector.
        at: The instant written beside the checkpoint.
        until: Is asked between batches whether to stop; the next run goes on.
        wait: Wait for another worker to end its batch rather than leave the work to it.
    """
    applied = parked = 0
    while not until():
        with transaction.atomic():
            checkpoint = _claim(one, wait=wait)
            if checkpoint is None:
                return Run(applied, parked, busy=True)
            done = _step(one, checkpoint, at)
        if done is None:
            break
        applied += done.applied
        parked += done.parked
    return Run(applied, parked)


def rebuild(one: Projector, *, at: datetime) -> Run:
    """Empty the projector's tables and apply the whole log again, in one transaction: readers never see half of it.

    Waits for a worker that is at it.
    """
    applied = parked = 0
    with transaction.atomic():
        checkpoint = _claim(one, wait=True)
        if checkpoint is None:
            raise RuntimeError("A lock that was waited for was not given.")
        one.reset()
        ParkedEvent.objects.filter(projection=one.name).delete()
        checkpoint.position = 0
        checkpoint.save(update_fields=["position"])
        while (done := _step(one, checkpoint, at)) is not None:
            applied += done.applied
            parked += done.parked
    return Run(applied, parked)


def retry(one: Projector, *, at: datetime) -> Run:
    """Hand the parked events over again, each in a transaction of its own; those that fail again stay parked."""
    applied = failed = 0
    for key in ParkedEvent.objects.filter(projection=one.name).order_by("position").values_list("pk", flat=True):
        with transaction.atomic():
            if _claim(one) is None:
                return Run(applied, failed, busy=True)
            held = ParkedEvent.objects.filter(pk=key).first()
            event = Event.objects.filter(pk=held.event_id).first() if held else None
            if held is None or event is None:
                continue
            reason = _failure(one, [Positioned(held.position, event)])
            if reason is None:
                held.delete()
                applied += 1
            else:
                held.reason, held.tried_at, held.attempts = reason, at, held.attempts + 1
                held.save(update_fields=["reason", "tried_at", "attempts"])
                failed += 1
    return Run(applied, failed)


def standing() -> list[Standing]:
    """How every projector stands."""
    last = SealedEvent.objects.order_by("-position").values_list("position", flat=True).first() or 0
    found = Projection.objects.in_bulk([one.name for one in all_projectors()])
    return [
        Standing(
            one.name,
            checkpoint.position if checkpoint else 0,
            last - (checkpoint.position if checkpoint else 0),
            ParkedEvent.objects.filter(projection=one.name).count(),
            checkpoint.moved_at if checkpoint else None,
        )
        for one, checkpoint in ((one, found.get(one.name)) for one in all_projectors())
    ]


def _claim(one: Projector, *, wait: bool = False) -> Projection | None:
    """The checkpoint, held for this transaction; None when another worker holds it.

    The lock ends with the transaction, so that a pool that hands out connections by transaction is no danger.
    """
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, one.name])
        else:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))", [_LOCK, one.name])
            if not cursor.fetchone()[0]:
                return None
    Projection.objects.bulk_create([Projection(name=one.name)], ignore_conflicts=True)
    return Projection.objects.select_for_update().get(name=one.name)


def _step(one: Projector, checkpoint: Projection, at: datetime) -> Run | None:
    """Apply the next batch and move the checkpoint; None when nothing is sealed beyond it."""
    places = list(
        SealedEvent.objects.filter(position__gt=checkpoint.position)
        .order_by("position")
        .values_list("position", "event_id")[:BATCH]
    )
    if not places:
        return None
    wanted = Event.objects.filter(pk__in=[event for _, event in places])
    if one.kinds is not None:
        wanted = wanted.filter(kind__in=one.kinds)
    events = {event.pk: event for event in wanted}
    batch = [Positioned(position, events[event]) for position, event in places if event in events]
    parked = _apply(one, batch, at) if batch else 0
    checkpoint.position, checkpoint.moved_at = places[-1][0], at
    checkpoint.save(update_fields=["position", "moved_at"])
    return Run(len(batch) - parked, parked)


def _apply(one: Projector, batch: list[Positioned], at: datetime) -> int:
    """Apply a batch; where it fails, narrow down to the events that are to blame and park those. How many."""
    reason = _failure(one, batch)
    if reason is None:
        return 0
    parked = list(_to_blame(one, batch, reason))
    ParkedEvent.objects.bulk_create(
        ParkedEvent(
            projection=one.name,
            position=bad.position,
            event_id=bad.event.pk,
            reason=why,
            parked_at=at,
            tried_at=at,
        )
        for bad, why in parked
    )
    for bad, why in parked:
        log.error("The projector %s parked the event at %d: %s", one.name, bad.position, why)
    return len(parked)


def _to_blame(one: Projector, batch: list[Positioned], reason: str) -> Iterator[tuple[Positioned, str]]:
    """Apply the batch in halves, in order, down to single events that fail."""
    if len(batch) == 1:
        yield batch[0], reason
        return
    middle = len(batch) // 2
    for half in (batch[:middle], batch[middle:]):
        why = _failure(one, half)
        if why is not None:
            yield from _to_blame(one, half, why)


def _failure(one: Projector, batch: Sequence[Positioned]) -> str | None:
    """Apply the events in a savepoint; None when it went well, else why not, with nothing written.

    Raises:
        OperationalError, InterfaceError: the database is at fault (gone, deadlock); no event is to blame.
    """
    try:
        with transaction.atomic():
            one.apply(batch)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        if isinstance(error, Error) and not connection.is_usable():
            raise
        return f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
    return None
