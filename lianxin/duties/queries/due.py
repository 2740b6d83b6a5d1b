"""What is due of organisations, as people read it: why, by when, how long still, and how to begin."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from lianxin.duties.begun import Begun
from lianxin.duties.declared import all_duties, duty_named, label_of
from lianxin.duties.models import DutyRow
from lianxin.duties.periods import version_named
from lianxin.duties.permissions import EXPORT, VIEW
from lianxin.duties.wording import STATES, State, period_in_words
from lianxin.kernel.authz import Actor, within
from lianxin.kernel.errors import Sentence
from lianxin.kernel.time import add_months, today
from lianxin.kernel.ui.templatetags.ui import long_date
from lianxin.organisations.facade import Organisation
from lianxin.rules.facade import RuleVersion

MONTHS_BACK = 6
"""So long what is overdue stands among what is to be done; what is older stands on the organisation's page."""


@dataclass(frozen=True)
class DueItem:
    """One duty of a period, with what a person needs to do it. Addresses are empty where nothing can be begun."""

    row: DutyRow
    day: date
    begun: Begun | None = None
    may_begin: bool = False
    """What is under way for it, and whether the reader may begin it: set by `as_work`."""

    @property
    def label(self) -> Sentence:
        """What is due."""
        return label_of(self.row.key)

    @cached_property
    def state(self) -> State:
        """Where it stands on the day."""
        return state_of(self.row, self.day)

    @property
    def word(self) -> Sentence:
        """The state in a word."""
        return STATES[self.state].word

    @property
    def tone(self) -> str:
        """The state as the interface colours it."""
        return STATES[self.state].tone

    @cached_property
    def rule(self) -> RuleVersion | None:
        """The version of the rule behind it."""
        return version_named(self.row.rule)

    @property
    def article(self) -> str:
        """Document and article, in the reader's language."""
        return self.rule.citation if self.rule is not None else ""

    @property
    def local(self) -> str:
        """The document of the local value it stands under, in words; empty where the rule holds as it is."""
        if self.row.local_value is None:
            return ""
        return _("set locally: %(document)s") % {"document": self.row.local_value.document_no}

    @property
    def local_url(self) -> str:
        """Where it is shown who set it."""
        return reverse("organisations:local_values", args=[self.row.organisation_id])

    @property
    def basis(self) -> str:
        """Article and local value together, for lists and calendars."""
        return _("; ").join(part for part in (self.article, self.local) if part)

    @property
    def is_certain(self) -> bool:
        """Whether the rule was read in its own text or set by a document; otherwise it is to be confirmed."""
        return self.rule is None or self.rule.is_certain or self.row.local_value_id is not None

    @property
    def rule_url(self) -> str:
        """The rule's page."""
        return reverse("rules:detail", args=[self.rule.id]) if self.rule is not None else ""

    @property
    def period(self) -> str:
        """The period in words: a month, a quarter, a year."""
        return period_in_words(self.row.period_start, self.row.period_end)

    @property
    def days_left(self) -> int:
        """Days until the last one; negative when it is over."""
        return (self.row.period_end - self.day).days

    @property
    def time_left(self) -> str:
        """How long still, or for how long it is over, in words; empty unless it is open."""
        if self.state is State.LATE:
            return _("over for %(days)d days") % {"days": -self.days_left}
        if self.state is not State.RUNNING:
            return ""
        if self.days_left == 0:
            return _("today is the last day")
        return _("%(days)d days left") % {"days": self.days_left}

    @property
    def can_begin(self) -> bool:
        """Whether it is running and not met."""
        return self.state is State.RUNNING

    @property
    def can_report(self) -> bool:
        """Whether it has begun and is not met: what was held can be reported late too."""
        return self.state in {State.RUNNING, State.LATE}

    @property
    def planned(self) -> str:
        """What is under way for it, in words; empty where nothing is."""
        if self.begun is None:
            return ""
        said = _("going on until %(day)s") if self.begun.is_open else _("planned for %(day)s")
        return self.begun.said or said % {"day": long_date(self.begun.on)}

    @property
    def start_url(self) -> str:
        """Where it is planned; empty where something is under way already.

        Also late, where it is begun here and nowhere said to have been held (an appraisal, talks).
        """
        if not self.may_begin or not self.can_report or self.begun is not None:
            return ""
        if not self.can_begin and _address(self.row, "offline"):
            return ""
        return _address(self.row, "start")

    @property
    def is_begun_by_its_own(self) -> bool:
        """Whether the organisation's own staff alone begins it, so that the reader waits: then it has no act here."""
        duty = duty_named(self.row.key)
        alone = duty is not None and bool(duty.start) and not duty.offline
        return alone and self.can_report and self.begun is None and not self.may_begin

    @property
    def offline_url(self) -> str:
        """Where it is said that it was held: of what was planned on that one's own page, once its day has come."""
        if not self.may_begin or not self.can_report:
            return ""
        if self.begun is not None and (self.begun.held_url or self.begun.on >= self.day):
            return self.begun.held_url
        return _address(self.row, "offline")


def state_of(row: DutyRow, day: date) -> State:
    """Where a duty stands on a day: open until it is met."""
    if row.withdrawn:
        return State.NONE
    if row.met_on is not None:
        return State.MET
    if row.period_end < day:
        return State.LATE
    return State.COMING if row.period_start > day else State.RUNNING


def _address(row: DutyRow, which: str) -> str:
    duty = duty_named(row.key)
    name = getattr(duty, which) if duty is not None else ""
    if duty is None or not name:
        return ""
    try:
        address = reverse(name)
    except NoReverseMatch:
        return ""
    kind = duty.key if duty.key in duty.met_as else min(duty.met_as)
    given = {"kind": kind, "organisation": row.organisation_id, "since": row.period_start, "until": row.period_end}
    return f"{address}?{urlencode(given)}"


def duties_within(actor: Actor, permission: str = VIEW) -> QuerySet[DutyRow]:
    """Duties of the organisations in the actor's reach; one more query where they stand under local values."""
    rows = DutyRow.objects.prefetch_related("local_value")
    return within(rows, actor, permission, field="organisation_path")


def export_rows(actor: Actor) -> QuerySet[DutyRow]:
    """Duties the actor may export."""
    return duties_within(actor, EXPORT).select_related("organisation")


def due_of(actor: Actor, organisation: Organisation, *, year: int, on: date | None = None) -> list[DueItem]:
    """Every duty of the organisation in the year, by key and period. One query."""
    rows = duties_within(actor).filter(organisation=organisation, period_start__year=year)
    return [DueItem(row, on or today()) for row in rows.order_by("key", "period_start")]


def due_now(actor: Actor, organisation: Organisation, *, on: date) -> list[DueItem]:
    """Every duty of the year in which the day lies, and what of the year before is overdue of late. One query."""
    rows = duties_within(actor).filter(_overdue(on) | Q(period_start__year=on.year), organisation=organisation)
    return [DueItem(row, on) for row in rows.order_by("key", "period_start")]


def _overdue(on: date) -> Q:
    since = add_months(on, -MONTHS_BACK)
    return Q(withdrawn="", met_on__isnull=True, period_end__gte=since, period_end__lt=on)


def due_items(
    actor: Actor, organisations: Iterable[UUID], *, since: date, until: date, on: date | None = None
) -> list[DueItem]:
    """Duties of the organisations whose last day lies in the span, by that day. One query."""
    rows = duties_within(actor).filter(
        organisation__in=set(organisations), period_end__gte=since, period_end__lte=until, withdrawn=""
    )
    return [DueItem(row, on or today()) for row in rows.order_by("period_end", "key")]


def open_at(actor: Actor, places: Q, *, on: date, size: int) -> list[DueItem]:
    """What is running and not met at some places, what ends first first. One query."""
    rows = duties_within(actor).filter(
        places, withdrawn="", met_on__isnull=True, period_start__lte=on, period_end__gte=on
    )
    return [DueItem(row, on) for row in rows.select_related("organisation").order_by("period_end", "id")[:size]]


def overdue_at(actor: Actor, places: Q, *, on: date, size: int) -> list[DueItem]:
    """What ended of late, is not met and can still be done or reported at some places, the latest first. One query."""
    keys = [duty.key for duty in all_duties() if duty.offline or duty.start]
    rows = duties_within(actor).filter(places, _overdue(on), key__in=keys)
    return [DueItem(row, on) for row in rows.select_related("organisation").order_by("-period_end", "id")[:size]]


def state_condition(values: Sequence[str]) -> Q:
    """Rows in one of the states, today."""
    day = today()
    live = Q(withdrawn="")
    unmet = live & Q(met_on__isnull=True)
    conditions = {
        State.MET.value: live & Q(met_on__isnull=False),
        State.RUNNING.value: unmet & Q(period_start__lte=day, period_end__gte=day),
        State.LATE.value: unmet & Q(period_end__lt=day),
        State.COMING.value: unmet & Q(period_start__gt=day),
        State.NONE.value: ~live,
    }
    found = Q(pk__in=[])
    for value in values:
        found |= conditions.get(value, Q(pk__in=[]))
    return found
