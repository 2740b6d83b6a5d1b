"""Screens of the second person: which roles wait, and deciding on one."""

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.organisations.actions.grant_requests import confirm_grant, decline_grant, may_decide, withdraw_grant
from lianxin.organisations.models import Outcome
from lianxin.organisations.permissions import BORROWED, GRANTS_CONFIRM, GRANTS_VIEW
from lianxin.organisations.queries.grant_requests import request_for, requests_to_decide, requests_within
from lianxin.organisations.queries.lending import names_of
from lianxin.organisations.views.grants import tabs

SHOWN = 50


class DeclineForm(forms.Form):
    """Why the second person says no."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


@screen(GRANTS_VIEW)
@require_safe
def requests(request: Request) -> HttpResponseBase:
    """What waits for the actor, what they asked for themselves, and what was decided of late."""
    actor = request.actor
    to_decide = list(requests_to_decide(actor)[:SHOWN])
    others = requests_within(actor).exclude(pk__in=[one.pk for one in to_decide]).order_by("-asked_at")[:SHOWN]
    rest = list(others)
    names = names_of({one.asked_by for one in [*to_decide, *rest]})
    context = {
        "to_decide": [(one, names.get(one.asked_by, "")) for one in to_decide],
        "others": [(one, names.get(one.asked_by, "")) for one in rest],
        "tabs": tabs("requests"),
    }
    return render(request, "organisations/requests.html", context)


@screen(BORROWED)
@require_safe
def request_page(request: Request, grant_request: UUID) -> HttpResponseBase:
    """One request: what is asked, by whom, why; and deciding."""
    found = request_for(request.actor, grant_request)
    decider = Account.objects.filter(pk=found.decided_by).first() if found.decided_by else None
    at = now()
    waits = found.outcome == Outcome.WAITING and found.expires_at > at
    context = {
        "found": found,
        "waits": waits,
        "asker": names_of({found.asked_by}).get(found.asked_by, ""),
        "decider": decider,
        "may_decide": waits and may_decide(request.actor, found),
        "is_own": found.asked_by == request.actor.account_id,
    }
    return render(request, "organisations/request.html", context)


@screen(GRANTS_CONFIRM, recent=True)
@require_POST
def confirm(request: Request, grant_request: UUID) -> HttpResponseBase:
    """Let it come into force."""
    form = forms.Form(request.POST)
    if attempt(form, lambda: confirm_grant(request.actor, request=grant_request, at=now())) is None:
        for sentences in form.errors.values():
            messages.error(request, " ".join(str(one) for one in sentences))
        return redirect("organisations:request", grant_request=grant_request)
    messages.success(request, _("The role is confirmed and given."))
    return redirect("organisations:requests")


@screen(GRANTS_CONFIRM, recent=True)
def decline(request: Request, grant_request: UUID) -> HttpResponseBase:
    """Refuse it, with the reason."""
    found = request_for(request.actor, grant_request)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        done = attempt(form, lambda: decline_grant(request.actor, request=grant_request, reason=reason, at=now()))
        if done is not None:
            messages.success(request, _("The request is declined; nothing was given."))
            return redirect("organisations:requests")
    context = {"form": form, "found": found}
    return render(request, "organisations/request_decline.html", context, status=422 if form.errors else 200)


@screen(BORROWED)
@require_POST
def withdraw(request: Request, grant_request: UUID) -> HttpResponseBase:
    """Take back one's own request."""
    withdraw_grant(request.actor, request=grant_request, at=now())
    messages.success(request, _("The request is withdrawn."))
    return redirect("organisations:request", grant_request=grant_request)
