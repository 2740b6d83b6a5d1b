"""Recording what the meeting decided, finishing, and answering objections."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lianxin.appraisals.actions.grading import Decision, answer_objection, record_grades
from lianxin.appraisals.actions.rounds import finish_round
from lianxin.appraisals.forms import AnswerForm, DecisionForm
from lianxin.appraisals.models import Outcome
from lianxin.appraisals.permissions import ANSWER, GRADE, RUN, VIEW
from lianxin.appraisals.queries.results import remarks
from lianxin.appraisals.queries.rounds import grade_names, round_for
from lianxin.appraisals.queries.taking_part import gone_from
from lianxin.kernel.authz import require
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@screen(GRADE)
@require_http_methods(["GET", "POST"])
def grades(request: Request, round_id: UUID) -> HttpResponseBase:
    """Record the grades of all members at once, as the meeting decided them; what is unusual is said, never refused."""
    held = round_for(request.actor, round_id, GRADE)
    gone, everybody = gone_from(held), list(held.participants.all())
    participants = [one for one in everybody if one.pk not in gone]
    initial: dict[str, object] = {
        "decided_on": held.decided_on or today(),
        "decided_by": held.decided_by,
        "minutes_reference": held.minutes_reference,
    }
    for one in held.outcomes.all():
        initial |= {f"grade_{one.participant_id}": one.grade, f"note_{one.participant_id}": one.note}
    form = DecisionForm(request.POST or None, participants=participants, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        decision = Decision(
            given["decided_on"],
            given["decided_by"],
            given["minutes_reference"],
            parse_id(request.GET.get("activity", "")) or held.activity_id,
        )
        decided = form.grades()
        done = attempt(
            form,
            lambda: record_grades(request.actor, round_id=held.pk, decision=decision, grades=decided, at=now()),
        )
        if done is not None:
            messages.success(request, _("The grades are recorded. Each member can now read and sign their own."))
            said = {one: decided[one.pk][0] for one in participants}
            for remark in remarks(done, said):
                messages.warning(request, f"{remark.said} {remark.todo}")
            return redirect(done)
    context = {"form": form, "round": held, "left": [one.name for one in everybody if one.pk in gone]}
    return render(request, "appraisals/grades.html", context, status=422 if form.is_bound else 200)


@screen(RUN)
@require_POST
def finish(request: Request, round_id: UUID) -> HttpResponseBase:
    """Finish an appraisal."""
    held = finish_round(request.actor, round_id=round_id, at=now())
    messages.success(request, _("The appraisal is finished; it stands in the table of the year."))
    return redirect(held)


@screen(ANSWER)
@require_http_methods(["GET", "POST"])
def answer(request: Request, outcome: UUID) -> HttpResponseBase:
    """Answer an objection."""
    rows = Outcome.objects.select_related("participant", "round", "round__organisation")
    found = rows.filter(pk=outcome).exclude(objection="").first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(request.actor, ANSWER, found.organisation_path, seen_by=VIEW)
    form = AnswerForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data["answer"]
        if attempt(form, lambda: answer_objection(request.actor, outcome=found.pk, answer=said, at=now())) is not None:
            messages.success(request, _("The member can read your answer."))
            return redirect("appraisals:member", found.participant_id)
    context = {"form": form, "outcome": found, "grade": dict(grade_names()).get(found.grade, "")}
    return render(request, "appraisals/answer.html", context, status=422 if form.is_bound else 200)
