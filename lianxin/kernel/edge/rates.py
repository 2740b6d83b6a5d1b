"""How often something may be done: rates per account and address, kept in PostgreSQL so that all processes share them.

The generic cell rate algorithm. Each limit of `number` requests in `seconds` gives one request back every gap =
seconds / number; a request moves `full_at`, the instant when all will have been given back, on by one gap.

1. Somebody who has asked nothing for a while may ask `number` times at once, then once a gap.
2. A request is refused when `full_at` would lie more than `seconds` ahead; a refused request spends nothing, so who
   keeps asking is let in as soon as who waits.
3. All limits of a request are spent by one statement, in the order of their keys: two requests never wait for each
   other crosswise. Where one limit refuses, the others have counted the request all the same.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from hashlib import blake2b
from uuid import UUID

from django.conf import settings
from django.db import connection

from lianxin.kernel.edge.models import Spent

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_LIMIT = re.compile(r"([1-9]\d*)/(\d*)([smhd])")
_KEPT_SECONDS = 3600
"""How long a row stays after everything was given back, so that counts of refusals can be looked at."""

_SPEND = """
    INSERT INTO edge_spent AS spent (key, rate, full_at, gap, room, wait, refused)
    SELECT key, rate, %(at)s::float8 + gap, gap, room, 0, 0
    FROM unnest(%(keys)s::uuid[], %(rates)s::text[], %(gaps)s::float8[], %(rooms)s::float8[])
        AS asked(key, rate, gap, room)
    ORDER BY key
    ON CONFLICT (key) DO UPDATE SET (full_at, wait, refused, gap, room) = (
        SELECT CASE WHEN ahead <= 1e-6 THEN next ELSE spent.full_at END,
               CASE WHEN ahead <= 1e-6 THEN 0 ELSE ahead END,
               spent.refused + (ahead > 1e-6)::int,
               excluded.gap,
               excluded.room
        FROM (SELECT greatest(spent.full_at, %(at)s::float8) + excluded.gap) AS moved(next),
             LATERAL (SELECT next - excluded.room - %(at)s::float8) AS over(ahead)
    )
    RETURNING wait, refused
"""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `number` in `seconds`."""

    number: int
    seconds: int


@dataclass(frozen=True, slots=True)
class Rate:
    """The limits of one class of requests. `reads` says whether reading counts, or only what changes something."""

    name: str
    account: tuple[Limit, ...]
    address: tuple[Limit, ...]
    reads: bool

    @property
    def limits(self) -> tuple[Limit, ...]:
        """All of them; empty where nothing is counted."""
        return self.account + self.address


@dataclass(frozen=True, slots=True)
class Spending:
    """What came of it: seconds to wait (0: go on), and how often this one was refused so far."""

    wait: float
    refused: int


def limits(text: str) -> tuple[Limit, ...]:
    """The limits in a text like `60/m`, `100/10s 6000/h`; empty for none.

    Raises:
        ValueError: it is not of that form.
    """
    found = []
    for part in text.split():
        matched = _LIMIT.fullmatch(part)
        if matched is None:
            raise ValueError(f"“{part}” is no rate. Write how many in which time, such as 60/m or 100/10s.")
        number, times, unit = matched.groups()
        found.append(Limit(int(number), int(times or 1) * _UNITS[unit]))
    return tuple(found)


def rate_named(name: str) -> Rate:
    """The rate of that name in settings.RATES.

    Raises:
        KeyError: there is none.
    """
    given: Mapping[str, object] = settings.RATES[name]
    return _rate(name, str(given["account"]), str(given["address"]), bool(given["reads"]))


@cache
def _rate(name: str, account: str, address: str, reads: bool) -> Rate:  # noqa: FBT001 - the cache wants plain arguments
    return Rate(name, limits(account), limits(address), reads)


def spend(rate: Rate, *, account: str, address: str, at: datetime) -> Spending:
    """Count one request against the limits of an account (or token; empty for nobody) and of an address.

    One statement, and a transaction of its own unless the caller has one open.
    """
    asked = [
        (_key(rate.name, kind, one, whom), one)
        for kind, whom, those in (("account", account, rate.account), ("address", address, rate.address))
        if whom
        for one in those
    ]
    if not asked:
        return Spending(0, 0)
    with connection.cursor() as cursor:
        cursor.execute(
            _SPEND,
            {
                "at": at.timestamp(),
                "keys": [key for key, _one in asked],
                "rates": [rate.name] * len(asked),
                "gaps": [one.seconds / one.number for _key, one in asked],
                "rooms": [float(one.seconds) for _key, one in asked],
            },
        )
        wait, refused = max(cursor.fetchall())
    return Spending(float(wait), int(refused) if wait else 0)


def _key(*parts: object) -> UUID:
    text = "\n".join(str(part) for part in parts)
    return UUID(bytes=blake2b(text.encode(), digest_size=16, key=settings.SECRET_KEY.encode()[:64]).digest())


def known_rates() -> Iterable[Rate]:
    """Every rate in the settings.

    Raises:
        ValueError: one of them is not of the form.
    """
    return [rate_named(name) for name in settings.RATES]


def forget_spent(*, at: datetime) -> int:
    """Remove rows of those who have everything back for an hour; how many."""
    count, _by_model = Spent.objects.filter(full_at__lt=at.timestamp() - _KEPT_SECONDS).delete()
    return count
