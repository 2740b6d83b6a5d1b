"""The first projector: how many acts of each kind a day at each place of the tree, for the page of the auditor."""

from collections import Counter
from collections.abc import Sequence

from django.db import connection

from lianxin.kernel.events.projectors import Positioned, projector
from lianxin.kernel.models import DailyActs
from lianxin.kernel.time import day_of

_ADD = """
    INSERT INTO kernel_daily_acts (day, organisation_path, kind, acts)
    SELECT * FROM unnest(%s::date[], %s::varchar[], %s::varchar[], %s::bigint[])
    ON CONFLICT (day, organisation_path, kind) DO UPDATE SET acts = kernel_daily_acts.acts + excluded.acts
"""


def count_acts(batch: Sequence[Positioned]) -> None:
    """Add the events to the counts of their days."""
    counts = Counter((day_of(one.event.at), one.event.organisation_path, one.event.kind) for one in batch)
    # In one order whoever writes, so that two writers could never wait for each other.
    rows = sorted(counts.items())
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            [
                [day for (day, _path, _kind), _number in rows],
                [path for (_day, path, _kind), _number in rows],
                [kind for (_day, _path, kind), _number in rows],
                [number for _key, number in rows],
            ],
        )


def clear_counts() -> None:
    """Forget all counts."""
    DailyActs.objects.all().delete()


DAILY_ACTS = projector("kernel.daily_acts", apply=count_acts, reset=clear_counts)
