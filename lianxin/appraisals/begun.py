"""Appraisals that go on, told to duties so that nobody is asked to open a second one."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from lianxin.appraisals.events import FINISHED
from lianxin.appraisals.models import Round
from lianxin.appraisals.permissions import VIEW
from lianxin.duties.facade import Begun, BegunSource
from lianxin.kernel.authz import Actor, within


def going_on(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Begun]:
    """Rounds of the organisations that are open or counted, each in its year, with its last day. One query."""
    rows = Round.objects.filter(
        organisation__in=organisations,
        state__in=[Round.State.COLLECTING, Round.State.COUNTED],
        year__range=(since.year, until.year),
    )
    return [
        Begun(
            organisation=one.organisation_id,
            meets=frozenset({"member_appraisal"}),
            on=min(one.due_on, date(one.year, 12, 31)),
            until=one.due_on,
            url=one.get_absolute_url(),
            is_open=True,
        )
        for one in within(rows, actor, VIEW, field="organisation_path")
    ]


SOURCE = BegunSource("appraisals.rounds", frozenset({FINISHED.kind}), going_on)
