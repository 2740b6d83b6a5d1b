"""Party groups of a branch on its calendar: how many have met in the running period, and that the next ones come.

Asked of the groups and meetings there are, kept nowhere: docs/decisions/duties.md.
"""

from collections.abc import Iterator, Sequence
from datetime import date
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Exists
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lianxin.activities.group_panels import KIND, RULE, SHOWN, meetings_of_group
from lianxin.activities.models import Activity, PartyGroup
from lianxin.activities.permissions import VIEW
from lianxin.duties.facade import CalendarSource, Entry
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.db.paths import ancestors
from lianxin.kernel.time import add_months, today
from lianxin.organisations.facade import Organisation
from lianxin.rules.facade import Block, RuleVersion, blocks, in_force_or_none

DECEMBER = 12


def groups_due(actor: Actor, organisations: Sequence[UUID], since: date, until: date) -> list[Entry]:
    """Meetings of Party groups by the last day of the running period and of those still to come, as far as duties go.

    Of many organisations they are summed. What is over has no verdict: which groups there were then is not kept.
    One query, of many organisations two.
    """
    day = today()
    rule = in_force_or_none(RULE, day)
    periods = list(_periods(rule, since, until, day)) if rule is not None else []
    if rule is None or not periods or not actor.may_somewhere(VIEW):
        return []
    rows = PartyGroup.objects.filter(organisation__in=organisations, closed_at__isnull=True)
    running = next(one for one in blocks(rule.number, day.year) if day in one)
    held = meetings_of_group(running.start, running.end).filter(state=Activity.State.HELD)
    groups = list(
        within(rows, actor, VIEW, field="organisation_path")
        .annotate(has_met=Exists(held))
        .order_by("organisation_path", "id")
    )
    if not groups:
        return []
    place = _place_of(groups)
    return [_entry(groups, one, place, rule, is_running=day in one, is_one=len(organisations) == 1) for one in periods]


def _periods(rule: RuleVersion, since: date, until: date, day: date) -> Iterator[Block]:
    last = min(until, date(day.year + (day.month == DECEMBER), DECEMBER, 31))
    for year in range(day.year, last.year + 1):
        yield from (one for one in blocks(rule.number, year) if max(since, day) <= one.end <= last)


def _place_of(groups: Sequence[PartyGroup]) -> UUID | None:
    """The branch of the groups; of several branches the lowest organisation above all of them."""
    if len({one.organisation_id for one in groups}) == 1:
        return groups[0].organisation_id
    shared = set.intersection(*({*ancestors(one.organisation_path), one.organisation_path} for one in groups))
    path = max(shared, key=len, default="")
    return Organisation.objects.filter(path=path).values_list("id", flat=True).first()


def _entry(
    groups: Sequence[PartyGroup],
    period: Block,
    place: UUID | None,
    rule: RuleVersion,
    *,
    is_running: bool,
    is_one: bool,
) -> Entry:
    waiting = [one.name for one in groups if not one.has_met] if is_running else []  # type: ignore[attr-defined]
    label = ngettext("Group meetings: %(count)d Party group", "Group meetings: %(count)d Party groups", len(groups)) % {
        "count": len(groups)
    }
    why, state = _("Each group meets by this day."), ""
    if is_running:
        label = _("Group meetings: %(met)d of %(all)d groups have met") % {
            "met": len(groups) - len(waiting),
            "all": len(groups),
        }
        state = "due" if waiting else "ok"
        if not waiting:
            why = _("Every group has met.")
        elif is_one:
            more = "…" if len(waiting) > SHOWN else ""
            why = _("Not yet: %(names)s") % {"names": _(", ").join(waiting[:SHOWN]) + more}
    return Entry(
        on=period.end,
        label=label,
        why=why,
        article=rule.citation,
        url=_list_of(period, place),
        state=state,
        organisation=place if is_one else None,
    )


def _list_of(period: Block, place: UUID | None) -> str:
    """The group meetings of the period in the list of activities."""
    months, first = [], period.start
    while first <= period.end:
        months.append(("month", f"{first:%Y-%m}"))
        first = add_months(first, 1)
    where = [("organisation", str(place))] if place is not None else []
    return f"{reverse('activities:index')}?{urlencode([*where, ('kind', KIND), *months])}"


CALENDAR = CalendarSource("activities.groups", gettext_lazy("Party groups"), organisation=groups_due)
