"""Loading the heart-to-heart talks of a year: most branches have closed theirs, with whom each member talked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import connection
from django.urls import reverse

from lianxin.kernel.events.record import describe
from lianxin.kernel.events.record import write as write_events
from lianxin.preparations.events import TALKS_FINISHED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from uuid import UUID

    from lianxin.kernel.authz import Actor

CLOSED = 640
"""Of 1,024 branches, how many have closed their talks."""
YEARS = """
    INSERT INTO preparations_talk_year (id, organisation_id, organisation_path, year, closed_on)
    SELECT gen_random_uuid(), id, path, %(year)s, %(closed)s FROM organisations_organisation o
    WHERE org_type = ANY(%(kinds)s) AND dissolved_on IS NULL AND id IS DISTINCT FROM %(owing)s
        AND (hashtext(code) & 1023) < %(share)s
        AND EXISTS (SELECT FROM members_post p WHERE p.organisation_id = o.id AND p.until IS NULL)
        AND full_members > 3
"""
# Each member with one of those who hold a post, drawn from the name, so that the same people talk every time.
TALKS = """
    INSERT INTO preparations_talk (id, talk_year_id, organisation_id, organisation_path, kind, first_id, second_id,
        first_name, second_name, talked_on, recorded_by)
    SELECT gen_random_uuid(), y.id, y.organisation_id, y.organisation_path, 'committee_member', l.member_id, m.id,
        l.name, m.name, make_date(y.year, 2 + (drawn %% 8), 1 + (drawn %% 28)), l.name
    FROM preparations_talk_year y
    JOIN LATERAL (SELECT array_agg(DISTINCT p.member_id) AS leading FROM members_post p
        WHERE p.organisation_id = y.organisation_id AND p.until IS NULL) posts ON TRUE
    JOIN members_member m ON m.organisation_id = y.organisation_id AND m.membership_status = 'normal'
        AND m.id <> ALL(posts.leading)
    CROSS JOIN LATERAL (SELECT hashtext(m.pinyin || m.id_number_masked) & 1023 AS drawn) d
    JOIN LATERAL (SELECT id AS member_id, name FROM members_member
        WHERE id = posts.leading[1 + drawn %% cardinality(posts.leading)]) l ON TRUE
    WHERE y.year = %(year)s AND y.closed_on IS NOT NULL
"""
FINISHED = """
    SELECT y.id, y.organisation_id, y.organisation_path, max(t.talked_on), count(*)
    FROM preparations_talk_year y JOIN preparations_talk t ON t.talk_year_id = y.id
    WHERE y.year = %(year)s AND y.closed_on IS NOT NULL GROUP BY 1, 2, 3
"""


def load_talks(actor: Actor, *, kinds: Sequence[str], closed_on: date, owing: UUID | None, at: datetime) -> int:
    """Give most organisations of the kinds the talks of the year, closed; how many. Not to the one still `owing`."""
    given: dict[str, Any] = {
        "year": closed_on.year,
        "closed": closed_on,
        "kinds": list(kinds),
        "owing": owing,
        "share": CLOSED,
    }
    with connection.cursor() as cursor:
        cursor.execute(YEARS, given)
        cursor.execute(TALKS, given)
        cursor.execute(FINISHED, given)
        rows = cursor.fetchall()
    write_events(
        describe(
            actor,
            TALKS_FINISHED,
            at=at,
            subject=held,
            organisation=organisation,
            organisation_path=path,
            effective_on=last,
            data={
                "meets": ["heart_talk"],
                "held_on": last.isoformat(),
                "title": f"{closed_on.year}年谈心谈话",
                "url": reverse("preparations:talk_year", args=[held]),
                "talked": talks,
                "planned": talks,
            },
        )
        for held, organisation, path, last, talks in rows
    )
    return len(rows)
