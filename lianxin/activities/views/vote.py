"""Entering votes at an item of the minutes."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lianxin.activities.actions.vote import enter_vote, remove_vote
from lianxin.activities.minutes_forms import VOICE, VoteForm
from lianxin.activities.models import vote_kinds_for, vote_methods
from lianxin.activities.permissions import MINUTES_WRITE
from lianxin.activities.queries.minutes import item_for, presence_of
from lianxin.activities.views.minutes import both, draw, space_of
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request

ASKED_FIRST = ("question", "kind", "present")
ASKED_AFTER = ("in_favour", "against", "abstained", "invalid", "counter_one", "counter_two")


@require_http_methods(["GET", "POST"])
def _vote(request: Request, item: UUID) -> HttpResponseBase:
    found = item_for(request.actor, item)
    activity = found.minutes.activity
    kinds = vote_kinds_for(activity.kinds)
    if not kinds:
        messages.error(
            request, _("Nothing is decided by a counted vote at an activity of this kind. Write the decision.")
        )
        return redirect(f"{space_of(request)}:minutes_item", found.pk)
    presence = presence_of(activity)
    methods = vote_methods()
    method = request.GET.get("method", "")
    method = method if method in methods else next(iter(methods))
    initial = {
        "question": found.title,
        "kind": kinds[0],
        "present": presence.voters_present,
    }
    form = VoteForm(request.POST or None, method=method, presence=presence, activity=activity, initial=initial)
    if form.is_bound and form.is_valid():
        vote = attempt(form, lambda: enter_vote(request.actor, item=found.pk, count=form.count(), at=now()))
        if vote is not None:
            messages.success(request, vote.sum)
            return redirect(f"{space_of(request)}:minutes_item", found.pk)
    context = {
        "item": found,
        "activity": activity,
        "form": form,
        "presence": presence,
        "method": method,
        "methods": list(methods.values()),
        "before": [form[name] for name in form.fields if name in ASKED_FIRST],
        "voices": [form[name] for name in form.fields if name.startswith(VOICE)],
        "numbers": [form[name] for name in form.fields if name in ASKED_AFTER],
        "unmarked": form.unmarked(),
    }
    return draw(request, "minutes_vote.html", context, status=422 if form.is_bound else 200)


@require_POST
def _vote_remove(request: Request, vote: UUID) -> HttpResponseBase:
    item = remove_vote(request.actor, vote=vote, at=now())
    messages.success(request, _("The vote was removed."))
    return redirect(f"{space_of(request)}:minutes_item", item.pk)


enter, own_enter = both(MINUTES_WRITE, _vote)
remove, own_remove = both(MINUTES_WRITE, _vote_remove)
