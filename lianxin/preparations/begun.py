"""Talks that are planned and meetings being prepared, told to duties so that nobody is asked to begin them again."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.urls import reverse

from lianxin.duties.facade import Begun, BegunSource
from lianxin.kernel.authz import Actor, within
from lianxin.preparations.events import TALKS_FINISHED
from lianxin.preparations.models import Preparation, TalkYear
from lianxin.preparations.permissions import VIEW


def talks_going_on(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Begun]:
    """Talks of the years that are not closed. One query."""
    rows = TalkYear.objects.filter(
        organisation__in=organisations, closed_on__isnull=True, year__range=(since.year, until.year)
    )
    return [
        Begun(
            organisation=one.organisation_id,
            meets=frozenset({"heart_talk"}),
            on=date(one.year, 12, 31),
            url=reverse("preparations:talk_year", args=[one.pk]),
            is_open=True,
        )
        for one in within(rows, actor, VIEW, field="organisation_path")
    ]


def meetings_prepared(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Begun]:
    """Meetings being prepared that are no activity yet. One query."""
    rows = Preparation.objects.filter(
        organisation__in=organisations,
        planned_on__range=(since, until),
        closed_at__isnull=True,
        activity_id__isnull=True,
    )
    return [
        Begun(
            organisation=one.organisation_id,
            meets=frozenset({one.kind}),
            on=one.planned_on,
            url=one.get_absolute_url(),
        )
        for one in within(rows, actor, VIEW, field="organisation_path")
    ]


SOURCES = (
    BegunSource("preparations.talks", frozenset({TALKS_FINISHED.kind}), talks_going_on),
    BegunSource("preparations.meetings", frozenset({"activities.held", "activities.reported"}), meetings_prepared),
)
