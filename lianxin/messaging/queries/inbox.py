"""A person's own messages."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import parse_id
from lianxin.kernel.errors import NotVisible
from lianxin.kernel.time import now
from lianxin.messaging.models import Message, Recipient

PAGE = 50


def own_recipients(actor: Actor, *, at: datetime | None = None) -> QuerySet[Recipient]:
    """The rows of messages to the actor that have appeared by the instant (now, if none is given)."""
    if actor.account_id is None:
        return Recipient.objects.none()
    return Recipient.objects.filter(account_id=actor.account_id, goes_at__lte=at or now())


def unread_rows(actor: Actor) -> QuerySet[Recipient]:
    """The rows of messages that the actor has not opened: those of an index of unread ones alone."""
    return own_recipients(actor).filter(read_at__isnull=True, is_withdrawn=False)


def unread(actor: Actor) -> int:
    """How many messages the actor has not opened. One query."""
    return unread_rows(actor).count()


def to_confirm(actor: Actor) -> QuerySet[Recipient]:
    """Messages the actor is still asked to confirm, the earliest last day first."""
    return (
        own_recipients(actor)
        .filter(confirmed_at__isnull=True, is_withdrawn=False, message__must_read_by__isnull=False)
        .select_related("message")
        .order_by("message__must_read_by", "-id")
    )


def inbox(actor: Actor, *, unread_only: bool = False, before: str = "") -> list[Recipient]:
    """One page of the inbox, newest first, and one row more where there is a further page.

    `before` is the id of the last row of the page before. Withdrawn messages stay, marked as such, once they were
    opened; unopened ones disappear.
    """
    rows = own_recipients(actor).select_related("message").filter(Q(is_withdrawn=False) | Q(read_at__isnull=False))
    if unread_only:
        rows = rows.filter(read_at__isnull=True)
    row = parse_id(before)
    if row is not None:
        last = own_recipients(actor).filter(pk=row).values("goes_at", "id").first()
        if last is not None:
            rows = rows.filter(Q(goes_at__lt=last["goes_at"]) | Q(goes_at=last["goes_at"], id__lt=last["id"]))
    return list(rows.order_by("-goes_at", "-id")[: PAGE + 1])


def own_recipient(actor: Actor, message: UUID) -> Recipient:
    """The actor's row of a message.

    Raises:
        NotVisible: there is none, or it is not for the actor, or it has not appeared yet.
    """
    found = own_recipients(actor).select_related("message").filter(message_id=message).first()
    if found is None:
        raise NotVisible(_("There is no such message, or it is not for you."))
    return found


def replacement_of(actor: Actor, message: Message) -> Message | None:
    """The message that replaces this one, if the actor got it too."""
    mine = own_recipients(actor).filter(message=OuterRef("pk"))
    return Message.objects.filter(Exists(mine), replaces=message).first()
