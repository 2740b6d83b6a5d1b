"""A secretary's work on an appraisal: one member beside the evidence, counting, paper."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.appraisals.actions.counting import Paper, count_sheets, enter_paper_count
from lianxin.appraisals.actions.rounds import note_elsewhere
from lianxin.appraisals.forms import ElsewhereForm, PaperForm
from lianxin.appraisals.models import Opinion, Outcome, PaperCount, SelfReview
from lianxin.appraisals.permissions import ANSWER, READ, RUN, VIEW
from lianxin.appraisals.queries.results import evidence_of, tallies_of
from lianxin.appraisals.queries.rounds import grade_names, participant_for, round_for
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.navigation import panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@screen(VIEW)
@require_GET
def member(request: Request, participant: UUID) -> HttpResponseBase:
    """One member: what the sheets say beside attendance, dues and learning. No sum, no score, no rank."""
    found = participant_for(request.actor, participant)
    may_read = request.actor.may(READ, found.organisation_path)
    review = SelfReview.objects.filter(participant=found, handed_in_at__isnull=False).first() if may_read else None
    outcome = Outcome.objects.filter(participant=found).first()
    evidence = evidence_of(found)
    context = {
        "participant": found,
        "round": found.round,
        "review": review,
        "tallies": tallies_of(found.pk),
        "opinions": list(Opinion.objects.filter(participant=found)) if may_read else [],
        "panels": panels("appraisals.evidence", request.actor, **evidence) if evidence is not None else [],
        "outcome": outcome,
        "grade": dict(grade_names()).get(outcome.grade, "") if outcome else "",
        "may_answer": request.actor.may(ANSWER, found.organisation_path),
        "may_place": request.actor.may(RUN, found.organisation_path) and found.round.is_collecting,
        "elsewhere_form": ElsewhereForm(initial={"place": found.elsewhere}),
    }
    return render(request, "appraisals/member.html", context)


@screen(RUN)
@require_POST
def elsewhere(request: Request, participant: UUID) -> HttpResponseBase:
    """Note where a floating member is appraised."""
    found = note_elsewhere(request.actor, participant=participant, place=request.POST.get("place", ""), at=now())
    messages.success(request, _("It is noted where the member is appraised."))
    return redirect("appraisals:member", found.pk)


@screen(RUN)
@require_POST
def count(request: Request, round_id: UUID) -> HttpResponseBase:
    """End handing in and count."""
    held = count_sheets(request.actor, round_id=round_id, at=now())
    messages.success(request, _("The sheets are counted. Now the meeting decides the grades."))
    return redirect(held)


@screen(RUN)
@require_http_methods(["GET", "POST"])
def paper(request: Request, round_id: UUID) -> HttpResponseBase:
    """Enter the count of sheets on paper."""
    held = round_for(request.actor, round_id, RUN)
    participants = list(held.participants.filter(elsewhere=""))
    initial: dict[str, object] = {"counted_on": today()}
    known = PaperCount.objects.filter(round=held).first()
    if known is not None:
        names = ("handed_out", "returned", "invalid", "counted_on", "first_counter", "second_counter")
        initial = {name: getattr(known, name) for name in names}
        for tally in held.tallies.filter(is_paper=True):
            initial |= {f"{key}_{tally.participant_id}": getattr(tally, key) for key, _name in grade_names()}
    form = PaperForm(request.POST or None, participants=participants, initial=initial)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        counted = Paper(
            handed_out=given["handed_out"],
            returned=given["returned"],
            invalid=given["invalid"],
            counted_on=given["counted_on"],
            first_counter=given["first_counter"],
            second_counter=given["second_counter"],
            ticks=form.ticks(),
        )
        if attempt(form, lambda: enter_paper_count(request.actor, round_id=held.pk, paper=counted, at=now())):
            messages.success(request, _("The count on paper is entered."))
            return redirect(held)
    context = {"form": form, "round": held, "grades": grade_names()}
    return render(request, "appraisals/paper.html", context, status=422 if form.is_bound else 200)
