"""Party groups that have no meeting yet in the running period, on the home of the branch's secretary."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from lianxin.activities.models import Activity, PartyGroup
from lianxin.activities.permissions import PLAN
from lianxin.activities.queries.activities import instants_of
from lianxin.kernel.authz import Actor, Role
from lianxin.kernel.time import today
from lianxin.rules.facade import RuleVersion, blocks, in_force_or_none

KIND = "group_meeting"
RULE = "organisation_life.group_meeting.interval_months"
SHOWN = 8


@dataclass(frozen=True, slots=True)
class Waiting:
    """A group without a meeting, and where one is planned, or reported as held."""

    group: PartyGroup
    start_url: str
    offline_url: str


@dataclass(frozen=True, slots=True)
class GroupsWaiting:
    """The groups, the last day of the period, and the rule behind it."""

    rows: Sequence[Waiting]
    until: date
    rule: RuleVersion


def groups_waiting(actor: Actor) -> GroupsWaiting | None:
    """Groups of the actor's own branches for which nothing is planned or held in the running period. One query.

    What was reported for the branch without naming a group counts for each of them. Source: BRANCH 13.
    """
    own = {reach.path for reach in actor.reaches_for(PLAN) if reach.role == Role.SECRETARY}
    day = today()
    rule = in_force_or_none(RULE, day) if own else None
    if rule is None:
        return None
    period = next(one for one in blocks(rule.number, day.year) if one.start <= day <= one.end)
    meetings = meetings_of_group(period.start, period.end).exclude(state=Activity.State.CANCELLED)
    rows = PartyGroup.objects.filter(~Exists(meetings), organisation_path__in=own, closed_at__isnull=True)
    found = list(rows.select_related("organisation").order_by("organisation_path", "name", "id")[:SHOWN])
    return (
        GroupsWaiting([_waiting(one, period.start, period.end) for one in found], period.end, rule) if found else None
    )


def meetings_of_group(since: date, until: date) -> QuerySet[Activity]:
    """What was planned or held for a group (the outer row) in a period, cancelled ones too."""
    first, last = instants_of(since, until)
    return Activity.objects.filter(
        Q(group=OuterRef("pk")) | Q(group__isnull=True, was_reported=True),
        organisation=OuterRef("organisation"),
        kinds__contains=[KIND],
        starts_at__gte=first,
        starts_at__lt=last,
    )


def _waiting(group: PartyGroup, since: date, until: date) -> Waiting:
    given = {"kind": KIND, "organisation": group.organisation_id, "group": group.pk, "since": since, "until": until}
    query = urlencode(given)
    return Waiting(group, f"{reverse('activities:new')}?{query}", f"{reverse('activities:new_held')}?{query}")
