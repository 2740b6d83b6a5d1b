"""What the rules say at an organisation, where that comes from, and the forms to set or end a local value."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lianxin.kernel.db.paths import subtree
from lianxin.kernel.errors import NotVisible, Sentence
from lianxin.kernel.time import now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.actions.local_values import end_local_value, set_local_value
from lianxin.organisations.forms import EndLocalValueForm, LocalValueForm
from lianxin.organisations.models import LocalValue, Organisation
from lianxin.organisations.permissions import LOCAL_VALUES, VIEW
from lianxin.organisations.queries.lending import names_of
from lianxin.organisations.queries.local_values import fixed_above, overrides_at, set_below, settable_at
from lianxin.organisations.queries.scope import alive_on, organisation_for
from lianxin.organisations.views.acts import Act, act_page
from lianxin.organisations.views.reading import way_to
from lianxin.rules.facade import RuleVersion, UnknownRule, in_force, in_force_or_none, rhythms_allowed

PAGE = "organisations:local_values"
NAMED = 5


@screen(VIEW)
@require_safe
def local_values(request: Request, organisation: UUID) -> HttpResponse:
    """Every rule that organisations set: the law, what holds here and from where, what is planned and what was."""
    row = organisation_for(request.actor, organisation)
    found = settable_at(row, on=today())
    names = names_of({value.set_by for one in found for value in one.history})
    context = {
        "organisation": row,
        "place": way_to(request.actor, row, today()),
        "found": [
            (
                one,
                _allowed(one.law),
                [(value, shown(one.law, value.value), names.get(value.set_by, "")) for value in one.history],
            )
            for one in found
        ],
        "may_set": request.actor.may(LOCAL_VALUES, row.path) and row.dissolved_on is None,
        "today": today(),
    }
    return render(request, "organisations/local_values.html", context)


def _allowed(law: RuleVersion) -> str:
    """What may be set, in words."""
    if law.is_rhythm:
        return _("once in %(months)s months") % {"months": _(", ").join(str(one) for one in rhythms_allowed(law))}
    if law.bounds is None or law.bounds.minimum is None or law.bounds.maximum is None:
        return ""
    return _("%(least)s to %(most)s") % {
        "least": shown(law, law.bounds.minimum),
        "most": shown(law, law.bounds.maximum),
    }


def shown(rule: RuleVersion, value: int) -> str:
    """A value with the unit of its rule."""
    return replace(rule, value=value).shown_value


def _set(request: Request, row: Organisation, form: LocalValueForm) -> Organisation:
    value = form.cleaned_data["value"]
    set_local_value(request.actor, organisation=row.id, rule=form.rule.id, value=value, **form.decision, at=now())
    return row


def _foresee_set(row: Organisation, form: LocalValueForm) -> list[Sentence]:
    rule, value, on = form.rule, form.cleaned_data["value"], form.cleaned_data["effective_on"]
    below = Organisation.objects.filter(subtree(row.path), alive_on(today())).exclude(id=row.id).count()
    before = in_force(rule.id, on, overrides=overrides_at(row.path))
    sentences: list[Sentence] = [
        _("From %(date)s “%(rule)s” is %(value)s; until then %(before)s.")
        % {"date": date_format(on), "rule": rule.title, "value": shown(rule, value), "before": before.shown_value},
        ngettext(
            "It holds here and for %(count)d organisation below.",
            "It holds here and for %(count)d organisations below.",
            below,
        )
        % {"count": below},
        _("Periods that have begun, and all that is over, stay as they were."),
    ]
    return [*sentences, *_of_those_below(row, rule, value)]


def _of_those_below(row: Organisation, rule: RuleVersion, value: int) -> list[Sentence]:
    gives_way = _("“%(name)s” set %(value)s by %(document)s; that gives way.")
    stays = _("“%(name)s” set %(value)s by %(document)s; that stays.")
    rows = set_below(row.path, rule.id, on=today())
    said: list[Sentence] = [
        (gives_way if rule.bounds is not None and rule.bounds.is_looser(one.value, value) else stays)
        % {"name": one.organisation, "value": shown(rule, one.value), "document": one.document_no}
        for one in rows[:NAMED]
    ]
    if len(rows) > NAMED:
        more = len(rows) - NAMED
        said.append(
            ngettext("%(count)d more below set their own.", "%(count)d more below set their own.", more)
            % {"count": more}
        )
    return said


def _end(request: Request, row: Organisation, form: EndLocalValueForm) -> Organisation:
    end_local_value(request.actor, local_value=form.row.id, **form.decision, at=now())
    return row


def _foresee_end(row: Organisation, form: EndLocalValueForm) -> list[Sentence]:
    on = max(form.cleaned_data["effective_on"], form.row.valid_from)
    above = fixed_above(row.path, form.rule.id, on)
    given = {"date": date_format(on), "rule": form.rule.title}
    if above is not None:
        given |= {"value": shown(form.rule, above.value), "name": above.organisation, "document": above.document}
        holds = _("From %(date)s “%(rule)s” is %(value)s, as “%(name)s” set it by %(document)s.") % given
    else:
        given |= {"value": form.rule.shown_value, "article": form.rule.citation}
        holds = _("From %(date)s “%(rule)s” is %(value)s, as the rule says (%(article)s).") % given
    return [holds, _("Periods that have begun, and all that is over, stay as they were.")]


SET = Act(
    gettext_lazy("Set a local value"),
    gettext_lazy("Set"),
    gettext_lazy("The local value is recorded. What is due and counted follows it from its day."),
    LocalValueForm,
    _set,
    _foresee_set,
    page=PAGE,
)
END = Act(
    gettext_lazy("End a local value"),
    gettext_lazy("End"),
    gettext_lazy("The end of the local value is recorded."),
    EndLocalValueForm,
    _end,
    _foresee_end,
    page=PAGE,
)


@screen(LOCAL_VALUES)
@require_http_methods(["GET", "POST"])
def set_value(request: Request, organisation: UUID, rule: str) -> HttpResponseBase:
    """Set what a rule says at the organisation and below."""
    row = organisation_for(request.actor, organisation, LOCAL_VALUES)
    try:
        law = in_force_or_none(rule, today(), overrides=overrides_at(row.path))
    except UnknownRule:
        law = None
    if law is None or not law.is_set_by_organisations:
        raise Http404(_("No organisation sets this rule; it holds everywhere as it is."))
    return act_page(request, organisation, replace(SET, title=str(law.title)), rule=law)


@screen(LOCAL_VALUES)
@require_http_methods(["GET", "POST"])
def end_value(request: Request, local_value: UUID) -> HttpResponseBase:
    """End a local value, or take it back before it begins."""
    found = LocalValue.objects.filter(id=local_value).first()
    law = in_force_or_none(found.rule, today()) if found is not None else None
    if found is None or law is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    organisation_for(request.actor, found.organisation_id, LOCAL_VALUES)
    extra: dict[str, Any] = {"row": found, "rule": law}
    return act_page(request, found.organisation_id, END, **extra)
