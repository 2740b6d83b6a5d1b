"""Reminders: messages written beforehand that appear at their instant, and go out outside quiet hours."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from lianxin.kernel.authz import Actor, acting
from lianxin.messaging.actions.sending import Extra, send
from lianxin.messaging.kinds import MessageKind
from lianxin.messaging.models import Message, Recipient


def remind(
    actor: Actor,
    kind: MessageKind,
    *,
    remind_at: datetime,
    key: str,
    to_members: Iterable[UUID] = (),
    to_accounts: Iterable[UUID] = (),
    title: str,
    text: str = "",
    link: str,
    organisation: UUID,
    organisation_path: str,
    subject: UUID,
    at: datetime,
) -> Message | None:
    """Write a reminder that appears at `remind_at` (now, if that is over); in the caller's transaction, as `send`.

    `key` names the reminder: the same one is written once, and `forget_reminder` takes it away again. Unlike a message
    it needs quiet hours respected at the instant it appears, which is when its deliveries fall due.

    Raises:
        RuntimeError, InvalidInput: as for `send`.
    """
    return send(
        actor,
        kind,
        to_members=to_members,
        to_accounts=to_accounts,
        title=title,
        text=text,
        link=link,
        organisation=organisation,
        organisation_path=organisation_path,
        subject=subject,
        at=at,
        key=key,
        extra=Extra(goes_at=remind_at),
    )


def forget_reminder(key: str, *, at: datetime) -> bool:
    """Take away a reminder that has not appeared yet (the meeting was cancelled); whether there was one.

    Nobody saw it, so nothing is kept of it, and the same key can be used again for another instant.
    """
    with acting(Actor.system("forgetting a reminder")):
        waiting = Message.objects.filter(key=key, goes_at__gt=at)
        Recipient.objects.filter(message__in=waiting).delete()
        count, _by_model = waiting.delete()
    return count > 0
