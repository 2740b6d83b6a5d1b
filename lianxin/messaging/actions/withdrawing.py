"""Taking a message back, or putting another in its place."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events.record import record
from lianxin.messaging.actions.sending import Extra, send
from lianxin.messaging.events import WITHDRAWN
from lianxin.messaging.kinds import kind_of
from lianxin.messaging.models import Message, Notice, NoticeTarget, Recipient
from lianxin.messaging.permissions import SEND, VIEW


@transaction.atomic
def withdraw(actor: Actor, *, message: UUID, reason: str, at: datetime) -> Message:
    """Take a message back: it disappears where nobody opened it, and is marked as withdrawn where somebody did.

    What has left for a telephone or mailbox cannot be called back; what waits is dropped.

    Raises:
        NotVisible, NotPermitted: the actor neither sent it nor answers for messages of its organisation.
        InvalidInput: no reason.
        Conflict: it was withdrawn already.
    """
    row = _locked(actor, message)
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why the message is withdrawn; who opened it reads this.")})
    if row.is_withdrawn:
        raise Conflict(_("The message was withdrawn already."))
    take_back(actor, row, reason=reason.strip()[:200], at=at)
    return row


@transaction.atomic
def replace(actor: Actor, *, message: UUID, title: str, text: str, reason: str, at: datetime) -> Message:
    """Withdraw a message and send a corrected one to the same people.

    Raises:
        NotVisible, NotPermitted, InvalidInput, Conflict: as for `withdraw` and `send`.
    """
    old = withdraw(actor, message=message, reason=reason, at=at)
    with acting(Actor.system("replacing a message")):  # the recipients may lie outside the sender's reach
        people = list(old.recipients.values_list("member_id", "account_id"))
    new = send(
        actor,
        kind_of(old.kind),
        to_members=[member for member, _account in people if member is not None],
        to_accounts=[account for member, account in people if member is None],
        title=title,
        text=text,
        link=old.link,
        organisation=old.organisation_id,
        organisation_path=old.organisation_path,
        subject=old.subject,
        at=at,
        must_read_by=old.must_read_by,
        extra=Extra(goes_at=old.goes_at, due_on=old.due_on, asked=old.asked, replaces=old.pk),
    )
    if new is None:
        raise Conflict(_("Nobody is left who could get the message."))
    with acting(Actor.system("replacing a message")):
        Notice.objects.filter(message=old).update(message=new, state=Notice.State.SENT)
        NoticeTarget.objects.filter(notice__message=new).update(is_counted=True)
    return new


def take_back(actor: Actor, message: Message, *, reason: str, at: datetime) -> None:
    """Withdraw without asking who may; for acts that have authorised and locked already."""
    message.withdrawn_at, message.withdrawn_why = at, reason
    with acting(Actor.system("withdrawing a message")):  # the recipients may lie outside the sender's reach
        message.save(update_fields=["withdrawn_at", "withdrawn_why"])
        Recipient.objects.filter(message=message).update(is_withdrawn=True)
        Notice.objects.filter(message=message).update(state=Notice.State.WITHDRAWN)
        NoticeTarget.objects.filter(notice__message=message).update(is_counted=False)
    record(
        actor,
        WITHDRAWN,
        at=at,
        subject=message.pk,
        organisation=message.organisation_id,
        organisation_path=message.organisation_path,
        reason=reason,
    )


def _locked(actor: Actor, message: UUID) -> Message:
    """The message, locked, for its sender and whoever answers for messages of its organisation."""
    row = Message.objects.select_for_update(of=("self",)).filter(pk=message).first()
    if row is None:
        raise NotVisible(_("There is no such message, or it is not in your organisations."))
    if row.sender_id is None or row.sender_id != actor.account_id:
        require(actor, SEND, row.organisation_path, seen_by=VIEW)
    return row
