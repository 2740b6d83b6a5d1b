"""A copy of the log that anybody can check without Lianxin: whole seals with the lines their digests are made of."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import IO

from django.db import connection, transaction

from lianxin.kernel.authz.actor import Actor
from lianxin.kernel.events.audit import COPIED, LOG
from lianxin.kernel.events.canonical import field_expressions, joined
from lianxin.kernel.events.record import record
from lianxin.kernel.events.sealing import seal_facts
from lianxin.kernel.models import Seal

_LINES = f"""
    SELECT s.position, {", ".join(field_expressions())}
    FROM kernel_event_sealed s JOIN kernel_event e ON e.id = s.event_id
    WHERE s.position BETWEEN %s AND %s ORDER BY s.position
"""  # noqa: S608 - the fields' names are ours


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy holds."""

    seals: int
    events: int


def copy_log(actor: Actor, target: IO[bytes], *, since: int = 1, until: int | None = None, at: datetime) -> Copied:
    """Write the seals from `since` to `until` with their events, and record that a copy was taken.

    A line with the seal, `{"seal": facts, "digest": hex}`, is followed by one line an event: the bytes its digest is
    over. The seal's digest is over its facts as JSON with `", "` between, a line feed, and the digests of its events.
    """
    seals = events = 0
    chosen = Seal.objects.filter(number__gte=since)
    if until is not None:
        chosen = chosen.filter(number__lte=until)
    for seal in chosen.order_by("number").iterator(chunk_size=2_000):
        heading = {"seal": seal_facts(seal), "digest": bytes(seal.digest).hex()}
        target.write(json.dumps(heading).encode() + b"\n")
        with connection.cursor() as cursor:
            cursor.execute(_LINES, [seal.first_position, seal.last_position])
            for position, *fields in cursor.fetchall():
                target.write(joined(position, fields) + b"\n")
                events += 1
        seals += 1
    with transaction.atomic():
        record(
            actor,
            COPIED,
            at=at,
            subject=LOG,
            organisation=None,
            data={"since": since, "until": until, "seals": seals, "events": events},
        )
    return Copied(seals, events)
