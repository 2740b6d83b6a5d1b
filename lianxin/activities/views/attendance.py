"""Who comes and who came: the secretary's list, leave, the code on the wall, and the sign-ins of a phone."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from lianxin.activities.actions.holding import correct_attendance
from lianxin.activities.actions.list_of_the_day import open_list
from lianxin.activities.actions.locking import State, require_staff
from lianxin.activities.actions.replying import decide_leave, enter_leave
from lianxin.activities.actions.signing import STAYS_OPEN, Answer, Result, SignIn, not_open_yet, sign_in_many, tick
from lianxin.activities.actions.taking_back import untick
from lianxin.activities.codes import code_at, seconds_left
from lianxin.activities.forms import CorrectForm, LeaveForm
from lianxin.activities.models import Activity, Participant
from lianxin.activities.permissions import ATTEND, OWN_SIGN
from lianxin.activities.queries.activities import activity_for, not_there
from lianxin.activities.queries.minutes import has_minutes
from lianxin.activities.queries.page import attendance_in_words, numbers_of, quorum_of
from lianxin.activities.views.pages import act_at_once, act_with_form, activity_asked
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import Refusal
from lianxin.kernel.time import now
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

LIST_SHOWN = 2_000


@screen(ATTEND)
@require_http_methods(["GET", "POST"])
def attendance(request: Request, activity: UUID) -> HttpResponseBase:
    """The list of everybody invited; ticking says that somebody is here now, and can be taken back until it is held."""
    found = activity_asked(request, activity, ATTEND)
    here = reverse("activities:attendance", args=[activity])
    if request.method == "POST":
        back = parse_id(request.POST.get("take_back", ""))
        if back is not None:
            return act_at_once(
                request,
                lambda: untick(request.actor, activity=activity, participants=[back], at=now()),
                back=here,
                done=_("It is taken back; it stays readable in what happened."),
            )
        chosen = [key for key in map(parse_id, request.POST.getlist("participants")) if key]
        try:
            answers = tick(request.actor, activity=activity, participants=chosen, at=now())
        except Refusal as refusal:
            if refusal.status in {403, 404}:
                raise
            messages.error(request, str(refusal))
            return _list(request, found, ticked=chosen, status=refusal.status)
        _say(request, answers)
        return redirect(here)
    return _list(request, found)


def _list(request: Request, found: Activity, *, ticked: Sequence[UUID] = (), status: int = 200) -> HttpResponse:
    """The page of the list; what was `ticked` in vain stays ticked."""
    activity, at = found.pk, now()
    open_list(request.actor, activity=activity, at=at)
    people = list(Participant.objects.filter(activity=activity)[:LIST_SHOWN])
    minutes = has_minutes(found) if found.state == State.HELD else None
    context = {
        "activity": found,
        "people": people,
        "may_decide": found.state in {State.ANNOUNCED, State.HELD} and not (minutes and minutes.is_confirmed),
        "numbers": numbers_of(found),
        "quorum": quorum_of(found),
        "may_tick": found.state == State.ANNOUNCED,
        "early": not_open_yet(found, at) if found.state == State.ANNOUNCED and not ticked else "",
        "ticked": ticked,
        "replied": any(one.reply == Participant.Reply.COMING and not one.came for one in people),
        "open_rows": any(one.attendance == Participant.Attendance.UNKNOWN for one in people),
        "is_over": found.ends_at <= at,
        "may_show_code": found.state == State.ANNOUNCED and at <= found.ends_at + STAYS_OPEN,
        "may_correct": found.state == State.HELD,
    }
    return render(request, "activities/attendance.html", context, status=status)


def _say(request: Request, answers: list[Answer]) -> None:
    accepted = sum(one.result is Result.ACCEPTED for one in answers)
    if accepted:
        said = ngettext("%(count)d person is signed in.", "%(count)d persons are signed in.", accepted)
        messages.success(request, said % {"count": accepted})
    for one in answers:
        if one.result is Result.CONFLICT:
            messages.error(request, one.sentence)


@screen(ATTEND)
@require_http_methods(["GET", "POST"])
def correct(request: Request, activity: UUID) -> HttpResponseBase:
    """Correct after closing who came."""
    found = activity_asked(request, activity, ATTEND)
    rows = Participant.objects.filter(activity=activity)
    people = [(str(one.pk), f"{one.name}（{attendance_in_words(one)}）") for one in rows]
    return act_with_form(
        request,
        CorrectForm(request.POST or None, people=people),
        lambda given: correct_attendance(
            request.actor,
            activity=activity,
            participants=[UUID(one) for one in given["participants"]],
            attendance=given["attendance"],
            reason=given["reason"],
            at=now(),
        ),
        title=_("Correct the attendance"),
        under=found.title,
        back=reverse("activities:attendance", args=[activity]),
        consequence=_("What stood there before stays readable in what happened."),
        done=_("The attendance is corrected."),
    )


def _participant(request: Request, participant: UUID) -> Participant:
    found = Participant.objects.select_related("activity").filter(pk=participant).first()
    if found is None:
        raise not_there()
    require_staff(request.actor, ATTEND, found)
    return found


@screen(ATTEND)
@require_http_methods(["GET", "POST"])
def leave(request: Request, participant: UUID) -> HttpResponseBase:
    """Enter leave for somebody who asked by telephone."""
    found = _participant(request, participant)
    return act_with_form(
        request,
        LeaveForm(request.POST or None),
        lambda given: enter_leave(
            request.actor, participant=participant, reason=given["reason"], told_by=given["told_by"], at=now()
        ),
        title=_("Enter leave for %(name)s") % {"name": found.name},
        under=found.activity.title,
        back=reverse("activities:attendance", args=[found.activity_id]),
        consequence=_("It is recorded that you entered it."),
        done=_("The leave is entered."),
    )


@screen(ATTEND)
@require_POST
def decide(request: Request, participant: UUID) -> HttpResponseBase:
    """Give leave that was asked for, or not."""
    found = _participant(request, participant)
    give = request.POST.get("give") == "yes"
    return act_at_once(
        request,
        lambda: decide_leave(request.actor, participant=participant, give=give, at=now()),
        back=reverse("activities:attendance", args=[found.activity_id]),
        done=_("Leave is given; the member is told.") if give else _("Leave is not given; the member is told."),
    )


def _wall(request: Request, found: Activity) -> dict[str, Any]:
    at = now()
    address = request.build_absolute_uri(reverse("own_activities:scan", args=[found.pk, code_at(found.pk, at)]))
    numbers = numbers_of(found)
    early = not_open_yet(found, at) if found.state == State.ANNOUNCED else ""
    return {
        "activity": found,
        "image": segno.make(address, error="m").svg_inline(border=2, omitsize=True),
        "seconds": seconds_left(at),
        "numbers": numbers,
        "early": early,
        "is_open": found.state == State.ANNOUNCED and not early,
    }


@screen(ATTEND)
@require_GET
def wall(request: Request, activity: UUID) -> HttpResponseBase:
    """The code for the wall or the secretary's phone; it asks for the next one before it changes."""
    found = activity_for(request.actor, activity, ATTEND)
    if not request.headers.get("HX-Request"):
        open_list(request.actor, activity=activity, at=now())
    part = "activities/wall_code.html" if request.headers.get("HX-Request") else "activities/wall.html"
    return render(request, part, _wall(request, found))


@screen(OWN_SIGN)
@require_POST
def sign_ins(request: Request, activity: UUID) -> JsonResponse:
    """Sign-ins that a phone kept without network, as JSON; safe to send again."""
    try:
        sent = json.loads(request.body)
        items = [_item(one) for one in sent["items"]]
        sent_at = parse_datetime(sent["sent_at"]) if sent.get("sent_at") else None
    except (ValueError, KeyError, TypeError, AttributeError):
        sentence = _(
            "Send {“items”: [{“participant”, “nonce”, “signed_at”, “how”}], “sent_at”} with times that name their zone."
        )
        return JsonResponse({"detail": sentence}, status=422)
    try:
        answers = sign_in_many(request.actor, activity=activity, items=items, sent_at=sent_at, at=now())
    except Refusal as refusal:
        return JsonResponse({"detail": str(refusal)}, status=refusal.status)
    return JsonResponse({"items": [answered(one) for one in answers]})


def _item(one: dict[str, Any]) -> SignIn:
    signed_at = parse_datetime(one["signed_at"])
    if signed_at is None or signed_at.tzinfo is None:
        raise ValueError("signed_at")
    return SignIn(UUID(one["participant"]), UUID(one["nonce"]), signed_at, str(one.get("how", "offline")))


def answered(one: Answer) -> dict[str, Any]:
    """What became of a sign-in, as programs read it."""
    return {
        "participant": str(one.participant),
        "nonce": str(one.nonce),
        "result": one.result.value,
        "sentence": one.sentence,
        "attendance": str(one.attendance),
        "signed_at": one.signed_at.isoformat() if one.signed_at else None,
    }
