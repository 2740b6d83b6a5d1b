"""A member's part in an appraisal, on the phone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.appraisals.actions.grading import confirm_grade, object_to_grade
from lianxin.appraisals.actions.reviewing import save_review
from lianxin.appraisals.actions.sheets import hand_in_sheet
from lianxin.appraisals.device import kept_for, names_to_forget
from lianxin.appraisals.forms import ObjectForm, ReviewForm, SheetForm
from lianxin.appraisals.models import Step
from lianxin.appraisals.permissions import OWN
from lianxin.appraisals.queries.own import colleagues_of, own_round, own_rounds
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen


@screen(OWN)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """What is to hand in, and one's own grades year by year."""
    own = own_rounds(request.actor)
    return render(request, "appraisals/own.html", {"own": own, "to_forget": names_to_forget(request.actor, own)})


@screen(OWN)
@require_http_methods(["GET", "POST"])
def review(request: Request, round_id: UUID) -> HttpResponseBase:
    """Write one's self review: keep a draft, or hand it in."""
    own = own_round(request.actor, round_id)
    hand_in = request.POST.get("act") == "hand_in"
    form = ReviewForm(
        request.POST or None,
        initial={"text": own.review.text if own.review else ""},
        is_draft=request.method == "POST" and not hand_in,
    )
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["text"]
        done = attempt(
            form, lambda: save_review(request.actor, round_id=round_id, text=text, hand_in=hand_in, at=now())
        )
        if done is not None:
            said = _("Your self review is handed in.") if hand_in else _("The draft is kept. Only you see it.")
            messages.success(request, said)
            return redirect("own_appraisals:index")
    return render(request, "appraisals/review.html", {"form": form, "own": own}, status=422 if form.is_bound else 200)


@screen(OWN)
@require_http_methods(["GET", "POST"])
def sheet(request: Request, round_id: UUID, step: str) -> HttpResponseBase:
    """Fill in an anonymous sheet and hand it in, once."""
    if step not in Step.values:
        raise NotVisible(_("There is no such page."))
    own = own_round(request.actor, round_id)
    colleagues = colleagues_of(own.participant)
    form = SheetForm(request.POST or None, colleagues=colleagues, with_opinions=step == Step.MUTUAL)
    if form.is_bound and form.is_valid():

        def act() -> bool:
            hand_in_sheet(
                request.actor,
                round_id=round_id,
                step=step,
                grades=form.given("grade"),
                opinions=form.given("opinion"),
            )
            return True

        if attempt(form, act):
            messages.success(request, _("Your sheet is in the box. Nobody can tell which one is yours."))
            return redirect("own_appraisals:index")
    context = {
        "form": form,
        "own": own,
        "step": Step(step),
        "is_open": Step(step) in own.to_hand_in,
        "kept": kept_for(request.actor, own.round.pk, Step(step)),
    }
    return render(request, "appraisals/sheet.html", context, status=422 if form.is_bound else 200)


@screen(OWN)
@require_POST
def confirm(request: Request, round_id: UUID) -> HttpResponseBase:
    """Sign one's own grade."""
    confirm_grade(request.actor, round_id=round_id, at=now())
    messages.success(request, _("You signed your grade."))
    return redirect("own_appraisals:index")


@screen(OWN)
@require_http_methods(["GET", "POST"])
def object_to(request: Request, round_id: UUID) -> HttpResponseBase:
    """Object to one's own grade."""
    own = own_round(request.actor, round_id)
    form = ObjectForm(request.POST or None)
    if form.is_bound and form.is_valid():
        said = form.cleaned_data["objection"]
        done = attempt(form, lambda: object_to_grade(request.actor, round_id=round_id, text=said, at=now()))
        if done is not None:
            messages.success(request, _("Your objection is with the secretary. The answer will stand here."))
            return redirect("own_appraisals:index")
    return render(request, "appraisals/object.html", {"form": form, "own": own}, status=422 if form.is_bound else 200)
