"""A member's own record on the phone."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.actions.corrections import ask_for_correction, withdraw_correction
from lianxin.members.facts import BY_NAME, ENTERED, in_words, shown_kept, shown_now
from lianxin.members.forms import AskForm
from lianxin.members.permissions import OWN, OWN_CORRECT
from lianxin.members.queries.own import looks_at, own_member, own_record, own_requests
from lianxin.members.queries.record import TIMELINE_SIZE, grouped_facts, memberships_of, posts_of, timeline_of


@screen(OWN)
@require_GET
def record(request: Request) -> HttpResponseBase:
    """What the register says of oneself, what happened to it, who looked at it."""
    member = own_member(request.actor)
    if member is None:
        return render(request, "members/own_none.html")
    happened = timeline_of(member.id, before=parse_id(request.GET.get("before", "")))
    return render(
        request,
        "members/own.html",
        {
            "member": member,
            "groups": grouped_facts(member, own=True),
            "posts": posts_of(member),
            "memberships": memberships_of(member),
            "timeline": happened,
            "earlier": happened[-1].event.id if len(happened) == TIMELINE_SIZE else None,
            "looks": looks_at(member),
            "requests": asked_corrections(request),
        },
    )


def asked_corrections(request: Request) -> list[dict[str, object]]:
    """The corrections the member asked for, in words."""
    return [
        {
            "request": one,
            "label": BY_NAME[one.field].label,
            "wanted": in_words(one.field, shown_kept(BY_NAME[one.field], one.wanted)),
        }
        for one in own_requests(request.actor)
    ]


@screen(OWN_CORRECT)
@require_http_methods(["GET", "POST"])
def ask(request: Request) -> HttpResponseBase:
    """Ask for a correction: first which fact, then what it should say."""
    member = own_record(request.actor)
    field = request.POST.get("field") or request.GET.get("field", "")
    fact = BY_NAME.get(field)
    if fact is None:
        return render(request, "members/ask_which.html", {"facts": ENTERED})
    if fact.is_set_by_act:
        raise NotVisible(_("There is no such page."))
    form = AskForm(request.POST or None, field=field)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        done = attempt(
            form,
            lambda: ask_for_correction(
                request.actor, field=field, wanted=given["wanted"], reason=given["reason"], at=now()
            ),
        )
        if done is not None:
            messages.success(request, _("Your request is with the branch. The answer will stand on this page."))
            return redirect("own:record")
    present = in_words(field, shown_now(member, field))
    return render(
        request,
        "members/ask.html",
        {"form": form, "fact": fact, "present": present},
        status=422 if form.is_bound else 200,
    )


@screen(OWN_CORRECT)
@require_POST
def withdraw(request: Request, correction: UUID) -> HttpResponseBase:
    """Withdraw one's own request."""
    withdraw_correction(request.actor, request=correction, at=now())
    messages.success(request, _("The request is withdrawn."))
    return redirect("own:record")
