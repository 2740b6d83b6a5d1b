"""The acts on an organisation: a form, where it matters a look at what will happen, and one call to the action."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods

from lianxin.kernel.authz import within
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.actions.change_facts import change_facts
from lianxin.organisations.actions.dissolve import dissolve as dissolve_organisation
from lianxin.organisations.actions.merge import merge as merge_organisations
from lianxin.organisations.actions.move import move as move_organisation
from lianxin.organisations.actions.rename import rename as rename_organisation
from lianxin.organisations.actions.set_up import set_up as set_up_organisation
from lianxin.organisations.actions.split import Part
from lianxin.organisations.actions.split import split as split_organisation
from lianxin.organisations.actions.terms import NewTerm, begin_term, correct_term
from lianxin.organisations.actions.terms import end_term as end_running_term
from lianxin.organisations.forms import (
    ActForm,
    CorrectTermForm,
    DissolveForm,
    EndTermForm,
    FactsForm,
    MergeForm,
    MoveForm,
    RenameForm,
    SetUpForm,
    SplitForm,
    TermForm,
)
from lianxin.organisations.models import Organisation, Term
from lianxin.organisations.permissions import CHANGE, REORGANISE, TERMS, VIEW
from lianxin.organisations.queries.scope import organisation_for
from lianxin.organisations.queries.tree import counted
from lianxin.organisations.views.reading import way_to

Done = TypeVar("Done")
Perform = Callable[[Request, Organisation, Any], Organisation]
Foresee = Callable[[Organisation, Any], Sequence[Sentence]]


@dataclass(frozen=True, slots=True)
class Act:
    """An act as a screen: its words, its form, the call, and what it says will happen before it does.

    `page` is the organisation's page that leads to the act; one comes back to it.
    """

    title: Sentence
    submit: Sentence
    done: Sentence
    form: type[ActForm]
    perform: Perform
    foresee: Foresee | None = None
    danger: bool = False
    page: str = "organisations:detail"


def rehearsed(act: Callable[[], Done]) -> Callable[[], Done]:
    """The act done and taken back: what it would refuse, it refuses now, and nothing is changed."""

    def rehearse() -> Done:
        with transaction.atomic():
            result = act()
            transaction.set_rollback(True)
        return result

    return rehearse


def act_page(request: Request, organisation: UUID, act: Act, **extra: Any) -> HttpResponseBase:
    """The screen of an act: the form, the look at what will happen, and back to the page it was begun from."""
    row = organisation_for(request.actor, organisation)
    data = request.POST if request.method == "POST" else None
    form = act.form(data, actor=request.actor, organisation=row, today=today(), **extra)
    context: dict[str, Any] = {
        "form": form,
        "act": act,
        "looks_first": act.foresee is not None,
        "organisation": row,
        "place": way_to(request.actor, row, today()),
        "back": reverse(act.page, args=[row.id]),
    }
    if request.method != "POST" or not form.is_valid():
        return render(request, "organisations/act.html", context, status=422 if form.is_bound else 200)

    def perform() -> Organisation:
        return act.perform(request, row, form)

    look_first = act.foresee is not None and not form.cleaned_data["confirmed"]
    result = attempt(form, rehearsed(perform) if look_first else perform)
    if result is None:
        return render(request, "organisations/act.html", context, status=422)
    if look_first and act.foresee is not None:
        context["sentences"] = act.foresee(row, form)
        context["answers"] = [(name, value) for name, values in request.POST.lists() for value in values]
        return render(request, "organisations/preview.html", context)
    messages.success(request, str(act.done))
    return redirect(act.page, result.id)


def _carried(row: Organisation) -> str:
    numbers = counted(Organisation.objects.filter(id=row.id)).values_list("members_below", "children_below").get()
    members = ngettext("%(count)d member", "%(count)d members", numbers[0]) % {"count": numbers[0]}
    below = ngettext("%(count)d organisation directly below", "%(count)d organisations directly below", numbers[1])
    return _("%(members)s, %(below)s") % {"members": members, "below": below % {"count": numbers[1]}}


def _from(form: ActForm) -> str:
    return date_format(form.cleaned_data["effective_on"])


def _named(organisation: UUID) -> Organisation:
    found = Organisation.objects.filter(id=organisation).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    return found


def _set_up(request: Request, row: Organisation, form: SetUpForm) -> Organisation:
    return set_up_organisation(request.actor, parent=row.id, new=form.new, **form.decision, at=now())


def _rename(request: Request, row: Organisation, form: RenameForm) -> Organisation:
    given = {name: form.cleaned_data[name] for name in ("name", "short_name", "org_type")}
    return rename_organisation(request.actor, organisation=row.id, **given, **form.decision, at=now())


def _change_facts(request: Request, row: Organisation, form: FactsForm) -> Organisation:
    return change_facts(
        request.actor,
        organisation=row.id,
        changes=form.changes,
        version=form.cleaned_data["version"],
        **form.decision,
        at=now(),
    )


def _move(request: Request, row: Organisation, form: MoveForm) -> Organisation:
    parent = form.cleaned_data["parent"]
    return move_organisation(request.actor, organisation=row.id, parent=parent, **form.decision, at=now())


def _foresee_move(row: Organisation, form: MoveForm) -> list[Sentence]:
    above = _named(form.cleaned_data["parent"])
    return [
        _("From %(date)s “%(name)s” stands under “%(parent)s”.") % {"date": _from(form), "name": row, "parent": above},
        _("It takes along all that stands below it: %(carried)s.") % {"carried": _carried(row)},
        _("Roles given at it reach the same organisations as before; roles of the old higher organisation do not."),
    ]


def _merge(request: Request, _row: Organisation, form: MergeForm) -> Organisation:
    into = form.cleaned_data["into"]
    return merge_organisations(request.actor, earlier=form.earlier, into=into, **form.decision, at=now())


def _foresee_merge(_row: Organisation, form: MergeForm) -> list[Sentence]:
    later = _named(form.cleaned_data["into"])
    rows = Organisation.objects.filter(id__in=form.earlier).order_by("path")
    return [
        *(
            _("“%(name)s” ends on %(date)s (%(carried)s).")
            % {"name": one, "date": _from(form), "carried": _carried(one)}
            for one in rows
        ),
        _("“%(name)s” takes over their members and all that stands below them.") % {"name": later},
    ]


def _split(request: Request, row: Organisation, form: SplitForm) -> Organisation:
    children = tuple(UUID(one) for one in form.cleaned_data.get("children", []))
    part = Part(new=form.new, children=children)
    return split_organisation(request.actor, organisation=row.id, parts=[part], **form.decision, at=now())[0]


def _foresee_split(row: Organisation, form: SplitForm) -> list[Sentence]:
    going = Organisation.objects.filter(id__in=form.cleaned_data.get("children", [])).order_by("path")
    sentences: list[Sentence] = [
        _("From %(date)s “%(new)s” stands beside “%(name)s” under the same higher organisation.")
        % {"date": _from(form), "new": form.cleaned_data["name"], "name": row}
    ]
    sentences += [_("“%(name)s” goes along (%(carried)s).") % {"name": one, "carried": _carried(one)} for one in going]
    return [*sentences, _("Members stay where they are; move them on their own pages, or together from the roster.")]


def _dissolve(request: Request, row: Organisation, form: DissolveForm) -> Organisation:
    return dissolve_organisation(request.actor, organisation=row.id, **form.decision, at=now())


def _foresee_dissolve(row: Organisation, form: DissolveForm) -> list[Sentence]:
    return [
        _("“%(name)s” ends on %(date)s.") % {"name": row, "date": _from(form)},
        _("Its page and history stay; it can be seen in the tree of any earlier day."),
        _("Its running term of office ends on the same day."),
    ]


def _begin_term(request: Request, row: Organisation, form: TermForm) -> Organisation:
    given = form.cleaned_data
    term = NewTerm(
        starts_on=given["starts_on"], due_on=given["due_on"], number=given["number"], election=given["election"]
    )
    decided = {name: given[name] for name in ("document_no", "reason")}
    return begin_term(request.actor, organisation=row.id, term=term, **decided, at=now()).organisation


def _end_term(request: Request, row: Organisation, form: EndTermForm) -> Organisation:
    return end_running_term(request.actor, organisation=row.id, **form.decision, at=now()).organisation


SET_UP = Act(
    gettext_lazy("Set up an organisation below"),
    gettext_lazy("Set up"),
    gettext_lazy("The organisation is set up."),
    SetUpForm,
    _set_up,
)
RENAME = Act(
    gettext_lazy("Rename, or change the kind"),
    gettext_lazy("Rename"),
    gettext_lazy("The new name is recorded."),
    RenameForm,
    _rename,
)
FACTS = Act(
    gettext_lazy("Change facts"),
    gettext_lazy("Save"),
    gettext_lazy("The facts are recorded."),
    FactsForm,
    _change_facts,
)
MOVE = Act(
    gettext_lazy("Move under another higher organisation"),
    gettext_lazy("Move"),
    gettext_lazy("The move is recorded."),
    MoveForm,
    _move,
    _foresee_move,
)
MERGE = Act(
    gettext_lazy("Merge into another organisation"),
    gettext_lazy("Merge"),
    gettext_lazy("The merger is recorded."),
    MergeForm,
    _merge,
    _foresee_merge,
    danger=True,
)
SPLIT = Act(
    gettext_lazy("Split off a new organisation"),
    gettext_lazy("Split"),
    gettext_lazy("The split is recorded."),
    SplitForm,
    _split,
    _foresee_split,
)
DISSOLVE = Act(
    gettext_lazy("Dissolve"),
    gettext_lazy("Dissolve"),
    gettext_lazy("The dissolution is recorded."),
    DissolveForm,
    _dissolve,
    _foresee_dissolve,
    danger=True,
)
TERM_BEGIN = Act(
    gettext_lazy("Record a new term of office"),
    gettext_lazy("Record"),
    gettext_lazy("The term is recorded."),
    TermForm,
    _begin_term,
)
TERM_END = Act(
    gettext_lazy("Record the end of the running term"),
    gettext_lazy("Record"),
    gettext_lazy("The end of the term is recorded."),
    EndTermForm,
    _end_term,
)


def _screen_of(act: Act, permission: str) -> Callable[..., HttpResponseBase]:
    @screen(permission)
    @require_http_methods(["GET", "POST"])
    def view(request: Request, organisation: UUID) -> HttpResponseBase:
        return act_page(request, organisation, act)

    return view


set_up = _screen_of(SET_UP, REORGANISE)
rename = _screen_of(RENAME, REORGANISE)
move = _screen_of(MOVE, REORGANISE)
merge = _screen_of(MERGE, REORGANISE)
split = _screen_of(SPLIT, REORGANISE)
dissolve = _screen_of(DISSOLVE, REORGANISE)
facts = _screen_of(FACTS, CHANGE)
term_begin = _screen_of(TERM_BEGIN, TERMS)
term_end = _screen_of(TERM_END, TERMS)


@screen(TERMS)
@require_http_methods(["GET", "POST"])
def term_correct(request: Request, term: UUID) -> HttpResponseBase:
    """Mend a term that was recorded wrongly."""
    found = within(Term.objects.filter(id=term), request.actor, VIEW, field="organisation__path").first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    organisation_for(request.actor, found.organisation_id, VIEW)

    def perform(request: Request, _row: Organisation, form: CorrectTermForm) -> Organisation:
        wanted = ("starts_on", "due_on", "number", "election", "document_no", "reason")
        given = {name: form.cleaned_data[name] for name in wanted}
        return correct_term(request.actor, term=term, **given, at=now()).organisation

    act = Act(
        gettext_lazy("Correct a term of office"),
        gettext_lazy("Save"),
        gettext_lazy("The correction is recorded."),
        CorrectTermForm,
        perform,
    )
    return act_page(request, found.organisation_id, act, term=found)
