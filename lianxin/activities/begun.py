"""What is planned and not yet held, told to duties so that nobody is asked to plan it again."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lianxin.activities.events import HELD, REPORTED
from lianxin.activities.models import Activity, ActivityParty
from lianxin.activities.permissions import VIEW
from lianxin.activities.queries.activities import instants_of
from lianxin.duties.facade import Begun, BegunSource
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.time import day_of, now


def planned_for(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Begun]:
    """Drafts and announced activities that will count for the organisations. One query."""
    first, last = instants_of(since, until)
    rows = ActivityParty.objects.filter(
        organisation__in=organisations,
        activity__state__in=[Activity.State.DRAFT, Activity.State.ANNOUNCED],
        activity__starts_at__gte=first,
        activity__starts_at__lt=last,
    )
    at = now()
    return [
        Begun(
            organisation=row.organisation_id,
            meets=frozenset(row.activity.kinds),
            on=day_of(row.activity.starts_at),
            url=row.activity.get_absolute_url(),
            held_url=row.activity.get_absolute_url() if row.activity.starts_at <= at else "",
        )
        for row in within(rows.select_related("activity"), actor, VIEW, field="organisation_path")
    ]


SOURCE = BegunSource("activities.activities", frozenset({HELD.kind, REPORTED.kind}), planned_for)
