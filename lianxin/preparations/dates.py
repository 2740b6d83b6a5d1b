"""What preparations put on the calendar: meetings being prepared, and what is to be put right."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.duties.facade import ALL_SHOWN, CalendarSource, Entry
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.time import today
from lianxin.preparations.models import Examination, Preparation, Rectification
from lianxin.preparations.permissions import VIEW


def _entry(one: Rectification, url: str) -> Entry:
    if one.state == Rectification.State.CLOSED:
        state = "ok"
    else:
        state = "late" if one.due_on < today() and one.state == Rectification.State.OPEN else "due"
    return Entry(one.due_on, _("Put right: %(problem)s") % {"problem": one.problem}, one.owner_name, "", url, state)


def of_organisations(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Entry]:
    """Meetings being prepared without an activity of their own, and what is to be put right. Two queries."""
    days = {"organisation__in": organisations}
    meetings = Preparation.objects.filter(**days, planned_on__range=(since, until), activity_id__isnull=True)
    found = [
        Entry(
            one.planned_on,
            one.topic,
            one.get_kind_display(),
            "",
            one.get_absolute_url(),
            "due" if one.is_open else "ok",
            one.organisation_id,
        )
        for one in within(meetings, actor, VIEW, field="organisation_path")
    ]
    items = Rectification.objects.filter(**days, due_on__range=(since, until))
    return found + [
        replace(_entry(one, reverse("preparations:rectification", args=[one.pk])), organisation=one.organisation_id)
        for one in within(items, actor, VIEW, field="organisation_path")
    ]


def of_member(actor: Actor, member: UUID, since: date, until: date) -> list[Entry]:
    """The texts asked of the member, by the day of the meeting, and what they have to put right. Two queries."""
    if actor.member_id != member:
        return []
    texts = Examination.objects.filter(author_id=member, preparation__planned_on__range=(since, until))
    found = [
        Entry(
            one.preparation.planned_on,
            _("Self-examination text: %(topic)s") % {"topic": one.preparation.topic},
            one.preparation.get_kind_display(),
            "",
            reverse("own_preparations:examination", args=[one.pk]),
            "ok" if one.handed_in_at else "due",
        )
        for one in texts.select_related("preparation")
    ]
    items = Rectification.objects.filter(owner_id=member, due_on__range=(since, until))
    return found + [_entry(one, reverse("own_preparations:rectification", args=[one.pk])) for one in items]


SOURCE = CalendarSource(
    "preparations",
    gettext_lazy("Preparing meetings and putting right"),
    of_organisations,
    of_member,
    names_persons=True,
    at_home=ALL_SHOWN,
)
