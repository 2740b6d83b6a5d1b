"""Publishing in spite of findings: one person asks with a reason, another decides, for one content and with an end."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from lianxin.disclosure.events import OVERRIDE_APPROVED, OVERRIDE_ASKED, OVERRIDE_DECLINED, OVERRIDE_WITHDRAWN
from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.permissions import ASK, DECIDE, VIEW
from lianxin.disclosure.reading.detectors import find
from lianxin.disclosure.reading.masking import mask
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotPermitted, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record

LEAST_REASON = 10
LONGEST_REASON = 2000
MOST_DAYS = 30
State = Override.State


@transaction.atomic
def ask_override(actor: Actor, *, check: UUID, reason: str, at: datetime) -> Override:
    """Ask that exactly this content may be published in spite of what was found or could not be checked.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        InvalidInput: a reason too short to judge by.
        Conflict: nothing stands in the way, the file could not be checked at all, its content is gone, or a request
            waits already.
    """
    found = Check.objects.select_for_update().filter(pk=check).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, ASK, found.organisation_path, seen_by=VIEW)
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can ask for this."))
    said = mask(reason.strip(), find(reason.strip()))
    if not LEAST_REASON <= len(said) <= LONGEST_REASON:
        raise InvalidInput(
            {"reason": _("Say in at least 10 characters why this must be published with what was found.")}
        )
    if found.state != Check.State.BLOCKED:
        raise Conflict(_("Only what was checked and is not to be published can be decided on."))
    if not found.has_content:
        raise Conflict(_("The content was removed after its time. Hand it in again."))
    try:
        with transaction.atomic():
            override = Override.objects.create(
                check_of=found,
                organisation_id=found.organisation_id,
                organisation_path=found.organisation_path,
                sha256=found.sha256,
                reason=said,
                asked_by_id=actor.account_id,
                asked_at=at,
            )
    except IntegrityError as error:
        if "override_one_open_a_check" in str(error):
            raise Conflict(_("A request for this content waits for a second person already.")) from error
        raise
    _tell(actor, OVERRIDE_ASKED, override, at=at, reason=said)
    return override


@transaction.atomic
def approve_override(actor: Actor, *, override: UUID, days: int, answer: str = "", at: datetime) -> Override:
    """Let exactly this content be published until so many days from now.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own request.
        InvalidInput: not 1 to 30 days.
        Conflict: it was decided before.
    """
    found = _open(actor, override)
    if not 1 <= days <= MOST_DAYS:
        raise InvalidInput({"days": _("Choose 1 to 30 days.")})
    found.valid_until = at + timedelta(days=days)
    return _decide(actor, found, State.APPROVED, OVERRIDE_APPROVED, answer=answer, at=at)


@transaction.atomic
def decline_override(actor: Actor, *, override: UUID, answer: str, at: datetime) -> Override:
    """Decline a request, with an answer for who asked.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own request.
        InvalidInput: no answer.
        Conflict: it was decided before.
    """
    found = _open(actor, override)
    if not answer.strip():
        raise InvalidInput({"answer": _("Tell who asked what has to change before this can be published.")})
    return _decide(actor, found, State.DECLINED, OVERRIDE_DECLINED, answer=answer, at=at)


@transaction.atomic
def withdraw_override(actor: Actor, *, override: UUID, at: datetime) -> Override:
    """Withdraw one's own request while it waits.

    Raises:
        NotVisible: there is none in the actor's organisations.
        NotPermitted: it is somebody else's.
        Conflict: it was decided before.
    """
    found = _locked(actor, override, ASK)
    if found.asked_by_id != actor.account_id:
        raise NotPermitted(_("Only who asked can withdraw the request."))
    _check_open(found)
    found.state = State.WITHDRAWN
    found.decided_at = at
    found.save(update_fields=["state", "decided_at"])
    _tell(actor, OVERRIDE_WITHDRAWN, found, at=at)
    return found


def _locked(actor: Actor, override: UUID, permission: str) -> Override:
    found = Override.objects.select_for_update(of=("self",)).select_related("check_of").filter(pk=override).first()
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    return found


def _open(actor: Actor, override: UUID) -> Override:
    found = _locked(actor, override, DECIDE)
    if actor.account_id is None or actor.account_id in {found.asked_by_id, found.check_of.account_id}:
        raise NotPermitted(
            _("Nobody decides on what they asked for or handed in themselves. A second person has to look at it.")
        )
    _check_open(found)
    return found


def _check_open(found: Override) -> None:
    if found.state != State.OPEN:
        raise Conflict(_("This request was decided, withdrawn or has lapsed."))


def _decide(
    actor: Actor, found: Override, state: Override.State, kind: EventType, *, answer: str, at: datetime
) -> Override:
    said = answer.strip()[:LONGEST_REASON]
    found.state, found.answer = state, mask(said, find(said))
    found.decided_by_id, found.decided_at = actor.account_id, at
    found.save(update_fields=["state", "answer", "decided_by", "decided_at", "valid_until"])
    _tell(actor, kind, found, at=at, reason=found.answer, data={"valid_until": found.valid_until})
    return found


def _tell(
    actor: Actor,
    kind: EventType,
    found: Override,
    *,
    at: datetime,
    reason: str = "",
    data: dict[str, Any] | None = None,
) -> None:
    """Record an act on the timeline of the check."""
    record(
        actor,
        kind,
        at=at,
        subject=found.check_of_id,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        reason=reason,
        data={"override": str(found.pk), "sha256": found.sha256, **(data or {})},
    )
