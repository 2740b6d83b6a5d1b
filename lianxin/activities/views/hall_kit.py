"""The kit for a hall without network: its page, what the phone takes along, and what it brings back."""

import json
from typing import Any
from uuid import UUID

from django.http import HttpResponseBase, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from lianxin.activities.actions.hall import HallAct, HallAnswer, take_hall_acts
from lianxin.activities.actions.list_of_the_day import open_list
from lianxin.activities.permissions import OWN_SIGN
from lianxin.activities.queries.hall import hall_of, kit_of
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import Refusal
from lianxin.kernel.time import now
from lianxin.kernel.web.requests import Request
from lianxin.kernel.web.screens import screen

MOST_HANDS = 100_000


@screen(OWN_SIGN)
@require_GET
def kit(request: Request, activity: UUID) -> HttpResponseBase:
    """The page a phone keeps: no name and no title stands in it, those come with the list."""
    found = hall_of(request.actor, activity)
    return render(request, "activities/hall_kit.html", {"activity": found.pk})


@screen(OWN_SIGN)
@require_GET
def kit_list(request: Request, activity: UUID) -> JsonResponse:
    """The list, the rule and the agenda, with what the server's clock says and the token for sending."""
    try:
        found = hall_of(request.actor, activity)
    except Refusal as refusal:
        return JsonResponse({"detail": str(refusal)}, status=refusal.status)
    at = now()
    open_list(request.actor, activity=activity, at=at)
    return JsonResponse({**kit_of(request.actor, found, at=at), "token": get_token(request)})


@screen(OWN_SIGN)
@require_POST
def kit_acts(request: Request, activity: UUID) -> JsonResponse:
    """What the phone did, as JSON; safe to send again."""
    try:
        acts = [_act(one) for one in json.loads(request.body)["acts"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        sentence = _("Send {“acts”: [{“nonce”, “kind”, “about”, “made_at”, “seen”, “facts”}]}, times with their zone.")
        return JsonResponse({"detail": sentence}, status=422)
    try:
        answers = take_hall_acts(request.actor, activity=activity, acts=acts, at=now())
    except Refusal as refusal:
        return JsonResponse({"detail": str(refusal)}, status=refusal.status)
    return JsonResponse({"answers": [_answered(one) for one in answers]})


def _act(one: dict[str, Any]) -> HallAct:
    made_at = parse_datetime(one["made_at"])
    facts = one["facts"]
    if made_at is None or made_at.tzinfo is None or not isinstance(facts, dict):
        raise ValueError("made_at")
    for name in ("in_favour", "against", "abstained"):
        if not 0 <= int(facts.get(name) or 0) <= MOST_HANDS:
            raise ValueError(name)
    for counter in facts.get("counters") or ():
        UUID(counter)
    return HallAct(
        nonce=UUID(one["nonce"]),
        kind=str(one["kind"]),
        about=parse_id(str(one.get("about") or "")),
        made_at=made_at,
        seen=str(one.get("seen") or ""),
        facts=facts,
    )


def _answered(one: HallAnswer) -> dict[str, Any]:
    return {"nonce": str(one.nonce), "result": one.result, "sentence": one.sentence, "stands": one.stands}
