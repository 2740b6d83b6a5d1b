"""Asking for an override, and the decision of a second person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.disclosure.actions.overriding import approve_override, ask_override, decline_override, withdraw_override
from lianxin.disclosure.forms import AskForm, DecideForm
from lianxin.disclosure.models import Override
from lianxin.disclosure.permissions import ASK, DECIDE
from lianxin.disclosure.queries.checks import check_for, override_for, overrides_to_decide
from lianxin.disclosure.queries.gate import findings_in_words
from lianxin.disclosure.views.checks import check_page
from lianxin.disclosure.wording import UNREAD, place_in_words
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

SHOWN = 100
WORDS_SHOWN = 20


@screen(DECIDE)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Requests that wait for this person, oldest first."""
    return render(request, "disclosure/overrides.html", {"overrides": overrides_to_decide(request.actor)[:SHOWN]})


@screen(ASK)
@require_POST
def ask(request: Request, check: UUID) -> HttpResponseBase:
    """Ask that a content may be published in spite of findings."""
    found = check_for(request.actor, check)
    form = AskForm(request.POST)
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        made = attempt(form, lambda: ask_override(request.actor, check=found.pk, reason=reason, at=now()))
        if made is not None:
            messages.success(request, _("The request waits for a second person."))
            return redirect(found)
    return check_page(request, found, form=form, status=422)


@screen(DECIDE)
@require_http_methods(["GET", "POST"])
def decide(request: Request, override: UUID) -> HttpResponseBase:
    """Approve or decline one request."""
    found = override_for(request.actor, override)
    form = DecideForm(request.POST or None)
    if form.is_bound and form.is_valid():
        asked = form.cleaned_data

        def act() -> Override:
            if request.POST.get("decision") == "approve":
                return approve_override(
                    request.actor, override=found.pk, days=asked["days"], answer=asked["answer"], at=now()
                )
            return decline_override(request.actor, override=found.pk, answer=asked["answer"], at=now())

        if attempt(form, act) is not None:
            messages.success(request, _("The decision is recorded, and who asked can read it."))
            return redirect("disclosure:overrides")
    context = {
        "form": form,
        "override": found,
        "check": found.check_of,
        "findings": findings_in_words(found.check_of)[:WORDS_SHOWN],
        "more": max(0, found.check_of.found - WORDS_SHOWN),
        "unread": [
            (UNREAD.get(one["code"], one["code"]), place_in_words(one["place"])) for one in found.check_of.unread
        ],
    }
    return render(request, "disclosure/decide.html", context, status=422 if form.is_bound else 200)


@screen(ASK)
@require_POST
def withdraw(request: Request, override: UUID) -> HttpResponseBase:
    """Withdraw one's own request."""
    done = withdraw_override(request.actor, override=override, at=now())
    messages.success(request, _("The request was withdrawn."))
    return redirect("disclosure:check", done.check_of_id)
