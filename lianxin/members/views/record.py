"""A member's page, its history, and looking at personal data."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import InvalidInput, Refusal, Sentence
from lianxin.kernel.time import SHANGHAI, now, today
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen
from lianxin.members.actions.reveal import reveal as reveal_fact
from lianxin.members.models import Member
from lianxin.members.permissions import CHANGE, INVITE, RECORD_CONSENT, REVEAL, TRANSFER, VIEW
from lianxin.members.queries.own import looks_at
from lianxin.members.queries.record import (
    TIMELINE_SIZE,
    beliefs_about,
    believed_then,
    every_membership_of,
    grouped_facts,
    member_for,
    memberships_of,
    posts_of,
    timeline_of,
    warnings_of,
)
from lianxin.members.queries.rights import standings, unconsented, withheld_from_history
from lianxin.organisations.facade import place_of


@dataclass(frozen=True, slots=True)
class Offered:
    """An act at the top of the page; `why` says what stands in its way now."""

    label: Sentence
    url: str
    icon: str
    kind: str = ""
    why: Sentence = ""


@screen(VIEW)
@require_GET
def detail(request: Request, member: UUID) -> HttpResponseBase:
    """A member: facts, acts, warnings, posts and what happened."""
    found = member_for(request.actor, member)
    before = parse_id(request.GET.get("before", ""))
    happened = timeline_of(found.id, before=before, hidden=withheld_from_history(found))
    standing = standings(found.id, on=today())
    acts, more = acts_on(request, found)
    return render(
        request,
        "members/detail.html",
        {
            "member": found,
            "place": crumbs(request, found),
            "groups": grouped_facts(found),
            "acts": acts,
            "more_acts": more,
            "may_reveal": request.actor.may(REVEAL, found.organisation_path),
            "warnings": warnings_of(found),
            "standings": standing,
            "unconsented": unconsented(found, standing),
            "may_record_consent": request.actor.may(RECORD_CONSENT, found.organisation_path),
            "posts": posts_of(found),
            "memberships": memberships_of(found),
            "timeline": happened,
            "earlier": happened[-1].event.id if len(happened) == TIMELINE_SIZE else None,
            "looks": looks_at(found, size=10),
        },
    )


def crumbs(request: Request, member: Member) -> list[dict[str, object]]:
    """The way to the member's organisation, as far as the actor sees it."""
    return [
        {"label": one.name, "url": reverse("organisations:detail", args=[one.id])}
        for one in place_of(member.organisation_path, request.actor)
    ]


def acts_on(request: Request, member: Member) -> tuple[list[Offered], list[Offered]]:
    """What the actor may do with the record: the usual acts, and the rarer changes of status."""

    def act(name: str, *extra: str) -> str:
        return reverse(f"members:{name}", args=[member.pk, *extra])

    actor, path = request.actor, member.organisation_path
    acts: list[Offered] = []
    more: list[Offered] = []
    if actor.may(CHANGE, path):
        acts.append(Offered(_("Correct"), act("correct"), "pencil", "primary"))
        acts.append(Offered(_("Record a change"), act("update"), "refresh"))
    if actor.may(TRANSFER, path):
        if member.is_in_register:
            acts.append(Offered(_("Move to another organisation"), act("move"), "arrow-right"))
            if member.membership_status == "suspended":
                more.append(Offered(_("Restore membership"), act("status", "restore"), "refresh"))
            else:
                more.append(Offered(_("Suspend membership"), act("status", "suspend"), "lock"))
            more.append(Offered(_("Transfer out of this register"), act("status", "transfer-out"), "external-link"))
            more.append(Offered(_("Left the Party"), act("status", "leave"), "logout"))
            more.append(Offered(_("Deceased"), act("status", "decease"), "info-circle"))
        else:
            if member.membership_status != "deceased":
                acts.append(Offered(_("Take back into an organisation"), act("status", "return"), "login"))
            more.append(Offered(_("The departure was a mistake"), act("status", "take-back"), "refresh"))
    if actor.may(INVITE, path) and member.is_in_register:
        why = _("The member has an account already.") if member.account_id else ""
        acts.append(Offered(_("Hand out a code"), f"{reverse('members:codes')}?member={member.pk}", "key", "", why))
    return acts, more


@screen(VIEW)
@require_GET
def history(request: Request, member: UUID) -> HttpResponseBase:
    """What is and was believed: `?day=` asks for one day, `?then=` for what was believed at the end of another."""
    found = member_for(request.actor, member)
    day = _day(request, "day") or today()
    then = _day(request, "then")
    at = now() if then is None else datetime.combine(then + timedelta(days=1), time.min, SHANGHAI)
    return render(
        request,
        "members/history.html",
        {
            "member": found,
            "place": crumbs(request, found),
            "day": day,
            "then": then,
            "belief": believed_then(found, day=day, at=min(at, now())),
            "rows": beliefs_about(found),
            "memberships": every_membership_of(found),
        },
    )


def _day(request: Request, key: str) -> date | None:
    text = request.GET.get(key, "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InvalidInput({key: _("This is not a date. Write it as 2001-01-02.")}) from error


@screen(REVEAL, rate="reveal")
@require_POST
def reveal(request: Request, member: UUID, field: str) -> JsonResponse:
    """One personal fact in clear, for a reason; refusals are answered as they are shown."""
    try:
        value = reveal_fact(request.actor, member=member, field=field, reason=request.POST.get("reason", ""), at=now())
    except Refusal as refusal:
        if refusal.status in {403, 404}:
            raise
        return JsonResponse({"detail": str(refusal.sentence)}, status=422)
    return JsonResponse({"value": value})
