"""Duties as a list: what can be shown, filtered and exported."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _text
from django.utils.translation import gettext_lazy as _

from lianxin.duties.declared import all_duties
from lianxin.duties.models import DutyRow
from lianxin.duties.queries.due import DueItem, state_condition
from lianxin.duties.wording import STATES, period_in_words
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import today
from lianxin.kernel.ui.templatetags.ui import long_date
from lianxin.kernel.web.listing import Chip, ListColumn, ListFilter, Listing, Sort
from lianxin.organisations.facade import Organisation

YEARS_BACK = 4
YEAR = re.compile(r"20\d\d", re.ASCII)


def _item(name: str) -> Callable[[DutyRow], object]:
    return lambda row: getattr(DueItem(row, today()), name)


def _of_year(values: Sequence[str]) -> Q:
    years = [int(value) for value in values if YEAR.fullmatch(value)]
    return Q(period_start__year__in=years)


def _below(values: Sequence[str]) -> Q:
    wanted = [found for value in values if (found := parse_id(value)) is not None]
    condition = Q(pk__in=[])
    for path in Organisation.objects.filter(id__in=wanted).values_list("path", flat=True):
        condition |= subtree(path, field="organisation_path")
    return condition


def _keys() -> Sequence[tuple[str, Sentence]]:
    return [(duty.key, duty.label) for duty in all_duties()]


def _years() -> Sequence[tuple[str, Sentence]]:
    year = today().year
    return [(str(one), str(one)) for one in range(year + 1, year - YEARS_BACK, -1)]


@dataclass(frozen=True, slots=True)
class Window:
    """The periods a cell of the picture stands for, as an address holds them: `is.2026-03-01.2026-03-31`.

    `is`: the period of just these days. `in`: those that overlap the days and begin in the year of the first. `ends`:
    those that end on one of the days and begin in that year. `over`: those that end on one of the days.
    """

    how: str
    since: date
    until: date

    @classmethod
    def read(cls, text: str) -> "Window | None":
        """The window an address holds; None where it holds none."""
        found = WINDOW.fullmatch(text)
        if found is None:
            return None
        try:
            return cls(found[1], date.fromisoformat(found[2]), date.fromisoformat(found[3]))
        except ValueError:
            return None

    def __str__(self) -> str:
        return f"{self.how}.{self.since}.{self.until}"

    @property
    def condition(self) -> Q:
        """Rows of these periods."""
        begin, end = date(self.since.year, 1, 1), date(self.since.year, 12, 31)
        if self.how == "is":
            return Q(period_start=self.since, period_end=self.until)
        if self.how == "ends":
            return Q(period_start__gte=begin, period_start__lte=end, period_end__range=(self.since, self.until))
        if self.how == "over":  # no period is longer than a year
            return Q(period_start__gte=begin, period_start__lte=self.until, period_end__range=(self.since, self.until))
        return Q(period_start__gte=begin, period_start__lte=self.until, period_end__gte=self.since)

    @property
    def in_words(self) -> str:
        """As chips name it."""
        if self.how == "over":
            days = {"since": long_date(self.since), "until": long_date(self.until)}
            return _text("ended from %(since)s to %(until)s") % days
        named = period_in_words(self.since, self.until)
        return _text("ending in %(time)s") % {"time": named} if self.how == "ends" else named


WINDOW = re.compile(r"(is|in|ends|over)\.(20\d\d-\d\d-\d\d)\.(20\d\d-\d\d-\d\d)", re.ASCII)


def _of_windows(values: Sequence[str]) -> Q:
    condition = Q(pk__in=[])
    for value in values:
        window = Window.read(value)
        if window is not None:
            condition |= window.condition
    return condition


class Duties(Listing[DutyRow]):
    """Duties of organisations."""

    __slots__ = ()

    def _chips(self, params: QueryDict) -> Iterator[Chip]:
        """Chips name a place rather than show its identifier, and a time rather than its days."""
        for chip in super()._chips(params):
            window = Window.read(str(chip.value)) if chip.label is TIME.label else None
            if window is not None:
                yield Chip(chip.label, window.in_words, chip.query)
            elif chip.label is BELOW.label:
                known = parse_id(str(chip.value))
                found = Organisation.objects.filter(id=known).first() if known is not None else None
                yield Chip(chip.label, found.short_name if found else chip.value, chip.query)
            else:
                yield chip


BELOW = ListFilter("below", _("Below"), _below, kind="kept")
TIME = ListFilter("time", _("Period"), _of_windows, kind="kept")
DUTIES = Duties(
    name="duties",
    columns=(
        ListColumn(
            "organisation",
            _("Organisation"),
            lambda row: row.organisation.short_name,
            "place",
            "duties/cell_place.html",
        ),
        ListColumn("duty", _("What is due"), _item("label")),
        ListColumn("period", _("Period"), _item("period")),
        ListColumn("until", _("Last day"), lambda row: row.period_end, kind="date"),
        ListColumn("state", _("State"), _item("word"), template="duties/cell_state.html"),
        ListColumn("met_on", _("Held on"), lambda row: row.met_on, kind="date"),
        ListColumn("title", _("Held as"), lambda row: row.title),
        ListColumn("article", _("By which article"), _item("basis"), shown=False),
        ListColumn("withdrawn", _("Why it is not due"), lambda row: row.get_withdrawn_display(), shown=False),
    ),
    sorts=(Sort("place", _("Organisation"), ("organisation_path", "key", "period_start", "id")),),
    filters=(
        ListFilter("key", _("What is due"), lambda values: Q(key__in=values), _keys),
        ListFilter(
            "state", _("State"), state_condition, lambda: [(state.value, shown.word) for state, shown in STATES.items()]
        ),
        ListFilter("year", _("Year"), _of_year, _years, written_as="YYYY"),
        BELOW,
        TIME,
    ),
)
