"""Appraisals that go on, told to duties so that nobody is asked to open a second one."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.appraisals.events import FINISHED
from lianxin.appraisals.models import Round
from lianxin.appraisals.permissions import VIEW
from lianxin.duties.facade import Begun, BegunSource
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.time import today
from lianxin.kernel.ui.templatetags.ui import long_date


def going_on(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Begun]:
    """Rounds of the organisations that are open or counted, each in its year, with where it stands. One query."""
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
            url=one.get_absolute_url(),
            is_open=True,
            said=_where_it_stands(one),
        )
        for one in within(rows, actor, VIEW, field="organisation_path")
    ]


def _where_it_stands(held: Round) -> str:
    """In words. The day by which sheets are handed in is no day of the duty, and says nothing once it is past."""
    if not held.is_collecting:
        return held.stage
    if held.due_on < today():
        return _("the day for handing in is past; to be counted")
    return _("going on, sheets until %(day)s") % {"day": long_date(held.due_on)}


SOURCE = BegunSource("appraisals.rounds", frozenset({FINISHED.kind}), going_on)
