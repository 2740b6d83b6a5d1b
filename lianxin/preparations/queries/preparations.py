"""Reads of preparations for the workbench: lists, one preparation, what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy

from lianxin.kernel.authz import Actor, require, within
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.exports import ExportSource
from lianxin.kernel.time import today
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.preparations.models import Examination, Preparation, Rectification, Talk, TalkYear
from lianxin.preparations.permissions import EXPORT, RECTIFY, VIEW

NOT_THERE = gettext_lazy("There is no such record, or it is not in your organisations.")
OPEN_STATES: Sequence[tuple[str, Sentence]] = (
    ("open", gettext_lazy("going on")),
    ("closed", gettext_lazy("closed")),
)


def _open_or_closed(values: Sequence[str]) -> Q:
    wanted = set(values) & {"open", "closed"}
    return Q(closed_at__isnull=wanted == {"open"}) if len(wanted) == 1 else Q()


def _day(name: str, label: Sentence, sort: str = "") -> ListColumn:
    return ListColumn(
        name,
        label,
        lambda row: date_format(getattr(row, name), "Y-m-d") if getattr(row, name) else "",
        sort=sort,
    )


PREPARATIONS: Listing[Preparation] = Listing(
    name="preparations",
    columns=(
        ListColumn("topic", gettext_lazy("Topic"), lambda row: row.topic),
        ListColumn("kind", gettext_lazy("Meeting"), lambda row: row.get_kind_display()),
        ListColumn("organisation", gettext_lazy("Organisation"), lambda row: row.organisation.short_name),
        _day("planned_on", gettext_lazy("Planned for"), sort="planned"),
        ListColumn(
            "texts",
            gettext_lazy("Self-examinations handed in"),
            lambda row: f"{row.texts_in}/{row.texts}",
        ),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: gettext_lazy("going on") if row.is_open else gettext_lazy("closed"),
        ),
    ),
    sorts=(Sort("planned", gettext_lazy("Planned for"), ("planned_on", "id")),),
    filters=(
        ListFilter("state", gettext_lazy("State"), _open_or_closed, lambda: OPEN_STATES),
        ListFilter(
            "kind", gettext_lazy("Meeting"), lambda values: Q(kind__in=values), lambda: list(Preparation.Kind.choices)
        ),
    ),
    search=lambda text: Q(topic__startswith=text) | Q(organisation__short_name__startswith=text),
)

RECTIFICATIONS: Listing[Rectification] = Listing(
    name="rectifications",
    columns=(
        ListColumn(
            "problem", gettext_lazy("Problem found"), lambda row: row.problem, template="preparations/cell_problem.html"
        ),
        ListColumn("measure", gettext_lazy("Measure"), lambda row: row.measure),
        ListColumn("owner", gettext_lazy("Owner"), lambda row: row.owner_name),
        _day("due_on", gettext_lazy("Put right by"), sort="due"),
        ListColumn(
            "state",
            gettext_lazy("State"),
            lambda row: row.get_state_display(),
            template="preparations/cell_state.html",
        ),
        ListColumn("organisation", gettext_lazy("Organisation"), lambda row: row.organisation.short_name),
        ListColumn("evidence", gettext_lazy("What was done about it"), lambda row: row.evidence, shown=False),
        _day("closed_on", gettext_lazy("Put right, confirmed on")),
        ListColumn("confirmed_by", gettext_lazy("Put right, confirmed by"), lambda row: row.confirmed_by, shown=False),
    ),
    sorts=(Sort("due", gettext_lazy("Put right by"), ("due_on", "id")),),
    filters=(
        ListFilter(
            "state",
            gettext_lazy("State"),
            lambda values: Q(state__in=values),
            lambda: list(Rectification.State.choices),
        ),
    ),
    search=lambda text: Q(problem__startswith=text) | Q(owner_name__startswith=text),
)

TALK_YEARS: Listing[TalkYear] = Listing(
    name="talks",
    columns=(
        ListColumn("year", gettext_lazy("Year"), lambda row: row.year, template="preparations/cell_talk_year.html"),
        ListColumn("organisation", gettext_lazy("Organisation"), lambda row: row.organisation.short_name),
        ListColumn("planned", gettext_lazy("Pairs"), lambda row: row.planned, kind="integer"),
        ListColumn("talked", gettext_lazy("Talked"), lambda row: row.talked, kind="integer"),
        _day("closed_on", gettext_lazy("Closed on")),
    ),
    sorts=(Sort("year", gettext_lazy("Year"), ("year", "organisation_path", "id")),),
    filters=(
        ListFilter(
            "state",
            gettext_lazy("State"),
            lambda values: Q(closed_on__isnull="open" in values) if len(set(values)) == 1 else Q(),
            lambda: OPEN_STATES,
        ),
    ),
    search=lambda text: Q(organisation__short_name__startswith=text),
)


def preparations_within(actor: Actor) -> QuerySet[Preparation]:
    """Preparations at the actor's organisations, with how many texts were asked and handed in. One query a page."""
    rows = Preparation.objects.select_related("organisation").annotate(
        texts=Count("examinations"),
        texts_in=Count("examinations", filter=Q(examinations__handed_in_at__isnull=False)),
    )
    return within(rows, actor, VIEW, field="organisation_path")


def rectifications_within(actor: Actor, permission: str = VIEW) -> QuerySet[Rectification]:
    """What is to be put right at the actor's organisations. One query a page."""
    return within(Rectification.objects.select_related("organisation"), actor, permission, field="organisation_path")


def talk_years_within(actor: Actor, permission: str = VIEW) -> QuerySet[TalkYear]:
    """The talks of the actor's organisations, by year, with their progress. One query a page."""
    rows = TalkYear.objects.select_related("organisation").annotate(
        planned=Count("talks"), talked=Count("talks", filter=Q(talks__talked_on__isnull=False))
    )
    return within(rows, actor, permission, field="organisation_path")


EXPORTS = (
    ExportSource(
        RECTIFICATIONS.name,
        gettext_lazy("what is to be put right"),
        EXPORT,
        RECTIFICATIONS,
        lambda actor: rectifications_within(actor, EXPORT),
        place="organisation_path",
    ),
    ExportSource(
        TALK_YEARS.name,
        gettext_lazy("heart-to-heart talks"),
        EXPORT,
        TALK_YEARS,
        lambda actor: talk_years_within(actor, EXPORT),
        place="organisation_path",
    ),
)


def preparation_for(actor: Actor, preparation: UUID, permission: str = VIEW) -> Preparation:
    """One preparation with its organisation. One query.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
    """
    found = Preparation.objects.select_related("organisation").filter(pk=preparation).first()
    if found is None:
        raise NotVisible(NOT_THERE)
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    return found


def talk_year_for(actor: Actor, talk_year: UUID) -> TalkYear:
    """The talks of a year. One query.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
    """
    found = TalkYear.objects.select_related("organisation").filter(pk=talk_year).first()
    if found is None:
        raise NotVisible(NOT_THERE)
    require(actor, VIEW, found.organisation_path, seen_by=VIEW)
    return found


@dataclass(frozen=True, slots=True)
class Step:
    """A line of the list of preparation: what, whether it is done, and how far."""

    label: Sentence
    is_done: bool
    note: Sentence = ""


def steps_of(held: Preparation, *, talked: tuple[int, int], opinions: int) -> list[Step]:
    """The list of preparation with how far it is; what was counted by the caller is given. Two queries."""
    studies = held.studies.count()
    texts = held.examinations.aggregate(all=Count("id"), done=Count("handed_in_at"))
    return [
        Step(gettext_lazy("Study together"), bool(studies), str(studies)),
        Step(gettext_lazy("Gather opinions"), bool(opinions), str(opinions)),
        Step(
            gettext_lazy("Talk heart to heart"), bool(talked[1]) and talked[0] == talked[1], f"{talked[0]}/{talked[1]}"
        ),
        Step(
            gettext_lazy("Write the self-examination texts"),
            bool(texts["all"]) and texts["done"] == texts["all"],
            f"{texts['done']}/{texts['all']}",
        ),
    ]


def talks_in(organisation: UUID, year: int) -> tuple[int, int]:
    """How many pairs talked, of how many. One query."""
    found = Talk.objects.filter(organisation_id=organisation, talk_year__year=year).aggregate(
        all=Count("id"), done=Count("talked_on")
    )
    return found["done"], found["all"]


def open_years_beside(held: TalkYear) -> list[TalkYear]:
    """The other years of the same organisation that are not closed, the newest first. One query."""
    rows = TalkYear.objects.filter(organisation_id=held.organisation_id, closed_on__isnull=True)
    return list(rows.exclude(pk=held.pk).order_by("-year"))


def carried_over(held: Preparation) -> list[Rectification]:
    """What meetings before have left to be put right. One query."""
    rows = Rectification.objects.filter(organisation_id=held.organisation_id).exclude(preparation=held)
    rows = rows.filter(preparation__planned_on__lte=held.planned_on).exclude(state=Rectification.State.CLOSED)
    return list(rows.select_related("preparation").order_by("due_on", "id"))


def to_confirm(actor: Actor) -> QuerySet[Rectification]:
    """What was reported as put right and waits for the actor's confirmation; never their own. One query."""
    rows = Rectification.objects.filter(state=Rectification.State.REPORTED).select_related("organisation")
    if actor.member_id is not None:
        rows = rows.exclude(owner_id=actor.member_id)
    if actor.account_id is not None:
        rows = rows.exclude(reported_by=actor.account_id)
    return within(rows, actor, RECTIFY, field="organisation_path").order_by("due_on", "id")


def late(actor: Actor) -> QuerySet[Rectification]:
    """What should have been put right by now. One query."""
    rows = Rectification.objects.filter(state=Rectification.State.OPEN, due_on__lt=today())
    return within(rows.select_related("organisation"), actor, RECTIFY, field="organisation_path").order_by("due_on")


def readable_by(held: Preparation) -> set[UUID]:
    """Examinations of a preparation whose text the present actor may open: row security answers. One query."""
    rows = Examination.objects.filter(preparation=held, text_row__isnull=False, text_row__is_handed_in=True)
    return set(rows.annotate(text_key=F("text_row__id")).values_list("pk", flat=True))
