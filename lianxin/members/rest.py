"""Members for programs: the same reads and acts as the screens. Personal data is masked, except by `reveal`."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Status
from ninja.params.functions import Query

from lianxin.kernel.errors import InvalidInput, NotVisible
from lianxin.kernel.rest import (
    PROBLEMS,
    ApiRequest,
    Day,
    Instant,
    Timeline,
    Version,
    endpoint,
    given_version,
    page_of,
    required_version,
    tag,
    tagged,
)
from lianxin.kernel.time import now, today
from lianxin.members.actions.adding import add
from lianxin.members.actions.facts import correct, update
from lianxin.members.actions.moving import move
from lianxin.members.actions.posts import appoint, relieve
from lianxin.members.actions.reveal import reveal
from lianxin.members.actions.status import decease, leave, restore, return_to, suspend, transfer_out
from lianxin.members.facts import FACTS, shown_kept
from lianxin.members.models import Member, Post
from lianxin.members.permissions import ADD, CHANGE, POSTS, REVEAL, TRANSFER, VIEW
from lianxin.members.queries.record import believed_then, member_for, posts_of, timeline_of
from lianxin.members.queries.rights import withheld_from_history
from lianxin.members.queries.roster import ROSTER, roster_rows
from lianxin.members.rest_schemas import (
    Appointment,
    Change,
    Correction,
    Entry,
    FactsShown,
    Listed,
    MemberPage,
    MemberShown,
    Move,
    Place,
    PostShown,
    RecordShown,
    Relief,
    Reveal,
    Revealed,
    StatusChange,
    StatusWanted,
    Warned,
)
from lianxin.members.restricting import value_for_staff, without

router = Router()
TIMELINE_SIZE = 50
ON = Query(None, description="The day the record is of; without it, today.", example="2023-10-01")
BELIEVED_AT = Query(
    None, description="As believed at this instant; without it, now.", example="2025-12-31T23:59:59+08:00"
)
AFTER = Query(None, description="The `next` of the page before.")


def listed(row: Member) -> Listed:
    """A member as a list shows them."""
    return Listed(
        id=row.id,
        name=row.name,
        organisation=Place(id=row.organisation_id, name=row.organisation.short_name),
        sex=row.sex,
        ethnic_group=row.ethnic_group,
        birth_date=row.birth_date,
        education=row.education,
        person_category=row.person_category,
        joined_on=row.joined_on,
        converted_on=row.converted_on,
        membership_status=row.membership_status,
        id_number=row.id_number_masked,
        mobile=value_for_staff(row, "mobile"),
    )


def member_shown(row: Member) -> MemberShown:
    """A member's record today, personal data masked."""
    return MemberShown(
        id=row.id,
        organisation=Place(id=row.organisation_id, name=row.organisation.short_name),
        facts=FactsShown.model_validate({fact.name: value_for_staff(row, fact.name) for fact in FACTS}),
        restricted=row.restricted,
        is_in_register=row.is_in_register,
        updated_at=row.updated_at,
        warnings=[Warned(message=str(one.message)) for one in row.warnings],
    )


def _answer(response: HttpResponse, row: Member) -> MemberShown:
    """A member after an act, with the new tag."""
    shown = member_shown(row)
    tag(response, row.version, shown.model_copy(update={"warnings": []}))
    return shown


@router.get("", response={200: MemberPage, **PROBLEMS}, summary="List members")
@endpoint(VIEW, listing=ROSTER)
def list_members(request: ApiRequest, response: HttpResponse) -> dict[str, Any]:
    """The roster as on the screen: members in the register, unless a status is chosen."""
    return page_of(request, response, ROSTER, roster_rows(request.auth), listed)


@router.post("", response={201: MemberShown, **PROBLEMS}, summary="Add a member")
@endpoint(ADD)
def add_member(request: ApiRequest, response: HttpResponse, payload: Entry) -> Status[MemberShown]:
    """Enter a member who belongs to the organisation from a day on. `warnings` says what deserves a look."""
    row = add(
        request.auth,
        organisation=payload.organisation,
        facts=payload.facts.dict(exclude_unset=True),
        since=payload.since,
        document_no=payload.document_no,
        reason=payload.reason,
        at=now(),
    )
    response.headers["Location"] = f"{request.path}/{row.id}"
    return Status(201, _answer(response, row))


@router.get("/{uuid:member}", response={200: MemberShown, **PROBLEMS}, summary="Get a member")
@endpoint(VIEW, version=Version.READ)
def get_member(request: ApiRequest, response: HttpResponse, member: UUID) -> MemberShown | HttpResponse:
    """The record of today, personal data masked."""
    row = member_for(request.auth, member)
    return tagged(request, response, row.version, member_shown(row))


@router.patch("/{uuid:member}", response={200: MemberShown, **PROBLEMS}, summary="Record a change")
@endpoint(CHANGE, version=Version.CHANGE)
def update_member(request: ApiRequest, response: HttpResponse, member: UUID, payload: Change) -> MemberShown:
    """Record that facts changed on a day: before it the record stays as it was."""
    row = update(
        request.auth,
        member=member,
        changes=payload.facts.dict(exclude_unset=True),
        since=payload.since,
        reason=payload.reason,
        version=required_version(request),
        at=now(),
    )
    return _answer(response, row)


@router.post("/{uuid:member}/correction", response={200: MemberShown, **PROBLEMS}, summary="Correct the record")
@endpoint(CHANGE, version=Version.CHANGE)
def correct_member(request: ApiRequest, response: HttpResponse, member: UUID, payload: Correction) -> MemberShown:
    """Correct what was wrong all along, or from a day on; what was believed before is kept."""
    row = correct(
        request.auth,
        member=member,
        changes=payload.facts.dict(exclude_unset=True),
        since=payload.since,
        reason=payload.reason,
        version=required_version(request),
        at=now(),
    )
    return _answer(response, row)


@router.get("/{uuid:member}/record", response={200: RecordShown, **PROBLEMS}, summary="Get the record of a day")
@endpoint(VIEW)
def member_record(
    request: ApiRequest,
    member: UUID,
    on: Day | None = ON,
    as_believed_at: Instant | None = BELIEVED_AT,
) -> RecordShown:
    """What the facts and the organisation were on a day, as believed now or as believed then."""
    row = member_for(request.auth, member)
    day = on or today()
    belief = believed_then(row, day=day, at=now() if as_believed_at is None else _aware(as_believed_at))
    record, belonging = belief.record, belief.belonging
    if record is None:
        raise NotVisible(_("Nothing was recorded of the member for that day."))
    facts = {
        fact.name: shown_kept(fact, record.facts[fact.name])
        for fact in FACTS
        if fact.name in record.facts and fact.name not in row.restricted
    }
    return RecordShown(
        on=day,
        as_believed_at=as_believed_at,
        organisation=Place(id=belonging.membership.organisation_id, name=belonging.place) if belonging else None,
        facts=FactsShown.model_validate(facts),
        valid_from=record.valid.lower,
        valid_until=record.valid.upper,
        recorded_at=record.recorded.lower,
    )


def _aware(at: datetime) -> datetime:
    """The instant.

    Raises:
        InvalidInput: it does not say in which time zone.
    """
    if at.tzinfo is None:
        raise InvalidInput({"as_believed_at": _("Write the time zone too, as in 2025-12-31T23:59:59+08:00.")})
    return at


@router.get("/{uuid:member}/timeline", response={200: Timeline, **PROBLEMS}, summary="List what happened")
@endpoint(VIEW)
def member_timeline(
    request: ApiRequest,
    member: UUID,
    after: UUID | None = AFTER,
) -> Timeline:
    """Acts on the record, newest first, with old and new values (personal data masked), who and why."""
    row = member_for(request.auth, member)
    happened = timeline_of(row.id, before=after, size=TIMELINE_SIZE)
    withheld = withheld_from_history(row)
    for one in happened:
        one.event.changes = without(one.event.changes, withheld)  # of the page, not of the log
    return Timeline.of([(one.event, str(one.wording)) for one in happened], TIMELINE_SIZE)


@router.post("/{uuid:member}/move", response={200: MemberShown, **PROBLEMS}, summary="Move")
@endpoint(TRANSFER, version=Version.MAY_CHANGE)
def move_member(request: ApiRequest, response: HttpResponse, member: UUID, payload: Move) -> MemberShown:
    """From a day on the member belongs to another organisation, and to no other."""
    row = move(
        request.auth,
        member=member,
        to=payload.to,
        since=payload.since,
        document_no=payload.document_no,
        reason=payload.reason,
        version=given_version(request),
        at=now(),
    )
    return _answer(response, row)


@router.post("/{uuid:member}/status", response={200: MemberShown, **PROBLEMS}, summary="Change the membership status")
@endpoint(TRANSFER, version=Version.MAY_CHANGE)
def change_status(request: ApiRequest, response: HttpResponse, member: UUID, payload: StatusChange) -> MemberShown:
    """Suspend, restore, leave the Party, decease, transfer outside this register, or come back from a day on."""
    act, facts = _status_act(payload)
    row = act(
        request.auth,
        member=member,
        since=payload.since,
        reason=payload.reason,
        **facts,
        version=given_version(request),
        at=now(),
    )
    return _answer(response, row)


def _status_act(payload: StatusChange) -> tuple[Callable[..., Member], dict[str, Any]]:
    """The act for the status asked for, and what it takes besides.

    Raises:
        InvalidInput: what that act needs is missing.
    """
    document = {"document_no": payload.document_no}
    match payload.status:
        case StatusWanted.SUSPENDED:
            return suspend, document
        case StatusWanted.RESTORED:
            return restore, document
        case StatusWanted.EXITED:
            return leave, {**document, "exit_type": payload.exit_type}
        case StatusWanted.DECEASED:
            return decease, {}
        case StatusWanted.TRANSFERRED_OUT:
            return transfer_out, document
        case StatusWanted.RETURNED:
            if payload.organisation is None:
                raise InvalidInput({"organisation": _("Say to which organisation the member returns.")})
            return return_to, {**document, "organisation": payload.organisation}


@router.post("/{uuid:member}/reveal", response={200: Revealed, **PROBLEMS}, summary="Reveal personal data")
@endpoint(REVEAL)
def reveal_personal_data(request: ApiRequest, member: UUID, payload: Reveal) -> Revealed:
    """One personal field in clear. The reason is recorded, and the member can read it; looks are counted by the day."""
    value = reveal(
        request.auth,
        member=member,
        field=payload.field,
        reason=payload.reason,
        override=payload.override,
        at=now(),
    )
    return Revealed(field=payload.field, value=value)


@router.get("/{uuid:member}/posts", response={200: list[PostShown], **PROBLEMS}, summary="List posts")
@endpoint(VIEW)
def list_posts(request: ApiRequest, member: UUID) -> list[PostShown]:
    """The posts the member holds and held, newest first."""
    row = member_for(request.auth, member)
    return [post_shown(one.post, one.place) for one in posts_of(row)]


def post_shown(post: Post, place: str) -> PostShown:
    """A post as programs receive it."""
    return PostShown(
        id=post.id,
        organisation=Place(id=post.organisation_id, name=place),
        member=post.member_id,
        kind=post.kind,
        since=post.since,
        until=post.until,
        document_no=post.document_no,
    )


@router.post("/{uuid:member}/posts", response={200: MemberShown, **PROBLEMS}, summary="Appoint to a post")
@endpoint(POSTS)
def appoint_member(request: ApiRequest, response: HttpResponse, member: UUID, payload: Appointment) -> MemberShown:
    """Appoint the member to a post of an organisation from a day on."""
    row = appoint(
        request.auth,
        organisation=payload.organisation,
        member=member,
        kind=payload.kind,
        since=payload.since,
        document_no=payload.document_no,
        at=now(),
    )
    return _answer(response, row)


@router.post("/posts/{uuid:post}/relief", response={200: PostShown, **PROBLEMS}, summary="Relieve of a post")
@endpoint(POSTS)
def relieve_of_post(request: ApiRequest, post: UUID, payload: Relief) -> PostShown:
    """Relieve the member of the post; the day is the first on which they no longer hold it."""
    found = relieve(
        request.auth, post=post, on=payload.on, document_no=payload.document_no, reason=payload.reason, at=now()
    )
    return post_shown(found, found.organisation.short_name)
