"""Attendance as a list that can be filtered and exported, whatever the period."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianxin.activities.facade import Activity, Participant, names_of
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.time import SHANGHAI
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.ledgers.held.meetings import attended
from lianxin.ledgers.periods import period_named
from lianxin.ledgers.permissions import EXPORT, VIEW


def _in_periods(values: Sequence[str]) -> Q:
    condition = Q(pk__in=[])
    for value in values:
        period = period_named(value)
        if period is not None:
            first = datetime.combine(period.since, time(), SHANGHAI)
            last = datetime.combine(period.until + timedelta(days=1), time(), SHANGHAI)
            condition |= Q(activity__starts_at__gte=first, activity__starts_at__lt=last)
    return condition


def _of_organisations(values: Sequence[str]) -> Q:
    keys = [key for value in values if (key := parse_id(value)) is not None]
    return Q(member_organisation__in=keys)


ATTENDANCE: Listing[Participant] = Listing(
    name="ledgers_attendance",
    columns=(
        ListColumn("name", pgettext_lazy("person", "Name"), lambda row: row.name),
        ListColumn(
            "on", gettext_lazy("Day"), lambda row: row.activity.starts_at.astimezone(SHANGHAI).date(), kind="date"
        ),
        ListColumn("title", gettext_lazy("Activity"), lambda row: row.activity.title),
        ListColumn(
            "kind",
            pgettext_lazy("activity", "Kind"),
            lambda row: "、".join(str(name) for name in names_of(row.activity.kinds)),
        ),
        ListColumn("state", pgettext_lazy("ledger", "Attendance"), lambda row: attended(row, made_up=False)),
        ListColumn("reason", gettext_lazy("Reason of leave"), lambda row: "" if row.came else row.leave_reason),
    ),
    sorts=(Sort("newest", gettext_lazy("Newest first"), ("id",)),),
    filters=(
        ListFilter("organisation", gettext_lazy("Organisation"), _of_organisations),
        ListFilter("period", pgettext_lazy("ledger", "Period"), _in_periods),
        ListFilter(
            "state",
            pgettext_lazy("ledger", "Attendance"),
            lambda values: Q(attendance__in=values),
            lambda: Participant.Attendance.choices,
        ),
    ),
    search=lambda text: Q(name__startswith=text),
)


def attendance_within(actor: Actor, permission: str = VIEW) -> QuerySet[Participant]:
    """Members at what was held, of the organisations where the actor holds the permission."""
    rows = Participant.objects.filter(activity__state=Activity.State.HELD, role=Participant.Role.MEMBER)
    return within(rows.select_related("activity"), actor, permission, field="member_path")


def export_rows(actor: Actor) -> QuerySet[Participant]:
    """What an export reads."""
    return attendance_within(actor, EXPORT)
