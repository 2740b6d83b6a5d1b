"""Duties as a list: what can be shown, filtered and exported."""

import re
from collections.abc import Callable, Iterator, Sequence

from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from lianxin.duties.declared import all_duties
from lianxin.duties.models import DutyRow
from lianxin.duties.queries.due import DueItem, state_condition
from lianxin.duties.wording import STATES
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import today
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


class Duties(Listing[DutyRow]):
    """Duties of organisations."""

    __slots__ = ()

    def _chips(self, params: QueryDict) -> Iterator[Chip]:
        """Chips name a place rather than show its identifier."""
        for chip in super()._chips(params):
            if chip.label is BELOW.label:
                known = parse_id(str(chip.value))
                found = Organisation.objects.filter(id=known).first() if known is not None else None
                yield Chip(chip.label, found.short_name if found else chip.value, chip.query)
            else:
                yield chip


BELOW = ListFilter("below", _("Below"), _below, kind="text")
DUTIES = Duties(
    name="duties",
    columns=(
        ListColumn("organisation", _("Organisation"), lambda row: row.organisation.short_name, sort="place"),
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
        ListFilter("year", _("Year"), _of_year, _years),
        BELOW,
    ),
)
