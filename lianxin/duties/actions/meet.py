"""Duties are met by acts of other modules: the first valid one in the period counts, and the next if it is undone."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from lianxin.duties.declared import all_duties

# The act is looked up for each duty by its index: a join of the two tables went wrong by orders of magnitude where they
# had just been filled and the planner knew nothing of them.
_MATCH = """
    WITH meets AS MATERIALIZED (
        SELECT * FROM unnest(%(keys)s::varchar[], %(kinds)s::varchar[], %(events)s::varchar[]) m(key, kind, event_kind)
    )
    UPDATE duties_duty d
    SET met_on = f.held_on, met_by = f.act, title = coalesce(f.title, ''), url = coalesce(f.url, '')
    FROM duties_duty was LEFT JOIN LATERAL (
        SELECT a.held_on, a.act, a.title, a.url
        FROM meets m JOIN duties_act a ON a.organisation_id = was.organisation_id AND a.meets = m.kind
            AND a.event_kind = m.event_kind AND a.is_valid AND a.held_on BETWEEN was.period_start AND was.period_end
        WHERE m.key = was.key
        ORDER BY a.held_on, a.act LIMIT 1
    ) f ON true
    WHERE was.id = d.id AND was.organisation_id = ANY(%(organisations)s) AND d.organisation_id = ANY(%(organisations)s)
        AND (d.met_on, d.met_by, d.title, d.url)
            IS DISTINCT FROM (f.held_on, f.act, coalesce(f.title, ''), coalesce(f.url, ''))
"""


def match(organisations: Sequence[UUID]) -> int:
    """Set beside every duty of the organisations the first valid act of its period; how many rows changed.

    The earliest day counts, and of one day the act with the smaller id, so that the answer does not depend on the order
    in which acts became known. A withdrawn duty that was met in its period stays withdrawn. One statement.
    """
    rows = [
        (duty.key, kind, event)
        for duty in all_duties()
        for kind in sorted(duty.met_as)
        for event in sorted(duty.met_by)
    ]
    with connection.cursor() as cursor:
        # Where the planner expects next to no rows it would compare each duty with each (minutes for a county). Hashed,
        # they find themselves at once; only the look-up of an act goes by its index all the same.
        cursor.execute("SET LOCAL enable_nestloop TO off")
        cursor.execute(
            _MATCH,
            {
                "organisations": list(organisations),
                "keys": [key for key, _kind, _event in rows],
                "kinds": [kind for _key, kind, _event in rows],
                "events": [event for _key, _kind, event in rows],
            },
        )
        changed: int = cursor.rowcount
        cursor.execute("SET LOCAL enable_nestloop TO on")
    return changed
