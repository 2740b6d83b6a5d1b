"""Calendars of a member, an organisation and a subtree: duties and whatever sources give, by day."""

import calendar
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from lianxin.duties.calendar import Entry, calendar_sources
from lianxin.duties.declared import label_of
from lianxin.duties.models import DutyRow
from lianxin.duties.permissions import VIEW
from lianxin.duties.queries.due import DueItem, duties_within
from lianxin.duties.queries.picture import Span, cell, children_to_show, sums
from lianxin.duties.wording import State
from lianxin.kernel.authz import Actor
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import today
from lianxin.organisations.facade import Organisation, organisations_within

PLACES_BELOW = 200
"""Up to so many organisations a subtree shows the entries of each; of more nobody could read them."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day of the month's sheet with its entries."""

    on: date
    entries: list[Entry]
    is_of_month: bool
    is_today: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """A month as weeks of days, and as a list of the days on which something is: those to come, and those past."""

    month: date
    weeks: list[list[Day]]
    agenda: list[Day]
    past: list[Day]
    previous: date
    next: date


def sheet(month: date, entries: Sequence[Entry], *, day: date) -> Sheet:
    """Lay entries out over the weeks of a month, Mondays first."""
    by_day: dict[date, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_day[entry.on].append(entry)
    weeks = [
        [Day(on, by_day.get(on, []), on.month == month.month, on == day) for on in week]
        for week in calendar.Calendar(0).monthdatescalendar(month.year, month.month)
    ]
    listed = [one for week in weeks for one in week if one.is_of_month and one.entries]
    is_present = (month.year, month.month) == (day.year, day.month)
    past = [one for one in listed if is_present and one.on < day]
    agenda = listed[len(past) :]
    before = (month.replace(day=1) - timedelta(days=1)).replace(day=1)
    after = (month.replace(day=28) + timedelta(days=4)).replace(day=1)
    return Sheet(month.replace(day=1), weeks, agenda, past, before, after)


def span_of(month: date) -> tuple[date, date]:
    """The first and last day that the month's sheet shows."""
    weeks = calendar.Calendar(0).monthdatescalendar(month.year, month.month)
    return weeks[0][0], weeks[-1][-1]


def entries_of_member(actor: Actor, *, since: date, until: date, home: date | None = None) -> list[Entry]:
    """What the sources know of the actor's own days; for the home page of a day without what its panels show."""
    if actor.member_id is None:
        return []
    found = []
    for source in calendar_sources():
        begins = since if home is None else max(since, home + timedelta(days=source.at_home))
        if source.member is not None and begins <= until:
            found += source.member(actor, actor.member_id, begins, until)
    return _ordered(found)


def entries_of_organisation(
    actor: Actor, organisation: Organisation, *, since: date, until: date, with_persons: bool = True
) -> list[Entry]:
    """The duties of an organisation by their last day, and what the sources know of it. One query and theirs.

    Without `with_persons` sources that name persons are left out: for addresses that anybody who has them can read.
    """
    rows = duties_within(actor).filter(
        organisation=organisation, period_end__gte=since, period_end__lte=until, withdrawn=""
    )
    found = [_entry(DueItem(row, today())) for row in rows.order_by("period_end", "key")]
    return _ordered([*found, *_of_sources(actor, [organisation.id], since, until, with_persons=with_persons)])


@dataclass(frozen=True, slots=True)
class Below:
    """The calendar of a subtree. Where it is too large for the entries of each organisation, `is_whole` is False.

    Then the entries are sums of duties and what concerns the place itself, and `children` lead on.
    """

    entries: list[Entry]
    is_whole: bool
    children: list[Organisation] = field(default_factory=list)


def entries_below(actor: Actor, node: Organisation, *, since: date, until: date) -> Below:
    """The duties of a subtree summed by kind and last day, and what the sources know of its organisations.

    Five queries and theirs, whatever the size.
    """
    found = _sums_below(node, since, until)
    rows = organisations_within(actor, VIEW).filter(subtree(node.path)).order_by("path")
    places = dict(rows.values_list("id", "short_name")[: PLACES_BELOW + 1])
    if len(places) > PLACES_BELOW:
        children, _rest = children_to_show(actor, node)
        return Below(
            _ordered([*found, *_of_sources(actor, [node.id], since, until)]), is_whole=False, children=children
        )
    known = [_placed(one, places, node) for one in _of_sources(actor, list(places), since, until)]
    return Below(_ordered([*found, *known]), is_whole=True)


def _placed(entry: Entry, places: dict[UUID, str], node: Organisation) -> Entry:
    """An entry that says whose it is, where it is not the place's own."""
    if entry.organisation is None or entry.organisation == node.id or entry.organisation not in places:
        return entry
    named = {"place": places[entry.organisation], "what": entry.label}
    return replace(entry, label=_("%(place)s: %(what)s") % named)


def _sums_below(node: Organisation, since: date, until: date) -> list[Entry]:
    condition = Q(period_end__gte=since, period_end__lte=until, period_start__gte=date(since.year - 1, 1, 1))
    totals: dict[tuple[str, Span], list[int]] = defaultdict(lambda: [0, 0])
    for (_path, key, span), (due, met) in sums([node.path], [node.path], condition=condition).items():
        totals[(key, span)][0] += due
        totals[(key, span)][1] += met
    address = reverse("duties:picture")
    return [
        Entry(
            on=span.end,
            label=_("%(duty)s: %(met)d of %(due)d") % {"duty": label_of(key), "met": met, "due": due},
            why=str(cell(span, due, met, today()).word),
            url=f"{address}?node={node.id}&year={span.start.year}&key={key}",
            state=cell(span, due, met, today()).tone,
        )
        for (key, span), (due, met) in totals.items()
        if due
    ]


def _of_sources(
    actor: Actor, places: Sequence[UUID], since: date, until: date, *, with_persons: bool = True
) -> list[Entry]:
    return [
        entry
        for source in calendar_sources()
        if source.organisation is not None and (with_persons or not source.names_persons)
        for entry in source.organisation(actor, places, since, until)
    ]


def _entry(item: DueItem) -> Entry:
    return Entry(
        on=_shown_on(item.row, item.state),
        label=item.label,
        why=_reason(item),
        article=item.basis,
        url=item.row.url or reverse("duties:organisation", args=[item.row.organisation_id]),
        state=item.tone,
    )


def _shown_on(row: DutyRow, state: State) -> date:
    return row.met_on if state is State.MET and row.met_on is not None else row.period_end


def _reason(item: DueItem) -> Sentence:
    if item.state is State.MET:
        return _("%(period)s: done") % {"period": item.period}
    return _("%(period)s: last day") % {"period": item.period}


def _ordered(entries: Sequence[Entry]) -> list[Entry]:
    return sorted(entries, key=lambda one: (one.on, str(one.label)))
