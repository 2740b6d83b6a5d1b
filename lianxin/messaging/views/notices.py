"""Notices: the list, writing, the second look with the cost, and who confirmed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.kernel.errors import InvalidInput, Refusal
from lianxin.kernel.time import now, today
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.messaging.actions.notices import change_notice, discard_notice, send_notice, write_notice
from lianxin.messaging.actions.withdrawing import replace, withdraw
from lianxin.messaging.forms import NoticeForm, ReasonForm, ReplaceForm
from lianxin.messaging.models import Notice
from lianxin.messaging.permissions import SEND, SEND_BELOW, VIEW, WRITE
from lianxin.messaging.queries.burden import burdened_most, cap_on, cost_of
from lianxin.messaging.queries.confirming import (
    OPEN,
    UNREACHABLE,
    confirmations,
    counts_of,
    sent_message,
    unconfirmed_in_branch,
)
from lianxin.messaging.queries.notices import NOTICES, notice_for, notices_within, places_to_write_for


@screen(VIEW)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """Notices of the actor's organisations, newest first."""
    page = NOTICES.page(notices_within(request.actor), request.GET)
    context = {"page": page, "may_write": request.actor.may_somewhere(WRITE)}
    return render(request, "messaging/notices.html", context)


def _form(request: Request, notice: Notice | None = None) -> NoticeForm:
    places = places_to_write_for(request.actor)
    return NoticeForm(
        request.POST or None,
        places=places,
        may_send_below=any(request.actor.may(SEND_BELOW, one.path) for one in places),
        notice=notice,
    )


@screen(WRITE)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponseBase:
    """Write a notice; then its cost is shown."""
    form = _form(request)
    if form.is_bound and form.is_valid():
        place = UUID(form.cleaned_data["organisation"])
        made = attempt(form, lambda: write_notice(request.actor, organisation=place, draft=form.draft(), at=now()))
        if made is not None:
            return redirect("messaging:review", made.pk)
    return render(request, "messaging/notice_form.html", {"form": form}, status=422 if form.is_bound else 200)


@screen(WRITE)
@require_http_methods(["GET", "POST"])
def change(request: Request, notice: UUID) -> HttpResponseBase:
    """Change a draft."""
    found = notice_for(request.actor, notice, WRITE)
    form = _form(request, found)
    if form.is_bound and form.is_valid():
        version = form.cleaned_data["version"] or 0
        made = attempt(
            form,
            lambda: change_notice(request.actor, notice=found.pk, draft=form.draft(), version=version, at=now()),
        )
        if made is not None:
            return redirect("messaging:review", made.pk)
    context = {"form": form, "notice": found}
    return render(request, "messaging/notice_form.html", context, status=422 if form.is_bound else 200)


@screen(WRITE)
@require_http_methods(["GET", "POST"])
def review(request: Request, notice: UUID) -> HttpResponseBase:
    """The second look: the notice as readers see it, and what it costs them. Sending is the only way past this page."""
    found = notice_for(request.actor, notice, WRITE)
    if found.state != Notice.State.DRAFT:
        return redirect(found)
    sentence, status = "", 200
    if request.method == "POST":
        try:
            version = int(request.POST.get("version") or 0)
            sent = send_notice(
                request.actor,
                notice=found.pk,
                version=version,
                seen=request.POST.get("seen", ""),
                accepts_over="accepts_over" in request.POST,
                at=now(),
            )
        except ValueError:
            sentence, status = _("Look at the cost once more, then send."), 422
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            sentence, status = str(refusal.sentence), 422 if isinstance(refusal, InvalidInput) else 409
        else:
            messages.success(request, _("The notice has gone out."))
            return redirect("messaging:notice", sent.pk)
    cost = cost_of(found, at=now())
    rule = cap_on(today())
    to_members = found.audience == Notice.Audience.MEMBERS
    context = {
        "notice": found,
        "cost": cost,
        "rule": rule,
        "sentence": sentence,
        "may_send": request.actor.may(SEND if to_members else SEND_BELOW, found.organisation_path),
        "to_members": to_members,
    }
    return render(request, "messaging/review.html", context, status=status)


@screen(WRITE)
@require_POST
def discard(request: Request, notice: UUID) -> HttpResponseBase:
    """Throw a draft away."""
    discard_notice(request.actor, notice=notice, at=now())
    messages.success(request, _("The draft was discarded."))
    return redirect("messaging:notices")


@screen(VIEW)
@require_GET
def notice(request: Request, notice: UUID) -> HttpResponseBase:
    """A notice that has gone out: what it cost, and who confirmed, has not yet, or cannot be reached online."""
    found = notice_for(request.actor, notice)
    if found.message is None:
        return redirect("messaging:review", found.pk)
    return _sent(request, found)


def _sent(request: Request, found: Notice, *, status: int = 200, **forms: object) -> HttpResponseBase:
    message = found.message
    if message is None:
        return redirect("messaging:review", found.pk)
    context = {
        "notice": found,
        "message": message,
        "counts": counts_of(message),
        "open": confirmations(message, OPEN) if message.must_read_by else [],
        "unreachable": confirmations(message, UNREACHABLE),
        "may_act": request.actor.may(SEND, found.organisation_path) and not message.is_withdrawn,
        "reason_form": ReasonForm(prefix="withdraw"),
        "replace_form": ReplaceForm(message=message, prefix="replace"),
        **forms,
    }
    return render(request, "messaging/notice.html", context, status=status)


@screen(SEND)
@require_POST
def take_back(request: Request, notice: UUID) -> HttpResponseBase:
    """Withdraw a notice."""
    found = notice_for(request.actor, notice)
    form = ReasonForm(request.POST, prefix="withdraw")
    if found.message_id is not None and form.is_valid():
        message, reason = found.message_id, form.cleaned_data["reason"]
        if attempt(form, lambda: withdraw(request.actor, message=message, reason=reason, at=now())) is not None:
            messages.success(request, _("The notice was withdrawn."))
            return redirect(found)
    return _sent(request, found, reason_form=form, status=422)


@screen(SEND)
@require_POST
def put_right(request: Request, notice: UUID) -> HttpResponseBase:
    """Withdraw a notice and send a corrected text to the same people."""
    found = notice_for(request.actor, notice)
    old = found.message
    if old is None:
        return redirect("messaging:review", found.pk)
    form = ReplaceForm(request.POST, message=old, prefix="replace")
    if form.is_valid():
        given = form.cleaned_data
        made = attempt(form, lambda: replace(request.actor, message=old.pk, at=now(), **given))
        if made is not None:
            messages.success(request, _("The corrected notice has gone out."))
            return redirect(found)
    return _sent(request, found, replace_form=form, status=422)


@screen(VIEW)
@require_GET
def sent(request: Request, message: UUID) -> HttpResponseBase:
    """Who confirmed a message that is no notice (an invitation); for its sender and the organisation's staff."""
    found = sent_message(request.actor, message)
    context = {
        "message": found,
        "counts": counts_of(found),
        "open": confirmations(found, OPEN),
        "unreachable": confirmations(found, UNREACHABLE),
    }
    return render(request, "messaging/sent.html", context)


@screen(SEND)
@require_GET
def unconfirmed(request: Request, message: UUID, branch: UUID) -> HttpResponseBase:
    """The members of the secretary's own branch who have not confirmed: whom to talk to."""
    found, people = unconfirmed_in_branch(request.actor, message, branch)
    return render(request, "messaging/unconfirmed.html", {"message": found, "people": people})


@screen(SEND_BELOW)
@require_GET
def burden(request: Request) -> HttpResponseBase:
    """Which organisations below received most this month, against the cap."""
    day = today()
    tops = sorted({reach.path for reach in request.actor.reaches_for(SEND_BELOW)})
    heaviest = [one for path in tops[:5] for one in burdened_most(day, path=path, size=50)]
    return render(request, "messaging/burden.html", {"heaviest": heaviest, "rule": cap_on(day), "month": day})
