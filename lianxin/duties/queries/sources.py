"""Calendar entries that the register itself gives: terms that end, and conversions."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.duties.calendar import CalendarSource, Entry, register_calendar
from lianxin.kernel.authz import Actor
from lianxin.kernel.time import today
from lianxin.members.facade import TAKES_PART, Member
from lianxin.organisations.facade import Organisation, organisations_within
from lianxin.rules.facade import conversion_window, in_force_or_none


def terms_due(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Entry]:
    """Ends of terms of office. One query."""
    rows = organisations_within(actor).filter(
        id__in=list(organisations), term_ends_on__gte=since, term_ends_on__lte=until
    )
    return [_term(row) for row in rows.order_by("term_ends_on", "path")]


def _term(row: Organisation) -> Entry:
    rule = in_force_or_none("organisations.branch.term_months", row.term_ends_on or today())
    return Entry(
        on=row.term_ends_on or today(),
        label=_("Change of term: %(organisation)s") % {"organisation": row.short_name},
        why=_("The term of office ends."),
        article=rule.source.cite("") if rule is not None else "",
        url=reverse("organisations:detail", args=[row.id]),
        state="late" if row.term_ends_on is not None and row.term_ends_on < today() else "due",
    )


def member_days(actor: Actor, member: UUID, since: date, until: date) -> list[Entry]:
    """The day on which a probationary member becomes a full one. One query."""
    if actor.member_id != member:
        return []
    found = Member.objects.filter(id=member, membership_status__in=TAKES_PART).first()
    if found is None:
        return []
    window = conversion_window(found.joined_on) if found.person_category == "probationary" else None
    return [
        Entry(
            on=day,
            label=_("Probation ends"),
            why=_("Ask in writing for conversion before this day."),
            article=window.rule.citation,
            state="due",
        )
        for day in (window.days if window is not None else ())
        if window is not None and since <= day <= until
    ]


def register_sources() -> None:
    """Make them known."""
    register_calendar(CalendarSource("terms", gettext_lazy("terms of office"), organisation=terms_due))
    register_calendar(CalendarSource("member_days", gettext_lazy("own days"), member=member_days))
