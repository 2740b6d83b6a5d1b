"""Sending: a message is written in the caller's transaction; a job carries it further after the commit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as jobs

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.db.inserting import insert_many
from lianxin.kernel.db.turns import take_turn
from lianxin.kernel.errors import InvalidInput
from lianxin.kernel.time import day_of
from lianxin.messaging.actions.routing import deliveries_for
from lianxin.messaging.kinds import MessageKind
from lianxin.messaging.models import Delivery, Message, Recipient
from lianxin.organisations.facade import short_names_of

LONGEST_TITLE = 120
LONGEST_TEXT = 10_000


@dataclass(frozen=True, slots=True)
class Extra:
    """What only a notice or a reminder gives: when it appears, what it asks back, what it replaces."""

    goes_at: datetime | None = None
    due_on: date | None = None
    asked: Sequence[dict[str, Any]] = ()
    replaces: UUID | None = None


def send(
    actor: Actor,
    kind: MessageKind,
    *,
    to_members: Iterable[UUID] = (),
    to_accounts: Iterable[UUID] = (),
    title: str,
    text: str,
    link: str,
    organisation: UUID,
    organisation_path: str,
    subject: UUID,
    at: datetime,
    must_read_by: date | None = None,
    key: str = "",
    extra: Extra | None = None,
) -> Message | None:
    """Send a message; it stands in the inboxes once the caller's transaction commits, and goes further by a job.

    The caller has authorised the act that the message tells of and records its event: a message is a consequence, not
    an act. Members without account are recipients too, as not reachable online. Nobody gets it twice, and with a `key`
    that was already used nothing is sent again: the answer is None. Without any recipient the answer is None as well.

    Raises:
        RuntimeError: called outside a transaction, where the act and its message could part.
        InvalidInput: no title, or a title or text that is too long, or a day that is over.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("A message is sent in the transaction of the act it tells of.")
    extra = extra or Extra()
    title, text = title.strip(), text.strip()
    _check(title, text, must_read_by, at)
    # The recipients and their choices lie outside the sender's reach; who may send to them is the caller's check.
    with acting(Actor.system("delivering a message")), transaction.atomic():
        if key:
            take_turn(f"messaging:{key}")  # two jobs that send the same at once: the second finds it sent
            if Message.objects.filter(key=key).exists():
                return None
        people = _people(to_members, to_accounts)
        if not people:
            return None
        goes_at = max(extra.goes_at or at, at)
        message = Message.objects.create(
            kind=kind.key,
            organisation_id=organisation,
            organisation_path=organisation_path,
            organisation_name=short_names_of([organisation]).get(organisation, ""),
            subject=subject,
            title=title,
            text=text,
            link=link,
            sender_id=actor.account_id,
            sender_name=actor.name if actor.account_id else "",
            created_at=at,
            goes_at=goes_at,
            must_read_by=must_read_by,
            due_on=extra.due_on,
            asked=list(extra.asked),
            key=key or None,
            replaces_id=extra.replaces,
        )
        # What one sends oneself is no news, unless it is a reminder or has to be confirmed.
        known_to = actor.account_id if goes_at <= at and must_read_by is None else None
        rows = [
            Recipient(
                message=message,
                member_id=member,
                account_id=account,
                goes_at=goes_at,
                read_at=at if account is not None and account == known_to else None,
            )
            for member, account in people
        ]
        insert_many(Recipient, rows)
        deliveries = deliveries_for(kind, rows, goes_at=goes_at)
        insert_many(Delivery, deliveries)
        if any(one.state in Delivery.OPEN for one in deliveries):
            jobs.configure_task("messaging.deliver", schedule_at=goes_at).defer(message_id=str(message.pk))
        return message


def _check(title: str, text: str, must_read_by: date | None, at: datetime) -> None:
    wrong = {}
    if not title:
        wrong["title"] = _("Write a title.")
    if len(title) > LONGEST_TITLE:
        wrong["title"] = _("The title is longer than 120 characters. Put the rest into the text.")
    if len(text) > LONGEST_TEXT:
        wrong["text"] = _("The text is longer than 10,000 characters. Shorten it.")
    if must_read_by is not None and must_read_by < day_of(at):
        wrong["must_read_by"] = _("The last day for confirming is over. Choose today or a later day.")
    if wrong:
        raise InvalidInput(wrong)


def _people(to_members: Iterable[UUID], to_accounts: Iterable[UUID]) -> list[tuple[UUID | None, UUID | None]]:
    """(member, account) of each recipient, everybody once. One query."""
    members, accounts = set(to_members), set(to_accounts)
    known = Account.objects.filter(is_active=True)
    by_member = dict(known.filter(member_id__in=members).values_list("member_id", "id")) if members else {}
    people: list[tuple[UUID | None, UUID | None]] = [(one, by_member.get(one)) for one in sorted(members)]
    others = accounts - set(by_member.values())
    if others:
        people += [(None, one) for one in sorted(known.filter(id__in=others).values_list("id", flat=True))]
    return people
