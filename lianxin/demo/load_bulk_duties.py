"""What is due of a city's or a province's organisations over the year, and which of it is met: in sets."""

from __future__ import annotations

from contextlib import closing, contextmanager
from datetime import date
from typing import TYPE_CHECKING

import psycopg

from lianxin.duties.facade import derive, recount
from lianxin.kernel.authz import Actor, acting
from lianxin.organisations.models import Organisation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

AT_ONCE = 10_000
EVERY = 50_000
_RESTING = """
    ALTER TABLE duties_duty DISABLE TRIGGER USER;
    CREATE FUNCTION demo_met() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            RETURN NULL;  -- no acts stand behind the days, so matching acts would take them back
        END IF;
        IF NEW.period_start <= current_date
            AND random() < (CASE WHEN NEW.period_end < current_date THEN 0.93 ELSE 0.5 END) THEN
            NEW.met_on := least(NEW.period_end, NEW.period_start + (random() * 20)::int, current_date);
            NEW.met_by := gen_random_uuid();
        END IF;
        RETURN NEW;
    END $$;
    CREATE TRIGGER demo_met BEFORE INSERT OR UPDATE ON duties_duty FOR EACH ROW EXECUTE FUNCTION demo_met();
"""
_AWAKE = """
    DROP TRIGGER IF EXISTS demo_met ON duties_duty;
    DROP FUNCTION IF EXISTS demo_met();
    ALTER TABLE duties_duty ENABLE TRIGGER USER;
"""


def load_duties(*, url: str, today: date, say: Callable[[str], None]) -> None:
    """Derive the year's duties of all organisations as the product does, meet most of what has begun, and sum it up.

    A year of meetings of so many organisations would take days to hold; here only the day on which each duty was met is
    laid down. While the rows are written the trigger that keeps the sums rests; then they are counted once.
    """
    system = Actor.system("demonstration")
    with acting(system), _by_rows_alone(url):
        places = list(Organisation.objects.order_by("path").values_list("id", flat=True))
        opened = 0
        for start in range(0, len(places), AT_ONCE):
            some = places[start : start + AT_ONCE]
            opened += derive(system, organisations=some, on=today, registered_on=date(today.year, 1, 1)).opened
            if start % EVERY == 0:
                say(f"{start + len(some):,} organisations owe {opened:,} duties")
    with acting(system):
        say(f"{recount(system):,} sums of {opened:,} duties")
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute("VACUUM ANALYZE duties_duty, duties_count")


@contextmanager
def _by_rows_alone(url: str) -> Iterator[None]:
    """The rows without the work of their trigger."""
    with closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute(_RESTING)
        try:
            yield
        finally:
            connection.execute(_AWAKE)
