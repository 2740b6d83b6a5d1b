"""For staff: requests to restrict or delete, looking at what is restricted, consents signed on paper."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.kernel.authz import require
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.actions.consents import record_paper_consent, record_paper_withdrawal
from lianxin.members.actions.reveal import reveal
from lianxin.members.actions.rights import accept_right, decline_right
from lianxin.members.facts import BY_NAME
from lianxin.members.forms import DecideForm, OverrideForm, PaperConsentForm, PaperWithdrawalForm
from lianxin.members.models import RightsRequest
from lianxin.members.permissions import DECIDE_RIGHTS, RECORD_CONSENT, REVEAL, VIEW
from lianxin.members.queries.record import member_for
from lianxin.members.queries.rights import (
    article,
    label_of,
    may_be_accepted,
    open_rights,
    proposed_answer,
    standings,
    time_limit,
)
from lianxin.members.restricting import is_restricted
from lianxin.members.views.record import crumbs

SHOWN = 100
FORM = require_http_methods(["GET", "POST"])
RESTRICT, DELETE = RightsRequest.Kind.RESTRICT, RightsRequest.Kind.DELETE


@screen(DECIDE_RIGHTS)
@require_GET
def requests(request: Request) -> HttpResponseBase:
    """The requests that wait, the most urgent first."""
    rows = [
        {"request": one, "label": label_of(one.field), "is_late": one.due_on < today()}
        for one in open_rights(request.actor)[:SHOWN]
    ]
    return render(request, "members/rights.html", {"requests": rows})


@screen(DECIDE_RIGHTS)
@FORM
def decide(request: Request, request_id: UUID) -> HttpResponseBase:
    """Accept or decline one request; a refusal gives its reason."""
    found = RightsRequest.objects.select_related("member", "member__organisation").filter(id=request_id).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(request.actor, DECIDE_RIGHTS, found.organisation_path, seen_by=VIEW)
    form = DecideForm(request.POST or None, initial={"answer": proposed_answer(found)})
    if form.is_bound and form.is_valid():
        act = accept_right if request.POST.get("decision") == "accept" else decline_right
        done = attempt(form, lambda: act(request.actor, request=found.id, answer=form.cleaned_data["answer"], at=now()))
        if done is not None:
            messages.success(request, _("The decision is recorded, and the member can read it."))
            return redirect("members:requests")
    context = {
        "form": form,
        "found": found,
        "label": label_of(found.field),
        "may_accept": may_be_accepted(found),
        "is_proposed": bool(proposed_answer(found)),
        "is_late": found.state == RightsRequest.State.OPEN and found.due_on < today(),
        "limit": time_limit(today()),
        "law": article("44" if found.kind == RESTRICT else "47"),
        "is_deletion": found.kind == DELETE,
    }
    return render(request, "members/rights_decide.html", context, status=422 if form.is_bound else 200)


@screen(REVEAL)
@FORM
def override(request: Request, member: UUID, field: str) -> HttpResponseBase:
    """Look at a restricted fact all the same, on a ground and for a reason that the member can read."""
    found = member_for(request.actor, member, REVEAL)
    if field not in BY_NAME or not is_restricted(found, field):
        raise NotVisible(_("There is no such page."))
    form = OverrideForm(request.POST or None)
    value = None
    if form.is_bound and form.is_valid():
        value = attempt(form, lambda: reveal(request.actor, member=member, field=field, **form.cleaned_data, at=now()))
    context = {
        "form": form,
        "member": found,
        "place": crumbs(request, found),
        "label": BY_NAME[field].label,
        "value": value,
        "law": article("44"),
    }
    status = 422 if form.is_bound and value is None else 200
    return render(request, "members/override.html", context, status=status)


@screen(RECORD_CONSENT)
@FORM
def consent(request: Request, member: UUID, text: str) -> HttpResponseBase:
    """Record a consent signed on paper, or that one was withdrawn on paper."""
    found = member_for(request.actor, member, RECORD_CONSENT)
    standing = next((one for one in standings(found.id, on=today()) if one.text.id == text), None)
    if standing is None:
        raise NotVisible(_("There is no such page."))
    withdraws = standing.consent is not None and not standing.is_of_an_earlier_wording
    form = (PaperWithdrawalForm if withdraws else PaperConsentForm)(request.POST or None)
    if form.is_bound and form.is_valid():
        act = record_paper_withdrawal if withdraws else record_paper_consent
        done = attempt(form, lambda: act(request.actor, member=member, text=text, **form.cleaned_data, at=now()))
        if done is not None:
            messages.success(request, _("The paper is recorded, and the member can read it."))
            return redirect(found)
    context = {
        "form": form,
        "member": found,
        "place": crumbs(request, found),
        "standing": standing,
        "withdraws": withdraws,
    }
    return render(request, "members/consent.html", context, status=422 if form.is_bound else 200)
