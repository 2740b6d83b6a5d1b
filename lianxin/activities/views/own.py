"""A member's activities on the phone: what is next, the reply in one tap, signing in by the code on the wall."""

from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.activities.actions.inviting import give_guidance
from lianxin.activities.actions.locking import OPENS
from lianxin.activities.actions.replying import reply
from lianxin.activities.actions.signing import GRACE, STAYS_OPEN, own_row_of, sign_in
from lianxin.activities.codes import check_code
from lianxin.activities.forms import GuidanceForm, ReplyForm
from lianxin.activities.kinds import names_of
from lianxin.activities.models import Activity, ActivityFile, ActivityParty, GuidanceNote, Participant
from lianxin.activities.permissions import OWN, OWN_REPLY, OWN_SIGN
from lianxin.activities.plan import timed
from lianxin.activities.queries.own import coming, own_row, past
from lianxin.activities.queries.prefilling import points_of
from lianxin.activities.views.pages import act_at_once
from lianxin.kernel.accounts.clock import account_surely_in
from lianxin.kernel.errors import Refusal, Sentence
from lianxin.kernel.time import now
from lianxin.kernel.web.forms import attempt
from lianxin.kernel.web.navigation import panels
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import public, screen

SCANNED = "activities.scanned"
"""Where the session keeps what was scanned when, over signing in to the account; the salt of what the form says."""


@screen(OWN)
@require_GET
def index(request: Request) -> HttpResponseBase:
    """The actor's activities, the next one first."""
    at = now()
    context = {"coming": coming(request.actor, at), "past": past(request.actor, at)}
    return render(request, "activities/own.html", context)


def _page(
    request: Request, row: Participant, form: ReplyForm, guidance: GuidanceForm, *, status: int = 200
) -> HttpResponse:
    found, at = row.activity, now()
    scanned_at = _scanned_at(request, found.pk)
    context = {
        "row": row,
        "activity": found,
        "kinds": names_of(found.kinds),
        "agenda": timed(points_of(found), found.starts_at),
        "files": list(ActivityFile.objects.filter(activity=found.pk)),
        "parties": list(ActivityParty.objects.filter(activity=found.pk)),
        "observers": list(Participant.objects.filter(activity=found.pk, role=Participant.Role.OBSERVER)),
        "guidance": list(GuidanceNote.objects.filter(activity=found.pk)),
        "form": form,
        "guidance_form": guidance,
        "may_reply": found.state == Activity.State.ANNOUNCED and found.ends_at > at and not row.came,
        "may_sign": found.state == Activity.State.ANNOUNCED
        and not row.came
        and found.starts_at - OPENS <= at <= found.ends_at + STAYS_OPEN,
        "has_scanned": scanned_at is not None and at - scanned_at <= GRACE,
        "may_guide": row.role == Participant.Role.OBSERVER
        and found.starts_at <= at
        and found.state in {Activity.State.ANNOUNCED, Activity.State.HELD},
        "panels": panels("activities.own_activity", request.actor, activity=found),
    }
    return render(request, "activities/own_detail.html", context, status=status)


@screen(OWN)
@require_GET
def detail(request: Request, activity: UUID) -> HttpResponseBase:
    """One activity with the reply."""
    return _page(request, own_row(request.actor, activity), ReplyForm(), GuidanceForm())


@screen(OWN_REPLY)
@require_POST
def answer(request: Request, activity: UUID) -> HttpResponseBase:
    """Reply: coming in one tap, or leave with a reason."""
    if request.POST.get("coming") == "yes":
        return act_at_once(
            request,
            lambda: reply(request.actor, activity=activity, coming=True, at=now()),
            back=reverse("own_activities:detail", args=[activity]),
            done=_("You are coming."),
        )
    form = ReplyForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data["reason"]
        done = attempt(form, lambda: reply(request.actor, activity=activity, coming=False, reason=said, at=now()))
        if done is not None:
            messages.success(request, _("The secretary is told that you ask for leave."))
            return redirect("own_activities:detail", activity)
    return _page(request, own_row(request.actor, activity), form, GuidanceForm(), status=422)


@screen(OWN)
@require_POST
def guide(request: Request, activity: UUID) -> HttpResponseBase:
    """Guidance of an observer."""
    form = GuidanceForm(request.POST)
    if form.is_valid():
        try:
            give_guidance(request.actor, activity=activity, text=form.cleaned_data["text"], at=now())
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            form.add_error("text", str(refusal))
        else:
            messages.success(request, _("Your guidance can be read by everybody who takes part."))
            return redirect("own_activities:detail", activity)
    return _page(request, own_row(request.actor, activity), ReplyForm(), form, status=422)


@public(
    "the code is scanned by the camera of a phone that may not be signed in; it shows nothing but a button",
    rate="code",
    before_account=True,
)
@require_GET
def scan(request: Request, activity: UUID, code: str) -> HttpResponseBase:
    """The address in the code: judged by itself, kept while the person signs in to the account, then one tap.

    A hall opens it within a minute, so nothing is read but the session; who may sign in is asked by the tap.
    """
    at = now()
    try:
        check_code(activity, code, at)
    except Refusal as refusal:
        return render(request, "activities/not_signed.html", {"sentence": refusal.sentence}, status=refusal.status)
    account = account_surely_in(request.session, at=at)
    if account:
        return _one_tap(request, activity, account, at)
    request.session[SCANNED] = {"activity": str(activity), "at": at.isoformat()}
    return redirect_to_login(reverse("own_activities:sign_in", args=[activity]))


def _one_tap(request: Request, activity: UUID, account: str, at: datetime) -> HttpResponse:
    """The button; when the code was scanned and by whom goes with it, sealed, so that nothing has to be kept."""
    told = {"activity": str(activity), "account": account, "at": at.isoformat()}
    context = {"activity_id": activity, "scan": signing.dumps(told, salt=SCANNED)}
    return render(request, "activities/sign_in.html", context)


def _not_signed(request: Request, sentence: Sentence, activity: UUID, *, status: int) -> HttpResponse:
    """Why not; with the way back to the activity for who is invited to it."""
    row = own_row_of(request.actor, activity)
    context = {"sentence": sentence, "activity_id": row.activity_id if row is not None else None}
    return render(request, "activities/not_signed.html", context, status=status)


@screen(OWN_SIGN)
@require_http_methods(["GET", "POST"])
def sign_in_here(request: Request, activity: UUID) -> HttpResponseBase:
    """One tap signs in, twice is once; without a scanned code it says to scan the one on the wall."""
    at = _scanned_at(request, activity)
    if at is None:
        row = own_row_of(request.actor, activity)
        if row is not None and row.came:
            return render(request, "activities/signed_in.html", {"row": row, "activity": row.activity})
        sentence = _("Scan the code that is shown in the room with the camera of your phone.")
        return _not_signed(request, sentence, activity, status=409)
    if request.method == "GET":
        return _one_tap(request, activity, str(request.actor.account_id), at)
    try:
        row = sign_in(request.actor, activity=activity, scanned_at=at, at=now())
    except Refusal as refusal:
        return _not_signed(request, refusal.sentence, activity, status=refusal.status)
    if SCANNED in request.session:
        del request.session[SCANNED]
    return render(request, "activities/signed_in.html", {"row": row, "activity": row.activity})


def _scanned_at(request: Request, activity: UUID) -> datetime | None:
    """When the actor scanned the code of this activity: told by the form, or kept over signing in to the account."""
    try:
        told = signing.loads(request.POST.get("scan", ""), salt=SCANNED)
        if (told["activity"], told["account"]) == (str(activity), str(request.actor.account_id)):
            return parse_datetime(told["at"])
    except signing.BadSignature:
        pass
    held = request.session.get(SCANNED) or {}
    return parse_datetime(held.get("at", "")) if held.get("activity") == str(activity) else None
