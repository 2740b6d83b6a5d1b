"""Taking a message back, or putting another in its place."""

from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum, Value
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, acting, require
from lianxin.kernel.errors import Conflict, InvalidInput, NotVisible
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.messaging.actions.sending import Extra, send
from lianxin.messaging.bound import why_bound
from lianxin.messaging.events import WITHDRAWN
from lianxin.messaging.kinds import kind_of
from lianxin.messaging.models import Message, Notice, NoticeTarget, Recipient
from lianxin.messaging.permissions import SEND, VIEW
from lianxin.messaging.queries.burden import reading_minutes


@transaction.atomic
def withdraw(actor: Actor, *, message: UUID, reason: str, at: datetime) -> Message:
    """Take a message back: it disappears where nobody opened it, and is marked as withdrawn where somebody did.

    What has left for a telephone or mailbox cannot be called back; what waits is dropped.

    Raises:
        NotVisible, NotPermitted: the actor neither sent it nor answers for messages of its organisation.
        InvalidInput: no reason.
        Conflict: it was withdrawn already, or what it is about still goes on (a form that is open).
    """
    row = _locked(actor, message)
    if not row.is_withdrawn and (sentence := why_bound(row.pk)):
        raise Conflict(sentence)
    return _withdrawn(actor, row, reason=reason, at=at)


def _withdrawn(actor: Actor, row: Message, *, reason: str, at: datetime) -> Message:
    if not reason.strip():
        raise InvalidInput({"reason": _("Say why the message is withdrawn; who opened it reads this.")})
    if row.is_withdrawn:
        raise Conflict(_("The message was withdrawn already."))
    take_back(actor, row, reason=reason.strip()[:200], at=at)
    return row


@transaction.atomic
def replace(
    actor: Actor,
    *,
    message: UUID,
    title: str,
    text: str,
    reason: str,
    at: datetime,
    must_read_by: date | None = None,
) -> Message:
    """Withdraw a message and send a corrected one to the same people. A notice says from then on what is corrected.

    `must_read_by` is the new last day for confirming. Without it that of the old message holds unless it is over; then
    nobody has to confirm any more.

    Raises:
        NotVisible, NotPermitted, InvalidInput, Conflict: as for `withdraw` and `send`.
    """
    old = _withdrawn(actor, _locked(actor, message), reason=reason, at=at)
    if must_read_by is None and old.must_read_by is not None and old.must_read_by >= day_of(at):
        must_read_by = old.must_read_by
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
        must_read_by=must_read_by,
        extra=Extra(goes_at=old.goes_at, due_on=old.due_on, asked=old.asked, replaces=old.pk),
    )
    if new is None:
        raise Conflict(_("Nobody is left who could get the message."))
    with acting(Actor.system("replacing a message")):
        _put_into_notice(old, new)
    return new


def _put_into_notice(old: Message, new: Message) -> None:
    """Let the notice say what the corrected message says, and cost what reading that costs."""
    notice = Notice.objects.select_for_update(of=("self",)).filter(message=old).first()
    if notice is None:
        return
    notice.message, notice.state = new, Notice.State.SENT
    notice.title, notice.text, notice.must_read_by = new.title, new.text, new.must_read_by
    notice.reading_minutes = reading_minutes(new.title, new.text)
    notice.minutes_each = notice.reading_minutes + sum(int(one["minutes"]) for one in notice.asked)
    places = NoticeTarget.objects.filter(notice=notice)
    places.update(is_counted=True, minutes=Greatest(F("readers"), Value(1)) * Value(notice.minutes_each))
    notice.minutes_total = places.aggregate(total=Coalesce(Sum("minutes"), 0))["total"]
    notice.version += 1
    notice.save()


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
