"""What is to be put right, at the desk."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.preparations.actions.rectifying import (
    confirm_rectification,
    report_rectification,
    send_back_rectification,
)
from lianxin.preparations.forms import ConfirmForm, EvidenceForm
from lianxin.preparations.models import Rectification
from lianxin.preparations.permissions import EXPORT, RECTIFY, RUN, VIEW
from lianxin.preparations.queries.preparations import NOT_THERE, RECTIFICATIONS, rectifications_within


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """What is to be put right at the actor's organisations, the earliest day first."""
    context = {
        "page": RECTIFICATIONS.page(rectifications_within(request.actor), request.GET),
        "export_url": reverse("files:export_new", args=[RECTIFICATIONS.name])
        if request.actor.may_somewhere(EXPORT)
        else "",
    }
    return render(request, "preparations/rectifications.html", context)


@screen(VIEW)
@require_http_methods(["GET", "POST"])
def detail(request: Request, rectification: UUID) -> HttpResponseBase:
    """One item: report for its owner, confirm, or send back."""
    found = Rectification.objects.select_related("preparation", "organisation").filter(pk=rectification).first()
    if found is None:
        raise NotVisible(NOT_THERE)
    require(request.actor, VIEW, found.organisation_path, seen_by=VIEW)
    state = found.state
    form: EvidenceForm | ConfirmForm | None = None
    if state == Rectification.State.OPEN and request.actor.may(RUN, found.organisation_path):
        form = EvidenceForm(request.POST or None)
    elif (
        state == Rectification.State.REPORTED
        and request.actor.may(RECTIFY, found.organisation_path)
        and _is_for_another(request.actor, found)
    ):
        form = ConfirmForm(request.POST or None)
    if form is not None and form.is_bound and form.is_valid():
        bound, given = form, form.cleaned_data

        def act() -> Rectification:
            if isinstance(bound, EvidenceForm):
                return report_rectification(request.actor, rectification=found.pk, evidence=given["evidence"], at=now())
            if request.POST.get("decision") == "confirm":
                return confirm_rectification(request.actor, rectification=found.pk, at=now())
            return send_back_rectification(request.actor, rectification=found.pk, answer=given["answer"], at=now())

        if attempt(form, act) is not None:
            messages.success(request, _("It is recorded."))
            return redirect("preparations:rectification", found.pk)
    return render(
        request,
        "preparations/rectification.html",
        {"one": found, "form": form, "needs_another": state == Rectification.State.REPORTED and form is None},
        status=422 if form is not None and form.is_bound else 200,
    )


def _is_for_another(actor: Actor, found: Rectification) -> bool:
    """Whether the actor is a second person: neither the owner nor who reported. The act itself refuses the others."""
    is_owner = actor.member_id is not None and actor.member_id == found.owner_id
    return not is_owner and (found.reported_by_id is None or found.reported_by_id != actor.account_id)
