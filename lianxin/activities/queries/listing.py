"""The list of activities, for the screen, the export and programs alike."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from lianxin.activities.kinds import kinds, names_of
from lianxin.activities.models import Activity
from lianxin.activities.queries.activities import instants_of
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import SHANGHAI, add_months, now, today
from lianxin.kernel.web.listing import Chip, ListColumn, ListFilter, Listing, Sort
from lianxin.organisations.facade import Organisation, short_names_of

MONTHS_BACK, MONTHS_AHEAD = 13, 3


def month_choices() -> Sequence[tuple[str, Sentence]]:
    """The months that the sheet of filters offers; others work in the address."""
    first = today().replace(day=1)
    months = (add_months(first, ahead) for ahead in range(MONTHS_AHEAD, -MONTHS_BACK, -1))
    return [(f"{one:%Y-%m}", f"{one:%Y-%m}") for one in months]


def _in_months(values: Sequence[str]) -> Q:
    condition = Q(pk__in=[])
    for value in values:
        try:
            first = date.fromisoformat(f"{value}-01")
        except ValueError:
            continue
        begins, _end = instants_of(first, first)
        ends, _end = instants_of(add_months(first, 1), first)
        condition |= Q(starts_at__gte=begins, starts_at__lt=ends)
    return condition


def _of_kinds(values: Sequence[str]) -> Q:
    return Q(kinds__overlap=list(values))


OPEN = (Activity.State.DRAFT, Activity.State.ANNOUNCED)
LONGEST = timedelta(days=4)
"""No activity lasts longer; what began before that is over, and the index of beginnings need not be read further."""
COMES, PAST = "coming", "past"


def _comes(at: datetime) -> Q:
    return Q(state__in=OPEN, starts_at__gt=at - LONGEST, ends_at__gt=at)


def is_past(at: datetime) -> Q:
    """The condition that an activity is over, held or cancelled."""
    return ~_comes(at)


def next_of(rows: QuerySet[Activity], at: datetime) -> QuerySet[Activity]:
    """What is on or comes, the nearest first."""
    return rows.filter(_comes(at)).order_by("starts_at", "id")


def _in_period(values: Sequence[str]) -> Q:
    at = now()
    condition = Q(pk__in=[])
    if COMES in values:
        condition |= _comes(at)
    if PAST in values:
        condition |= is_past(at)
    return condition


def _below(values: Sequence[str]) -> Q:
    condition = Q(pk__in=[])
    for value in values:
        key = parse_id(value)
        path = Organisation.objects.filter(pk=key).values_list("path", flat=True).first() if key else None
        if path is not None:
            condition |= subtree(path, field="organisation_path")
    return condition


ORGANISATION = ListFilter("organisation", _("organisation, with those below"), _below)


class Activities(Listing[Activity]):
    """Activities; chips name an organisation rather than show its identifier."""

    __slots__ = ()

    def _chips(self, params: QueryDict) -> Iterator[Chip]:
        for chip in super()._chips(params):
            key = parse_id(str(chip.value)) if chip.label is ORGANISATION.label else None
            yield Chip(chip.label, short_names_of([key]).get(key, chip.value), chip.query) if key else chip


def when(row: Activity) -> str:
    """When it begins, as tables show it."""
    return f"{row.starts_at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def kinds_in_words(row: Activity) -> str:
    """The kinds of an activity in words."""
    return "、".join(str(name) for name in names_of(row.kinds))


def _place(row: Activity) -> str:
    return row.place or (str(_("online")) if row.online_link else "")


def _organisation(row: Activity) -> str:
    return row.organisation_name or row.organisation.short_name


ACTIVITIES = Activities(
    name="activities",
    columns=(
        ListColumn("title", _("title"), lambda row: row.title),
        ListColumn("when", _("time"), when, sort="when"),
        ListColumn("kinds", _("kinds"), kinds_in_words),
        ListColumn("organisation", _("organisation"), _organisation),
        ListColumn("place", _("place"), _place),
        ListColumn("state", _("state"), lambda row: row.get_state_display(), template="activities/cells/state.html"),
        ListColumn("chair", _("chair"), lambda row: row.chair_name, shown=False),
        ListColumn("reported", _("recorded afterwards"), lambda row: row.was_reported, shown=False, kind="yes_no"),
    ),
    sorts=(Sort("when", _("time"), ("starts_at", "id")),),
    filters=(
        ORGANISATION,
        ListFilter(
            "period", _("coming or over"), _in_period, lambda: [(COMES, _("to come")), (PAST, _("over or cancelled"))]
        ),
        ListFilter("kind", pgettext_lazy("of an activity", "kind"), _of_kinds, lambda: list(kinds().items())),
        ListFilter("state", _("state"), lambda values: Q(state__in=list(values)), lambda: list(Activity.State.choices)),
        ListFilter("month", _("month"), _in_months, month_choices, written_as="YYYY-MM"),
    ),
    search=lambda text: Q(title__startswith=text) | Q(chair_name__startswith=text),
)
