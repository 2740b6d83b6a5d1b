"""Corrections that members ask for in their own record, and what their branch makes of them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.privacy.texts import mask_in_text
from lianxin.kernel.time import day_of
from lianxin.members.actions.deciding import check_waits, settle, take_up
from lianxin.members.actions.facts import correct_locked
from lianxin.members.checking import tidy
from lianxin.members.events import CORRECTION_ASKED, CORRECTION_DECIDED
from lianxin.members.facts import BY_NAME, clear_of, kept, masked, shown_now
from lianxin.members.models import CorrectionRequest, Member
from lianxin.members.permissions import DECIDE, OWN_CORRECT
from lianxin.members.queries.own import own_with

State = CorrectionRequest.State


@transaction.atomic
def ask_for_correction(actor: Actor, *, field: str, wanted: Any, reason: str, at: datetime) -> CorrectionRequest:
    """Ask the branch to correct one fact of one's own record.

    Raises:
        NotVisible: the actor has no record of their own.
        InvalidInput: a fact that cannot be asked for, a value that cannot be accepted or says what the record says.
        Conflict: a request about this fact waits already.
    """
    member = own_with(actor, OWN_CORRECT)
    fact = BY_NAME.get(field)
    if fact is None or fact.is_set_by_act:
        raise InvalidInput({"field": _("Choose the fact that is wrong from the list.")})
    if not reason.strip():
        raise InvalidInput({"reason": _("Say what is wrong and where the right value can be seen.")})
    try:
        value = tidy({field: wanted}, on=day_of(at))[field]
    except InvalidInput as refusal:
        raise InvalidInput({"wanted": next(iter(refusal.fields.values()))}) from refusal
    present = getattr(member, field)
    if value == ((present.reveal() if present else "") if fact.is_personal else present):
        raise InvalidInput({"wanted": _("The record says this already.")})
    try:
        with transaction.atomic():
            request = CorrectionRequest.objects.create(
                member=member, field=field, wanted=kept(fact, value), reason=mask_in_text(reason.strip()), asked_at=at
            )
    except IntegrityError as error:
        if "correction_one_open_a_field" in str(error):
            raise Conflict(_("A request about this fact waits for the branch already. Withdraw it first.")) from error
        raise
    _tell(
        actor,
        CORRECTION_ASKED,
        request,
        member,
        at,
        reason=reason,
        changes={field: (shown_now(member, field), masked(fact, value) if fact.is_personal else value)},
    )
    return request


@transaction.atomic
def accept_correction(actor: Actor, *, request: UUID, answer: str = "", at: datetime) -> Member:
    """Accept a request: the record is corrected by it, in the same transaction.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own request.
        Conflict: it was decided or withdrawn before.
        InvalidInput: the wanted value cannot stand beside the other facts.
    """
    found, member = take_up(actor, CorrectionRequest, request, DECIDE)
    fact = BY_NAME[found.field]
    value = clear_of(fact, found.wanted)
    reason = _("Asked for by the member: %(reason)s") % {"reason": found.reason}
    try:
        correct_locked(actor, member, changes={found.field: value}, since=None, reason=reason, at=at)
    except InvalidInput as refusal:
        raise InvalidInput({"": [said for some in refusal.fields.values() for said in some]}) from refusal
    _decide(actor, found, member, State.ACCEPTED, answer=answer, at=at)
    return member


@transaction.atomic
def decline_correction(actor: Actor, *, request: UUID, answer: str, at: datetime) -> CorrectionRequest:
    """Decline a request with an answer that the member reads.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own request.
        Conflict: it was decided or withdrawn before.
        InvalidInput: no answer.
    """
    found, member = take_up(actor, CorrectionRequest, request, DECIDE)
    if not answer.strip():
        raise InvalidInput({"answer": _("Tell the member why the record stays as it is.")})
    _decide(actor, found, member, State.DECLINED, answer=answer, at=at)
    return found


@transaction.atomic
def withdraw_correction(actor: Actor, *, request: UUID, at: datetime) -> CorrectionRequest:
    """Withdraw one's own request while it waits.

    Raises:
        NotVisible: it is not the actor's own request.
        Conflict: it was decided before.
    """
    member = own_with(actor, OWN_CORRECT)
    found = CorrectionRequest.objects.select_for_update().filter(id=request, member=member).first()
    if found is None:
        raise NotVisible(_("There is no such request of yours."))
    check_waits(found)
    _decide(actor, found, member, State.WITHDRAWN, answer="", at=at)
    return found


def _decide(actor: Actor, found: CorrectionRequest, member: Member, state: str, *, answer: str, at: datetime) -> None:
    settle(actor, found, state, answer=answer, at=at)
    _tell(actor, CORRECTION_DECIDED, found, member, at, reason=answer, data={"state": state})


def _tell(
    actor: Actor,
    kind: Any,
    request: CorrectionRequest,
    member: Member,
    at: datetime,
    *,
    reason: str,
    changes: Any = None,
    data: Any = None,
) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=member.id,
        organisation=member.organisation_id,
        organisation_path=member.organisation_path,
        reason=reason.strip(),
        changes=changes,
        data={"request": str(request.id), "field": request.field, **(data or {})},
    )
