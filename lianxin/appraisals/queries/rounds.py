"""Reads of appraisals for the workbench: the table of a subtree, one round, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from lianxin.appraisals.models import Outcome, Participant, Round, Step, Turnout
from lianxin.appraisals.permissions import ANSWER, EXPORT, RUN, VIEW
from lianxin.appraisals.queries.taking_part import gone_from
from lianxin.kernel.authz import Actor, acting, require, within
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.exports import ExportSource
from lianxin.kernel.time import today
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.organisations.facade import Organisation, organisations_within
from lianxin.rules.facade import code_table

BRANCHES = ("branch", "joint_branch", "temporary_branch", "floating_branch")
YEARS_SHOWN = 6


def grade_names() -> list[tuple[str, Sentence]]:
    """The grades with their names, best first."""
    return [(one.key, one.name) for one in code_table("appraisal_grades")]


def _years() -> Sequence[tuple[str, Sentence]]:
    return [(str(year), str(year)) for year in range(today().year, today().year - YEARS_SHOWN, -1)]


def _of_years(values: Sequence[str]) -> Q:
    return Q(year__in=[int(value) for value in values if value.isdecimal() and len(value) < 5])  # noqa: PLR2004 - a year


def _states() -> list[tuple[str, Sentence]]:
    """The states to choose from: what was counted may be decided by now (`Round.stage`)."""
    named: dict[str, Sentence] = {Round.State.COUNTED: gettext_lazy("counted, not finished")}
    return [(one.value, named.get(one.value, one.label)) for one in Round.State]


def _figure(name: str, label: Sentence) -> ListColumn:
    return ListColumn(name, label, lambda row: getattr(row, name), kind="integer")


ROUNDS: Listing[Round] = Listing(
    name="appraisals",
    columns=(
        ListColumn("organisation", gettext_lazy("Organisation"), lambda row: row.organisation.short_name),
        ListColumn("year", gettext_lazy("Year"), lambda row: row.year, kind="integer"),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: row.stage,
            template="appraisals/cell_state.html",
        ),
        _figure("taking_part", gettext_lazy("Taking part")),
        _figure("excellent", gettext_lazy("Excellent")),
        _figure("qualified", gettext_lazy("Qualified")),
        _figure("basically_qualified", gettext_lazy("Basically qualified")),
        _figure("unqualified", gettext_lazy("Not qualified")),
        ListColumn(
            "decided_on",
            gettext_lazy("Day of the meeting"),
            lambda row: date_format(row.decided_on, "Y-m-d") if row.decided_on else "",
        ),
        ListColumn("minutes", gettext_lazy("Minutes"), lambda row: row.minutes_reference, shown=False),
    ),
    sorts=(
        Sort("place", gettext_lazy("Organisation"), ("organisation_path", "year", "id")),
        Sort("year", gettext_lazy("Year"), ("year", "organisation_path", "id")),
    ),
    filters=(
        ListFilter("year", gettext_lazy("Year"), _of_years, _years, written_as="YYYY"),
        ListFilter("state", gettext_lazy("State"), lambda values: Q(state__in=values), _states),
    ),
    search=lambda text: Q(organisation__short_name__startswith=text) | Q(organisation__pinyin__startswith=text.lower()),
)


def rounds_within(actor: Actor, permission: str = VIEW) -> QuerySet[Round]:
    """Rounds at the actor's organisations with their organisations. One query a page."""
    return within(Round.objects.select_related("organisation"), actor, permission, field="organisation_path")


EXPORT_ROUNDS = ExportSource(
    "appraisals",
    gettext_lazy("appraisals"),
    EXPORT,
    ROUNDS,
    lambda actor: rounds_within(actor, EXPORT),
    place="organisation_path",
)


@dataclass(frozen=True, slots=True)
class Summary:
    """What report table 8 asks of a subtree and year."""

    year: int
    branches: int
    started: int
    finished: int
    taking_part: int
    grades: list[tuple[Sentence, int]]

    @property
    def year_text(self) -> str:
        """The year for an address."""
        return str(self.year)

    @property
    def not_started(self) -> int:
        """Branches without an appraisal."""
        return max(0, self.branches - self.started)


def summary(actor: Actor, year: int) -> Summary:
    """Branches that started and finished, members taking part and by grade, in all the actor sees. Two queries."""
    rounds = within(Round.objects.filter(year=year), actor, VIEW, field="organisation_path")
    finished = Q(state=Round.State.FINISHED)
    sums: dict[str, Any] = rounds.exclude(state=Round.State.WITHDRAWN).aggregate(
        started=Count("id", filter=Q(organisation__org_type__in=BRANCHES)),
        finished=Count("id", filter=finished & Q(organisation__org_type__in=BRANCHES)),
        part=Sum("taking_part"),
        **{f"of_{key}": Sum(key, filter=finished) for key, _name in grade_names()},
    )
    branches = organisations_within(actor, VIEW).filter(org_type__in=BRANCHES).count()
    grades = [(name, sums[f"of_{key}"] or 0) for key, name in grade_names()]
    return Summary(year, branches, sums["started"], sums["finished"], sums["part"] or 0, grades)


def not_started(actor: Actor, year: int) -> QuerySet[Organisation]:
    """Branches living today without an appraisal of the year, in the order of the tree."""
    held = Round.objects.filter(organisation=OuterRef("pk"), year=year).exclude(state=Round.State.WITHDRAWN)
    rows = organisations_within(actor, VIEW).filter(org_type__in=BRANCHES)
    return rows.filter(~Exists(held)).order_by("path")


MISSING: Listing[Organisation] = Listing(
    name="appraisals_not_started",
    columns=(
        ListColumn("name", gettext_lazy("Organisation"), lambda row: row.short_name),
        ListColumn(
            "members", gettext_lazy("Members"), lambda row: row.full_members + row.probationary_members, kind="integer"
        ),
        ListColumn("secretary", gettext_lazy("Secretary"), lambda row: row.secretary),
    ),
    sorts=(Sort("place", gettext_lazy("Place in the tree"), ("path",)),),
)


def round_for(actor: Actor, round_id: UUID, permission: str = VIEW) -> Round:
    """One round with its organisation. One query.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
    """
    found = Round.objects.select_related("organisation").filter(pk=round_id).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    return found


def participant_for(actor: Actor, participant: UUID, permission: str = VIEW) -> Participant:
    """One who takes part, with round and organisation, wherever the member belongs by now. One query.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
    """
    rows = Participant.objects.select_related("round", "round__organisation")
    found = rows.filter(pk=participant).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    return found


@dataclass(frozen=True, slots=True)
class Missing:
    """A step with how many handed in and who has not, so that they can be reminded."""

    label: Sentence
    handed_in: int
    expected: int
    names: list[str]


def who_is_missing(held: Round) -> list[Missing]:
    """For self reviews and both sheets who has not handed in. Four queries; the caller may run the round."""
    gone = gone_from(held)
    people = {one.member_id: one.name for one in held.participants.all() if not one.elsewhere and one.pk not in gone}
    written = set(held.reviews.filter(handed_in_at__isnull=False).values_list("member_id", flat=True))
    found = [_missing(gettext_lazy("self review"), written, people)]
    with acting(Actor.system("telling who has handed in a sheet")):  # who, never what
        turnout = dict(Turnout.objects.filter(round=held).values_list("step", "handed_in"))
    return found + [_missing(step.label, set(turnout.get(step.value, [])), people) for step in Step]


def _missing(label: Sentence, done: set[UUID], people: dict[UUID, str]) -> Missing:
    names = [name for member, name in people.items() if member not in done]
    return Missing(label, len(people) - len(names), len(people), names)


def open_objections(actor: Actor) -> QuerySet[Outcome]:
    """Objections that wait for this actor's answer, oldest first. One query."""
    rows = Outcome.objects.filter(signature=Outcome.Signature.OBJECTED, answered_at__isnull=True)
    rows = rows.exclude(round__state=Round.State.WITHDRAWN).select_related("participant", "round")
    return within(rows, actor, ANSWER, field="organisation_path").order_by("id")


def rounds_in_hand(actor: Actor) -> QuerySet[Round]:
    """Rounds the actor runs that are not finished. One query."""
    rows = Round.objects.filter(state__in=[Round.State.COLLECTING, Round.State.COUNTED]).select_related("organisation")
    return within(rows, actor, RUN, field="organisation_path").order_by("due_on", "id")
