"""The requests of members for corrections: the inbox and the decision."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from lianxin.kernel.authz import require
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.actions.corrections import accept_correction, decline_correction
from lianxin.members.facts import BY_NAME, in_words, shown_kept
from lianxin.members.forms import DecideForm
from lianxin.members.models import CorrectionRequest, Member
from lianxin.members.permissions import DECIDE, VIEW
from lianxin.members.queries.record import open_corrections
from lianxin.members.restricting import words_for_staff

SHOWN = 100


@screen(DECIDE)
@require_GET
def corrections(request: Request) -> HttpResponseBase:
    """The requests that wait, oldest first."""
    rows = open_corrections(request.actor, DECIDE)[:SHOWN]
    return render(request, "members/corrections.html", {"requests": [asked(one) for one in rows]})


def asked(one: CorrectionRequest) -> dict[str, object]:
    """A request in words: which fact, what the record says, what it should say."""
    fact = BY_NAME[one.field]
    return {
        "request": one,
        "member": one.member,
        "label": fact.label,
        "old": words_for_staff(one.member, one.field),
        "new": in_words(one.field, shown_kept(fact, one.wanted)),
    }


@screen(DECIDE)
@require_http_methods(["GET", "POST"])
def decide(request: Request, correction: UUID) -> HttpResponseBase:
    """Accept or decline one request."""
    rows = CorrectionRequest.objects.select_related("member", "member__organisation")
    found = rows.filter(id=correction).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(request.actor, DECIDE, found.organisation_path, seen_by=VIEW)
    form = DecideForm(request.POST or None)
    if form.is_bound and form.is_valid():
        answer = form.cleaned_data["answer"]

        def act() -> Member | CorrectionRequest:
            if request.POST.get("decision") == "accept":
                return accept_correction(request.actor, request=found.id, answer=answer, at=now())
            return decline_correction(request.actor, request=found.id, answer=answer, at=now())

        if attempt(form, act) is not None:
            messages.success(request, _("The decision is recorded, and the member can read it."))
            return redirect("members:corrections")
    context = {"form": form, "asked": asked(found), "found": found}
    return render(request, "members/decide.html", context, status=422 if form.is_bound else 200)
