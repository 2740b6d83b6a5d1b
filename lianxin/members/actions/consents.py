"""Consent to a wording, given and withdrawn by the member, or recorded by the branch from a signed paper."""

from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.members.actions.locking import lock_member
from lianxin.members.actions.rights import restrict_by_consent
from lianxin.members.actions.telephones import tell_accounts
from lianxin.members.events import CONSENT_WITHDRAWN, CONSENTED
from lianxin.members.models import Consent, Member, RightsRequest
from lianxin.members.permissions import OWN_CONSENT, RECORD_CONSENT
from lianxin.members.queries.own import own_with
from lianxin.members.restricting import MAY_BE_RESTRICTED
from lianxin.rules.facade import ConsentText, UnknownConsent, consent_text


@transaction.atomic
def give_consent(actor: Actor, *, text: str, digest: str, at: datetime) -> Consent:
    """Consent to a wording as the member read it; `digest` is of the words that were on the screen.

    Consent to an earlier wording is replaced. A restriction that withdrawing had put in force is lifted.

    Raises:
        NotVisible: the actor has no record of their own.
        InvalidInput: there is no such text.
        Conflict: the words changed since, or consent to these words is in force already.
    """
    member = own_with(actor, OWN_CONSENT)
    wording = _wording(text, day_of(at))
    if digest != wording.digest:
        raise Conflict(_("The text has changed since you opened it. Read it again and decide then."))
    return _give(actor, member, wording, at, Consent(member=member))


@transaction.atomic
def withdraw_consent(actor: Actor, *, text: str, at: datetime) -> Consent:
    """Withdraw one's own consent (PIPL 15). What it was about is restricted at once, where that is possible.

    Raises:
        NotVisible: the actor has no record of their own.
        Conflict: no such consent is in force.
    """
    member = own_with(actor, OWN_CONSENT)
    return _withdraw(actor, member, text, at, document_no="")


@transaction.atomic
def record_paper_consent(
    actor: Actor, *, member: UUID, text: str, signed_on: date, document_no: str, at: datetime
) -> Consent:
    """Record a consent that the member signed on paper: the day, and where the paper is kept.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        InvalidInput: no such text, a day in the future or before the text was in force, no reference of the paper; or
            the paper is older than the member's withdrawal, or its words older than those consented to since.
        Conflict: consent to these words is in force already.
    """
    found = lock_member(actor, member, RECORD_CONSENT)
    if signed_on > day_of(at):
        raise InvalidInput({"signed_on": _("The day lies in the future.")})
    _need_document(document_no)
    wording = _wording(text, signed_on, field="signed_on")
    paper = Consent(member=found, is_paper=True, signed_on=signed_on, document_no=document_no.strip())
    return _give(actor, found, wording, at, paper)


@transaction.atomic
def record_paper_withdrawal(actor: Actor, *, member: UUID, text: str, document_no: str, at: datetime) -> Consent:
    """Record that the member withdrew a consent on paper; as `withdraw_consent`.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        InvalidInput: no reference of the paper.
        Conflict: no such consent is in force.
    """
    found = lock_member(actor, member, RECORD_CONSENT)
    _need_document(document_no)
    return _withdraw(actor, found, text, at, document_no=document_no.strip())


def _need_document(document_no: str) -> None:
    if not document_no.strip():
        raise InvalidInput({"document_no": _("Write where the signed paper is kept, such as its number in the file.")})


def _wording(text: str, on: date, *, field: str = "text") -> ConsentText:
    try:
        return consent_text(text, on=on)
    except UnknownConsent as error:
        raise InvalidInput({field: _("On that day there was no such text to consent to.")}) from error


def _give(actor: Actor, member: Member, wording: ConsentText, at: datetime, consent: Consent) -> Consent:
    before = (
        Consent.objects.select_for_update().filter(member=member, text=wording.id, withdrawn_at__isnull=True).first()
    )
    if before is not None:
        if before.digest == wording.digest:
            raise Conflict(_("A consent to this text is in force already."))
        _check_is_later(wording, before)
        before.withdrawn_at, before.withdrawn_by = at, _("replaced by a consent to the new text")
        before.save(update_fields=["withdrawn_at", "withdrawn_by"])
    elif consent.signed_on is not None:
        _check_not_withdrawn_since(member, wording, consent.signed_on)
    consent.text, consent.version, consent.digest = wording.id, wording.version, wording.digest
    consent.given_at, consent.given_by = at, actor.name
    try:
        with transaction.atomic():
            consent.save(force_insert=True)
    except IntegrityError as error:
        if "consent_one_in_force" in str(error):
            raise Conflict(_("A consent to this text is in force already.")) from error
        raise
    restricted = RightsRequest.objects.filter(member=member, by_consent=wording.id, state=RightsRequest.State.ACCEPTED)
    for request in restricted.select_for_update():
        request.state, request.lifted_at = RightsRequest.State.LIFTED, at
        request.save(update_fields=["state", "lifted_at"])
        if request.field == "mobile":
            tell_accounts([member])
    _tell(actor, CONSENTED, consent, member, at)
    return consent


def _check_is_later(wording: ConsentText, before: Consent) -> None:
    """A paper found later does not take back that the member consented to newer words."""
    if consent_text(before.text, before.version).valid_from > wording.valid_from:
        raise InvalidInput(
            {"signed_on": _("A consent to a newer text is in force; a paper under an earlier one does not replace it.")}
        )


def _check_not_withdrawn_since(member: Member, wording: ConsentText, signed_on: date) -> None:
    """A paper from before the withdrawal does not undo it: the member's last word counts (PIPL 15)."""
    last = Consent.objects.filter(member=member, text=wording.id).aggregate(at=Max("withdrawn_at"))["at"]
    if last is not None and day_of(last) > signed_on:
        raise InvalidInput(
            {"signed_on": _("The member withdrew this consent after that day. It needs a paper that is signed anew.")}
        )


def _withdraw(actor: Actor, member: Member, text: str, at: datetime, *, document_no: str) -> Consent:
    in_force = Consent.objects.select_for_update().filter(member=member, text=text, withdrawn_at__isnull=True).first()
    if in_force is None:
        raise Conflict(_("No consent to this text is in force."))
    in_force.withdrawn_at, in_force.withdrawn_by = at, actor.name
    in_force.withdrawal_document_no = document_no
    in_force.save(update_fields=["withdrawn_at", "withdrawn_by", "withdrawal_document_no"])
    wording = consent_text(text, in_force.version)
    why = _("The consent “%(title)s” was withdrawn.") % {"title": wording.title}
    for name in sorted(set(wording.items) & set(MAY_BE_RESTRICTED)):
        restrict_by_consent(actor, member, name, text=text, why=why, at=at)
    _tell(actor, CONSENT_WITHDRAWN, in_force, member, at)
    return in_force


def _tell(actor: Actor, kind: EventType, consent: Consent, member: Member, at: datetime) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=member.id,
        organisation=member.organisation_id,
        organisation_path=member.organisation_path,
        document_no=consent.withdrawal_document_no or consent.document_no,
        data={
            "consent": str(consent.id),
            "text": consent.text,
            "version": consent.version,
            "digest": consent.digest,
            "paper": consent.is_paper,
        },
    )
