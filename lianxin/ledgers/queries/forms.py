"""Forms as those who write them and those who fill them in see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from lianxin.kernel.authz import Actor, acting, require, within
from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.web.listing import ListColumn, ListFilter, Listing, Sort
from lianxin.ledgers.catalogue import Match, field_of
from lianxin.ledgers.models import Question, Reply, ReportForm
from lianxin.ledgers.permissions import FILL, FORM_VIEW, FORM_WRITE
from lianxin.ledgers.similar import THRESHOLD, alike
from lianxin.organisations.facade import Organisation, alive_on, organisations_within


def _sent(row: ReportForm, figure: int) -> int | str:
    """The figure of a form that went out: before that it is not nought but not known."""
    return "—" if row.state == ReportForm.State.DRAFT else figure


FORMS: Listing[ReportForm] = Listing(
    name="ledgers_forms",
    columns=(
        ListColumn("title", gettext_lazy("Title"), lambda row: row.title),
        ListColumn("organisation", pgettext_lazy("form", "From"), lambda row: row.organisation_name),
        ListColumn("due_on", gettext_lazy("Due on"), lambda row: row.due_on, kind="date"),
        ListColumn(
            "state", gettext_lazy("State"), lambda row: row.get_state_display(), template="ledgers/cell_state.html"
        ),
        ListColumn(
            "organisations", gettext_lazy("Organisations"), lambda row: _sent(row, row.organisations), kind="integer"
        ),
        ListColumn(
            "minutes",
            pgettext_lazy("form", "Minutes for each"),
            lambda row: _sent(row, row.minutes_each),
            kind="integer",
        ),
        ListColumn(
            "saved", gettext_lazy("Minutes saved for each"), lambda row: _sent(row, row.minutes_saved), kind="integer"
        ),
    ),
    sorts=(Sort("newest", gettext_lazy("Newest first"), ("id",)),),
    filters=(
        ListFilter(
            "state", gettext_lazy("State"), lambda values: Q(state__in=values), lambda: ReportForm.State.choices
        ),
    ),
    search=lambda text: Q(title__icontains=text),
    page_size=30,
)


@dataclass(frozen=True, slots=True)
class AlsoAsked:
    """An open form asks some of the same organisations alike."""

    label: str
    title: str
    by: str
    due_on: date
    their_label: str
    organisations: int


@dataclass(frozen=True, slots=True)
class Item:
    """A question as a page shows it: what the records hold of it, and the answer."""

    question: Question
    held: Match | None
    value: Any
    url: str

    @property
    def is_asked(self) -> bool:
        """Whether a person answers it."""
        return not self.question.held


def forms_within(actor: Actor) -> QuerySet[ReportForm]:
    """Forms written by organisations where the actor may see them, newest first."""
    return within(ReportForm.objects.all(), actor, FORM_VIEW, field="organisation_path")


def form_for(actor: Actor, form: UUID, permission: str = FORM_VIEW) -> ReportForm:
    """A form where the actor holds the permission at its place. One query.

    Raises:
        NotVisible: there is none, or it was written elsewhere.
        NotPermitted: the actor sees it but may not do this.
    """
    found = forms_within(actor).select_related("notice").filter(pk=form).first()
    if found is None:
        raise NotVisible(_("There is no such form, or it is not in your organisations."))
    require(actor, permission, found.organisation_path, seen_by=FORM_VIEW)
    return found


def places_to_write_for(actor: Actor) -> list[Organisation]:
    """The organisations for which the actor writes forms: where they hold the role. One query."""
    paths = {reach.path for reach in actor.reaches_for(FORM_WRITE)}
    return list(organisations_within(actor, FORM_WRITE).filter(path__in=paths).order_by("path"))


def audience_of(form: ReportForm, *, on: date) -> QuerySet[Organisation]:
    """The organisations a form goes to: living ones below its sender."""
    rows = Organisation.objects.filter(alive_on(on), subtree(form.organisation_path)).exclude(pk=form.organisation_id)
    if form.audience == ReportForm.Audience.KINDS:
        rows = rows.filter(org_type__in=form.kinds)
    if form.audience == ReportForm.Audience.PICKED:
        rows = rows.filter(pk__in=form.picked)
    return rows.order_by("path")


def also_asked(form: ReportForm, questions: Sequence[Question], *, on: date) -> dict[int, list[AlsoAsked]]:
    """Position of a question → open forms that ask some of the same organisations alike. Two queries.

    Those of other committees are named by title, sender and day alone, whoever asks: that is what the question is for.
    """
    asked = [one for one in questions if not one.held]
    with acting(Actor.system("looking whether another form asks the same")):
        ours = audience_of(form, on=on)
        same = Reply.objects.filter(form=OuterRef("form"), organisation__in=ours.order_by().values("pk"))
        others = (
            Question.objects.filter(Exists(same), held="", form__state=ReportForm.State.OPEN, form__due_on__gte=on)
            .exclude(form=form.pk)
            .select_related("form")
            .order_by("form__due_on", "form_id", "position")
        )
        found: dict[int, list[AlsoAsked]] = {}
        shared: dict[UUID, int] = {}
        for other in others:
            for mine in asked:
                if alike(mine.label, other.label) < THRESHOLD:
                    continue
                if other.form_id not in shared:
                    rows = Reply.objects.filter(form=other.form_id, organisation__in=ours.order_by().values("pk"))
                    shared[other.form_id] = rows.count()
                found.setdefault(mine.position, []).append(
                    AlsoAsked(
                        mine.label,
                        other.form.title,
                        other.form.organisation_name,
                        other.form.due_on,
                        other.label,
                        shared[other.form_id],
                    )
                )
    return found


def replies_of(form: ReportForm) -> QuerySet[Reply]:
    """What was answered, by place. One query."""
    return Reply.objects.filter(form=form).select_related("organisation").order_by("organisation_path", "id")


def progress_of(form: ReportForm) -> dict[str, int]:
    """How many organisations stand where. One query."""
    counted = dict(Reply.objects.filter(form=form).values_list("state").annotate(Count("id")).order_by())
    return {state: counted.get(state, 0) for state in Reply.State.values}


def own_paths(actor: Actor) -> set[str]:
    """Where exactly the actor works for an organisation that fills in forms."""
    return {reach.path for reach in actor.reaches_for(FILL) if reach.path}


def open_form_behind(message: UUID) -> str:
    """Why a notice is not withdrawn: its form is open, and stood on in everybody's list without it. One query."""
    with acting(Actor.system("looking whether a form stands behind a notice")):
        rows = ReportForm.objects.filter(notice__message=message, state=ReportForm.State.OPEN)
        title = rows.values_list("title", flat=True).first()
    if title is None:
        return ""
    return _("This notice brings the form “%(title)s”, which is still open. Close the form first.") % {"title": title}


def works_there(actor: Actor, reply: Reply, permission: str = FORM_VIEW) -> bool:
    """Whether the actor holds the permission at exactly the organisation that answers, not through a place above."""
    return any(reach.path == reply.organisation_path for reach in actor.reaches_for(permission))


def sees_answers(actor: Actor, reply: Reply) -> bool:
    """Whether the actor reads what was written: once it was sent; before that only who works for the organisation."""
    return reply.state == Reply.State.SENT or works_there(actor, reply)


def replies_to_give(actor: Actor, *, most: int | None = None) -> list[Reply]:
    """Forms the actor's own organisations still have to fill in, what is due first first. One query."""
    rows = Reply.objects.filter(
        organisation_path__in=own_paths(actor), form__state=ReportForm.State.OPEN, form__notice__isnull=False
    ).exclude(state=Reply.State.SENT)
    return list(rows.select_related("form", "organisation").order_by("form__due_on", "id")[:most])


def replies_given(actor: Actor, *, most: int) -> list[Reply]:
    """What the actor's own organisations sent lately. One query."""
    rows = Reply.objects.filter(organisation_path__in=own_paths(actor), state=Reply.State.SENT)
    return list(rows.select_related("form", "organisation").order_by("-sent_at", "-id")[:most])


def reply_for(actor: Actor, reply: UUID, permission: str = FORM_VIEW) -> Reply:
    """An organisation's answers, for its own staff, those above it, and who wrote the form. One query.

    Raises:
        NotVisible: there are none, or they lie outside the actor's organisations.
        NotPermitted: the actor sees them but may not do this.
    """
    found = Reply.objects.select_related("form", "organisation").filter(pk=reply).first()
    if found is None or not (actor.may(FORM_VIEW, found.organisation_path) or actor.may(FORM_VIEW, found.form_path)):
        raise NotVisible(_("There is no such form, or it is not in your organisations."))
    if permission != FORM_VIEW:
        require(actor, permission, found.organisation_path, seen_by=FORM_VIEW)
    return found


def reply_of_actor(actor: Actor, form: UUID) -> Reply | None:
    """The reply of the actor's own organisation to a form. One query."""
    return Reply.objects.filter(form=form, organisation_path__in=own_paths(actor)).first()


def items_of(actor: Actor, reply: Reply, taken: dict[str, Any]) -> list[Item]:
    """The questions of a form with held values and the answers as far as the actor reads them. One query."""
    found, answers = [], reply.answers if sees_answers(actor, reply) else {}
    for question in Question.objects.filter(form=reply.form_id):
        match = field_of(question.held) if question.held else None
        key = str(question.pk)
        value = taken.get(key) if question.held else answers.get(key, "")
        found.append(Item(question, match, value, match.url(reply.organisation_id) if match else ""))
    return found
