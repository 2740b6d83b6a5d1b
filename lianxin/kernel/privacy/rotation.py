"""The acts on keys: adding one, rotating to it, retiring the old. Each is recorded, without a key in it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from django.db import OperationalError, connection, transaction
from django.db.models import Sum
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.errors import LockNotAvailable

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict
from lianxin.kernel.events.record import record
from lianxin.kernel.events.types import EventType
from lianxin.kernel.privacy import events
from lianxin.kernel.privacy.ciphers import LOOKUP_BESIDE
from lianxin.kernel.privacy.exchanging import exchange
from lianxin.kernel.privacy.keys import key_ring
from lianxin.kernel.privacy.models import Rotation, RotationStep
from lianxin.kernel.privacy.places import FILES, count_use, count_waiting, every_row, places, sealed_files
from lianxin.kernel.privacy.ring import KeyRing, make_ring, with_current, with_key, without
from lianxin.kernel.privacy.rotating import advance

SETTLING = timedelta(minutes=1)
"""How long a rotation has been over before a key is retired: every process has read the ring again, acts have ended."""
LOCK_WAIT = "30s"
Heard = Callable[[Rotation], None]


def add_keys(actor: Actor, *, cipher: str, lookup: bool, at: datetime, out: Path | None = None) -> KeyRing:
    """Put a new sealing key (and a look-up key) into the ring; nothing uses them until `begin`.

    Raises:
        Conflict: the ring cannot be written.
    """

    def change(ring: KeyRing) -> KeyRing:
        search = with_key(ring.lookup, LOOKUP_BESIDE[cipher], at=at) if lookup else ring.lookup
        return make_ring(with_key(ring.seal, cipher, at=at), search)

    with every_row(), transaction.atomic():
        ring = exchange(change, out=out)
        data = {"key": max(ring.seal.by_number), "cipher": cipher}
        if lookup:
            data["lookup_key"] = max(ring.lookup.by_number)
        _record(actor, events.KEY_ADDED, at=at, data=data)
    return ring


def begin(actor: Actor, *, seal_key: int, lookup_key: int, at: datetime) -> Rotation:
    """Make the keys the ones new values get, and lay out the walk over the old values; `proceed` walks.

    With a ring from the environment the operator has made them current there already.

    Raises:
        Conflict: a rotation is under way, the ring lacks the keys, or everything lies under them already.
    """
    with every_row(), transaction.atomic():
        if Rotation.objects.filter(finished_at__isnull=True).exists():
            raise Conflict(_("A rotation is under way. Wait for its end; `lianxin keys status` shows how far it is."))
        ring = key_ring(afresh=True)
        if (ring.seal.current, ring.lookup.current) != (seal_key, lookup_key):
            ring = exchange(
                lambda present: replace(
                    present,
                    seal=with_current(present.seal, seal_key),
                    lookup=with_current(present.lookup, lookup_key),
                )
            )
        rotation = Rotation.objects.create(seal_key=seal_key, lookup_key=lookup_key, begun_at=at, begun_by=actor.name)
        totals = {one.name: count_waiting(one, seal_key, lookup_key) for one in places()}
        RotationStep.objects.bulk_create(
            RotationStep(rotation=rotation, place=name, total=total) for name, total in totals.items()
        )
        RotationStep.objects.create(rotation=rotation, place=FILES, total=sum(1 for _path in sealed_files()))
        data = {
            "key": seal_key,
            "cipher": ring.seal.by_number[seal_key].algorithm,
            "lookup_key": lookup_key,
            "lookup": ring.lookup.by_number[lookup_key].algorithm,
        }
        _record(actor, events.ROTATION_BEGUN, at=at, data=data)
    return rotation


def newest_in_use(*, out: Path, lookup: bool) -> KeyRing:
    """Write a ring into a new file in which the newest keys are the ones new values get; the present ring stays.

    Raises:
        Conflict: the file exists.
    """

    def change(ring: KeyRing) -> KeyRing:
        search = with_current(ring.lookup, ring.lookup.newest) if lookup else ring.lookup
        return replace(ring, seal=with_current(ring.seal, ring.seal.newest), lookup=search)

    return exchange(change, out=out)


def present_rotation() -> Rotation | None:
    """The rotation under way, else the last; None where keys were never rotated."""
    return Rotation.objects.order_by("-id").first()


def proceed(
    actor: Actor, *, at: Callable[[], datetime], until: Callable[[], bool] = lambda: False, heard: Heard | None = None
) -> bool:
    """Go on with the rotation under way until it is finished or `until()` says stop; whether none is left.

    May be called by several processes: they take turns at a step.
    """
    with every_row():
        rotation = Rotation.objects.filter(finished_at__isnull=True).first()
        if rotation is None:
            return True
        ring = key_ring(afresh=True)
        if (ring.current, ring.lookup.current) != (rotation.seal_key, rotation.lookup_key):
            raise Conflict(
                _("The ring of this process is not the one of the rotation. Give it the new ring and start it again.")
            )
        for step in rotation.steps.filter(finished_at__isnull=True):
            while not advance(step.pk, at=at()):
                if heard is not None:
                    heard(rotation)
                if until():
                    return False
        _finish(actor, rotation, at=at())
        return True


def _finish(actor: Actor, rotation: Rotation, *, at: datetime) -> None:
    with transaction.atomic():
        found = Rotation.objects.select_for_update().get(pk=rotation.pk)
        if found.finished_at is not None:
            return
        sums = found.steps.aggregate(values=Sum("values"), held=Sum("held"))
        found.finished_at, found.left = at, sums["held"] or 0
        found.save(update_fields=["finished_at", "left"])
        data = {"key": found.seal_key, "lookup_key": found.lookup_key, "values": sums["values"], "left": found.left}
        _record(actor, events.ROTATION_FINISHED, at=at, data=data)


def retire(actor: Actor, *, key: int, lookup: bool, at: datetime, out: Path | None = None) -> KeyRing:
    """Take a key out of the ring, having counted that nothing lies under it. Writers wait while it counts.

    Raises:
        Conflict: something lies under it; the key is the current one or unknown; a rotation runs or has just ended; or
            writers did not pause within 30 seconds.
    """
    with every_row(), transaction.atomic():
        latest = present_rotation()
        if latest is not None and latest.finished_at is None:
            raise Conflict(_("A rotation is under way. Wait for its end; `lianxin keys status` shows how far it is."))
        if latest is not None and latest.finished_at is not None and at - latest.finished_at < SETTLING:
            raise Conflict(
                _("The rotation ended less than a minute ago; acts begun before may still be at work. Wait.")
            )
        ring = key_ring(afresh=True)
        without(ring.lookup if lookup else ring.seal, key)
        _stop_writers()
        use = count_use(at=at)
        using = (use.lookup if lookup else use.seal)[key]
        if using:
            raise Conflict(
                _("%(number)d values still lie under key %(key)d. It stays. Rotate, then retire it.")
                % {"number": using, "key": key}
            )
        data = {"lookup_key": key} if lookup else {"key": key}
        _record(actor, events.KEY_RETIRED, at=at, data=data)

        def change(present: KeyRing) -> KeyRing:
            if lookup:
                return replace(present, lookup=without(present.lookup, key))
            seal = without(present.seal, key)
            return make_ring(seal, present.lookup)

        return exchange(change, out=out)


def _stop_writers() -> None:
    """Lock the tables against writing until the transaction ends, so that no value appears behind the count."""
    tables = sql.SQL(", ").join(place.table for place in places())
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_WAIT])
        try:
            cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(tables).as_string(None))
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise Conflict(
                    _("Long work is writing to the register. Nothing was changed; try again later.")
                ) from None
            raise


def _record(actor: Actor, kind: EventType, *, at: datetime, data: Mapping[str, object]) -> None:
    record(actor, kind, at=at, subject=events.RING, organisation=None, data=data)
