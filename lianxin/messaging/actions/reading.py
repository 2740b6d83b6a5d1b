"""What a recipient does with a message: open it, confirm it."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.errors import Conflict
from lianxin.kernel.events.record import record
from lianxin.messaging.events import CONFIRMED
from lianxin.messaging.kinds import MessageKind
from lianxin.messaging.models import Recipient
from lianxin.messaging.queries.inbox import own_recipient, own_recipients


def open_message(actor: Actor, *, message: UUID, at: datetime) -> Recipient:
    """The actor's row of a message, marked as opened.

    Opening is no act: it leaves no event, and of the times it was opened only the first is kept.

    Raises:
        NotVisible: the message is not for the actor.
    """
    row = own_recipient(actor, message)
    if row.read_at is None:
        own_recipients(actor).filter(pk=row.pk, read_at__isnull=True).update(read_at=at)
        row.read_at = at
    return row


def open_all(actor: Actor, *, at: datetime) -> int:
    """Mark everything as opened but what has to be confirmed; how many there were."""
    waiting = own_recipients(actor, at=at).filter(read_at__isnull=True, message__must_read_by__isnull=True)
    return waiting.update(read_at=at)


def settle(actor: Actor, *, subject: UUID, at: datetime) -> int:
    """Mark the actor's messages about a subject as opened: they have done what the messages told them of.

    What has to be confirmed stays until it is. One statement, in the caller's transaction; how many there were.
    """
    waiting = own_recipients(actor, at=at).filter(
        read_at__isnull=True, message__subject=subject, message__must_read_by__isnull=True
    )
    return waiting.update(read_at=at)


def settle_for_all(kind: MessageKind, *, subject: UUID, at: datetime, members: Collection[UUID] | None = None) -> int:
    """Mark the messages of a kind about a subject as opened for everybody, or for `members`: what they told is over.

    What has to be confirmed stays until it is. One statement, in the caller's transaction; how many there were.
    """
    with acting(Actor.system("messages about what is over")):
        waiting = Recipient.objects.filter(
            message__subject=subject,
            message__kind=kind.key,
            message__must_read_by__isnull=True,
            read_at__isnull=True,
            is_withdrawn=False,
        )
        if members is not None:
            waiting = waiting.filter(member__in=list(members))
        return waiting.update(read_at=at)


@transaction.atomic
def confirm(actor: Actor, *, message: UUID, at: datetime) -> Recipient:
    """Confirm having read a message that asks for it. A second tap changes nothing.

    Raises:
        NotVisible: the message is not for the actor.
        Conflict: it was withdrawn, or does not ask to be confirmed.
    """
    row = (
        own_recipients(actor).select_related("message").select_for_update(of=("self",)).filter(message=message).first()
    )
    if row is None:
        row = own_recipient(actor, message)
    if row.confirmed_at is not None:
        return row
    if row.is_withdrawn:
        raise Conflict(_("The message was withdrawn. There is nothing left to confirm."))
    if row.message.must_read_by is None:
        raise Conflict(_("This message does not ask to be confirmed."))
    row.read_at = row.read_at or at
    row.confirmed_at = at
    row.save(update_fields=["read_at", "confirmed_at"])
    record(
        actor,
        CONFIRMED,
        at=at,
        subject=row.message_id,
        organisation=row.message.organisation_id,
        organisation_path=row.message.organisation_path,
    )
    return row
