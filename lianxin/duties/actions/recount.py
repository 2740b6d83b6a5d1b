"""The sums for the picture by a plain count of the rows: to prove them, and to write them anew."""

from dataclasses import dataclass
from datetime import date

from django.db import connection, transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.paths import STEP
from lianxin.kernel.errors import NotPermitted

_COUNTED = f"""
    SELECT left(d.organisation_path, length)::varchar COLLATE "C" AS organisation_path,
        d.key, d.period_start, d.period_end, count(*)::int AS due, count(d.met_on)::int AS met
    FROM duties_duty d, generate_series({STEP}, length(d.organisation_path) - {STEP}, {STEP}) length
    WHERE d.withdrawn = '' GROUP BY 1, 2, 3, 4
"""  # noqa: S608 - our own text
_DIFFERENT = f"""
    SELECT organisation_path, key, period_start,
        coalesce(c.due, 0), coalesce(c.met, 0), coalesce(r.due, 0), coalesce(r.met, 0)
    FROM duties_count c FULL JOIN ({_COUNTED}) r USING (organisation_path, key, period_start, period_end)
    WHERE (coalesce(c.due, 0), coalesce(c.met, 0)) <> (coalesce(r.due, 0), coalesce(r.met, 0)) ORDER BY 1, 2, 3
"""  # noqa: S608 - our own text
_WRITE = f"INSERT INTO duties_count (organisation_path, key, period_start, period_end, due, met) {_COUNTED}"


@dataclass(frozen=True, slots=True)
class Difference:
    """A sum that is not what counting gives: (due, met) as kept and as counted."""

    organisation_path: str
    key: str
    period_start: date
    kept: tuple[int, int]
    counted: tuple[int, int]


def differences() -> list[Difference]:
    """The sums that differ from a count of the rows; empty when all is well. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_DIFFERENT)
        return [Difference(path, key, start, (a, b), (c, d)) for path, key, start, a, b, c, d in cursor.fetchall()]


def recount(actor: Actor) -> int:
    """Write all sums anew from the rows, in one transaction; how many there are.

    Raises:
        NotPermitted: the actor is not the product itself.
    """
    if not actor.is_system:
        raise NotPermitted(_("Sums follow from the rows; nobody writes them by hand."))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE duties_duty IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute("DELETE FROM duties_count")
        cursor.execute(_WRITE)
        written: int = cursor.rowcount
    return written
