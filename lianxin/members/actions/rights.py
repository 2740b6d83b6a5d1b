"""Restricting the use of one's own data and asking for its deletion; the branch decides within the time limit."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.privacy.texts import mask_in_text
from lianxin.kernel.time import day_of
from lianxin.members.actions.deciding import settle, take_up
from lianxin.members.actions.telephones import tell_accounts
from lianxin.members.events import RIGHT_ASKED, RIGHT_DECIDED, RIGHT_LIFTED
from lianxin.members.facts import BY_NAME, kept, put
from lianxin.members.models import CorrectionRequest, Member, MemberRecord, RightsRequest
from lianxin.members.permissions import DECIDE_RIGHTS, OWN_RIGHTS
from lianxin.members.queries.own import own_with
from lianxin.members.queries.rights import has_to_be_kept, time_limit
from lianxin.members.restricting import MAY_BE_RESTRICTED, WHOLE_RECORD, is_restricted, nothing

State, Kind = RightsRequest.State, RightsRequest.Kind


@transaction.atomic
def ask_for_right(actor: Actor, *, kind: str, field: str, reason: str, at: datetime) -> RightsRequest:
    """Ask that a fact of one's own record be used no further (PIPL 44), or be deleted (PIPL 47).

    Raises:
        NotVisible: the actor has no record of their own.
        InvalidInput: no such fact, one whose use Party rules ask for, no reason.
        Conflict: such a request waits already, or the use is restricted already.
    """
    member = own_with(actor, OWN_RIGHTS)
    if kind not in Kind.values:
        raise InvalidInput({"kind": _("Choose whether to restrict the use or to delete.")})
    if field not in BY_NAME and not (kind == Kind.DELETE and field == WHOLE_RECORD):
        raise InvalidInput({"field": _("Choose what it is about from the list.")})
    if kind == Kind.RESTRICT and field not in MAY_BE_RESTRICTED:
        raise InvalidInput({"field": has_to_be_kept(field)})
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why, so that the branch can decide.")})
    if kind == Kind.RESTRICT and is_restricted(member, field):
        raise Conflict(_("The use of this is restricted already."))
    due = time_limit(day_of(at)).due_on
    try:
        with transaction.atomic():
            request = RightsRequest.objects.create(
                member=member, kind=kind, field=field, reason=mask_in_text(reason.strip()), asked_at=at, due_on=due
            )
    except IntegrityError as error:
        if "rights_one_open_request" in str(error):
            raise Conflict(_("Such a request waits for the branch already. Withdraw it first.")) from error
        raise
    _tell(actor, RIGHT_ASKED, request, member, at, reason=reason, data={"due_on": due})
    return request


@transaction.atomic
def accept_right(actor: Actor, *, request: UUID, answer: str = "", at: datetime) -> RightsRequest:
    """Accept a request. A restriction is in force from now on; a deletion empties the fact on all days ever believed.

    What the event log says of earlier changes stays: it is append-only, and holds personal data masked.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own request.
        Conflict: it was decided or withdrawn before, or Party rules ask for what is to be deleted; or the use is
            restricted already.
    """
    found, member = take_up(actor, RightsRequest, request, DECIDE_RIGHTS)
    if found.kind == Kind.RESTRICT and is_restricted(member, found.field):
        raise Conflict(_("The use of this is restricted already."))
    if found.kind == Kind.DELETE:
        if found.field not in MAY_BE_RESTRICTED:
            raise Conflict(has_to_be_kept(found.field))
        _erase(member, found.field, at)
        _end_restriction(member, found.field, at)
    _decide(actor, found, member, State.ACCEPTED, answer=answer, at=at)
    _tell_account(member, found.field)
    return found


@transaction.atomic
def decline_right(actor: Actor, *, request: UUID, answer: str, at: datetime) -> RightsRequest:
    """Decline a request with the reason, which the member reads. Source: PIPL 50, a refusal gives its reason.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own request.
        Conflict: it was decided or withdrawn before.
        InvalidInput: no reason.
    """
    found, member = take_up(actor, RightsRequest, request, DECIDE_RIGHTS)
    if not answer.strip():
        raise InvalidInput({"answer": _("Tell the member the reason; a refusal without one is not allowed.")})
    _decide(actor, found, member, State.DECLINED, answer=answer, at=at)
    return found


@transaction.atomic
def end_own_request(actor: Actor, *, request: UUID, at: datetime) -> RightsRequest:
    """Withdraw one's own request while it waits, or lift one's own restriction.

    Raises:
        NotVisible: it is not the actor's own.
        Conflict: it is neither waiting nor in force, or a withdrawn consent keeps it.
    """
    member = own_with(actor, OWN_RIGHTS)
    found = RightsRequest.objects.select_for_update().filter(id=request, member=member).first()
    if found is None:
        raise NotVisible(_("There is no such request of yours."))
    if found.state == State.OPEN:
        _decide(actor, found, member, State.WITHDRAWN, answer="", at=at)
    elif found.state == State.ACCEPTED and found.kind == Kind.RESTRICT:
        if found.by_consent:
            raise Conflict(_("You withdrew your consent to this. Give it again to lift the restriction."))
        lift(actor, found, member, at=at)
    else:
        raise Conflict(_("This request was decided or withdrawn before."))
    return found


def lift(actor: Actor, found: RightsRequest, member: Member, *, at: datetime) -> None:
    """End a restriction in force, inside the caller's transaction; one event."""
    found.state, found.lifted_at = State.LIFTED, at
    found.save(update_fields=["state", "lifted_at"])
    _tell_account(member, found.field)
    _tell(actor, RIGHT_LIFTED, found, member, at, reason="")


def restrict_by_consent(actor: Actor, member: Member, field: str, *, text: str, why: str, at: datetime) -> None:
    """Restrict a fact because the member withdrew the consent to a text, inside the caller's transaction.

    A request of the member for the same that waits is thereby accepted: the branch has nothing left to decide. One
    event then; otherwise the event of the withdrawal says it.
    """
    restrictions = RightsRequest.objects.filter(member=member, kind=Kind.RESTRICT, field=field)
    waiting = restrictions.select_for_update().filter(state=State.OPEN).first()
    if waiting is not None:
        waiting.by_consent = text
        waiting.save(update_fields=["by_consent"])
        _decide(actor, waiting, member, State.ACCEPTED, answer=why, at=at)
    elif not restrictions.filter(state=State.ACCEPTED).exists():
        RightsRequest.objects.create(
            member=member,
            kind=Kind.RESTRICT,
            field=field,
            reason=why,
            state=State.ACCEPTED,
            by_consent=text,
            asked_at=at,
            due_on=day_of(at),
            decided_at=at,
            decided_by=actor.name,
        )
    _tell_account(member, field)


def _tell_account(member: Member, field: str) -> None:
    if field == "mobile":
        tell_accounts([member])


def _erase(member: Member, field: str, at: datetime) -> None:
    fact, empty = BY_NAME[field], nothing(field)
    columns = put(member, field, empty)
    member.version += 1
    member.updated_at = at
    member.save(update_fields=[*columns, "version", "updated_at"])
    rows = list(MemberRecord.objects.select_for_update().filter(member=member))
    for row in rows:
        row.facts = {**row.facts, field: kept(fact, empty)}
    MemberRecord.objects.bulk_update(rows, ["facts"])
    asked = CorrectionRequest.objects.filter(member=member, field=field)
    asked.filter(state=CorrectionRequest.State.OPEN).update(
        state=CorrectionRequest.State.WITHDRAWN,
        decided_at=at,
        answer=_("The fact was deleted at the member's request."),
    )
    asked.update(wanted=kept(fact, empty))


def _end_restriction(member: Member, field: str, at: datetime) -> None:
    in_force = RightsRequest.objects.filter(member=member, kind=Kind.RESTRICT, field=field, state=State.ACCEPTED)
    in_force.update(state=State.LIFTED, lifted_at=at)


def _decide(actor: Actor, found: RightsRequest, member: Member, state: str, *, answer: str, at: datetime) -> None:
    settle(actor, found, state, answer=answer, at=at)
    _tell(actor, RIGHT_DECIDED, found, member, at, reason=answer, data={"state": state})


def _tell(
    actor: Actor,
    kind: EventType,
    request: RightsRequest,
    member: Member,
    at: datetime,
    *,
    reason: str,
    data: dict[str, Any] | None = None,
) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=member.id,
        organisation=member.organisation_id,
        organisation_path=member.organisation_path,
        reason=reason.strip(),
        data={"request": str(request.id), "kind": request.kind, "field": request.field, **(data or {})},
    )
