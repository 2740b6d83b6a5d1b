"""Activities for programs: list, plan, and hand in sign-ins that were kept without network."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status

from lianxin.activities.actions.planning import plan
from lianxin.activities.actions.signing import SignIn, sign_in_many
from lianxin.activities.models import Activity
from lianxin.activities.permissions import ATTEND, PLAN, VIEW
from lianxin.activities.plan import Plan, Point
from lianxin.activities.queries.activities import activities_within, activity_for
from lianxin.activities.queries.listing import ACTIVITIES
from lianxin.activities.rest_schemas import (
    ActivityPage,
    ActivitySent,
    ActivityShown,
    SignInAnswer,
    SignInAnswers,
    SignInsSent,
)
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.rest import PROBLEMS, ApiRequest, endpoint, page_of
from lianxin.kernel.time import now

router = Router()


def shown(row: Activity) -> ActivityShown:
    """An activity as programs read it."""
    return ActivityShown(
        id=row.pk,
        organisation=row.organisation_id,
        kinds=list(row.kinds),
        title=row.title,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        place=row.place,
        state=row.state,
        was_reported=row.was_reported,
        version=row.version,
    )


@router.get("", response={200: ActivityPage, **PROBLEMS}, summary="List activities")
@endpoint(VIEW, listing=ACTIVITIES)
def list_activities(request: ApiRequest, response: HttpResponse) -> dict[str, Any]:
    """Activities of the account's organisations, and those of others that count for one of them."""
    return page_of(request, response, ACTIVITIES, activities_within(request.auth), shown)


@router.post("", response={201: ActivityShown, **PROBLEMS}, summary="Plan an activity")
@endpoint(PLAN)
def plan_activity(request: ApiRequest, response: HttpResponse, payload: ActivitySent) -> Status[ActivityShown]:
    """Plan an activity as a draft; announcing it is for people."""
    if payload.starts_at.tzinfo is None or payload.ends_at.tzinfo is None:
        raise InvalidInput({"starts_at": _("Send times with their zone, for example 2026-03-01T15:00:00+08:00.")})
    facts = payload.model_dump(exclude={"organisation", "agenda"})
    planned = Plan(**facts, agenda=tuple(Point(**one.model_dump()) for one in payload.agenda))
    row = plan(request.auth, organisation=payload.organisation, planned=planned, at=now())
    response.headers["Location"] = f"{request.path}/{row.pk}"
    return Status(201, shown(row))


@router.get("/{uuid:activity}", response={200: ActivityShown, **PROBLEMS}, summary="Get an activity")
@endpoint(VIEW)
def get_activity(request: ApiRequest, activity: UUID) -> ActivityShown:
    """One activity."""
    return shown(activity_for(request.auth, activity))


@router.post("/{uuid:activity}/sign-ins", response={200: SignInAnswers, **PROBLEMS}, summary="Hand in sign-ins")
@endpoint(ATTEND)
def hand_in_sign_ins(request: ApiRequest, activity: UUID, payload: SignInsSent) -> SignInAnswers:
    """Sign-ins kept without network, at most 2,000 at once; each counts once however often it is sent."""
    items = [SignIn(one.participant, one.nonce, one.signed_at, one.how) for one in payload.items]
    answers = sign_in_many(request.auth, activity=activity, items=items, sent_at=payload.sent_at, at=now())
    return SignInAnswers(
        items=[
            SignInAnswer(
                participant=one.participant,
                nonce=one.nonce,
                result=one.result.value,
                sentence=one.sentence,
                attendance=one.attendance,
                signed_at=one.signed_at,
            )
            for one in answers
        ]
    )
