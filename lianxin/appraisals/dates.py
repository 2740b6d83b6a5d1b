"""What appraisals put on the calendar: the days by which reviews and sheets are handed in."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.appraisals.models import Participant, Round
from lianxin.appraisals.permissions import VIEW
from lianxin.duties.facade import ALL_SHOWN, CalendarSource, Entry
from lianxin.kernel.authz import Actor, within


def of_organisations(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Entry]:
    """When handing in ends. One query."""
    rows = Round.objects.filter(organisation__in=organisations, due_on__range=(since, until))
    rows = within(rows.exclude(state=Round.State.WITHDRAWN), actor, VIEW, field="organisation_path")
    return [replace(_entry(one, one.get_absolute_url()), organisation=one.organisation_id) for one in rows]


def of_member(actor: Actor, member: UUID, since: date, until: date) -> list[Entry]:
    """When the member has to hand in. One query."""
    if actor.member_id != member:
        return []
    rows = Participant.objects.filter(member_id=member, elsewhere="", round__due_on__range=(since, until))
    rows = rows.exclude(round__state=Round.State.WITHDRAWN).select_related("round")
    return [_entry(one.round, reverse("own_appraisals:index")) for one in rows]


def _entry(held: Round, url: str) -> Entry:
    return Entry(
        held.due_on, str(held), _("hand in self review and sheets"), "", url, "due" if held.is_collecting else "ok"
    )


SOURCE = CalendarSource(
    "appraisals", gettext_lazy("Democratic appraisal"), of_organisations, of_member, at_home=ALL_SHOWN
)
