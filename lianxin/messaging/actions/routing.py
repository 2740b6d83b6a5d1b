"""Which ways a message takes to each recipient, and when: the person's choices, quiet hours and summaries."""

from collections.abc import Iterable, Sequence
from datetime import datetime, time, timedelta

from lianxin.kernel.time import SHANGHAI
from lianxin.messaging.channels import OUTSIDE, Channel
from lianxin.messaging.kinds import MessageKind
from lianxin.messaging.models import QUIET_FROM, QUIET_UNTIL, Delivery, Preference, PushSubscription, Recipient

MORNING = time(8, 0)
MONDAY = 0
IN_APP_ONLY = "in_app"
"""Stands in a person's choice where no other way is wanted."""


def deliveries_for(kind: MessageKind, recipients: Iterable[Recipient], *, goes_at: datetime) -> list[Delivery]:
    """The deliveries of a message: the inbox, and by default one more way at most. Two queries.

    1. Who has no account gets none; the recipient's row says so.
    2. The inbox is reached with the row itself.
    3. The ways are those the person chose for the kind, else the first one that reaches the person (fewer messages).
    4. What is not urgent waits for the person's summary, and otherwise for the end of quiet hours.
    """
    found = [one for one in recipients if one.account_id is not None]
    accounts = [one.account_id for one in found if one.account_id is not None]
    choices = Preference.objects.defer("email").in_bulk(accounts)
    with_device = set(
        PushSubscription.objects.filter(account__in=accounts).values_list("account_id", flat=True).distinct()
    )
    deliveries = []
    for one in found:
        account = one.account_id
        if account is None:
            continue
        deliveries.append(
            Delivery(
                recipient=one,
                account_id=account,
                channel=Channel.IN_APP,
                state=Delivery.State.SENT,
                due_at=goes_at,
                sent_at=goes_at,
            )
        )
        if one.read_at is not None:  # the sender's own
            continue
        choice = choices.get(account)
        for channel in ways(kind, choice, has_device=account in with_device):
            state, due_at = when(kind, choice, goes_at)
            deliveries.append(Delivery(recipient=one, account_id=account, channel=channel, state=state, due_at=due_at))
    return deliveries


def ways(kind: MessageKind, choice: Preference | None, *, has_device: bool) -> Sequence[Channel]:
    """The ways beside the inbox: those chosen for the kind, else push to a device, else confirmed e-mail."""
    if choice is not None and kind.key in choice.channels:
        return [one for one in OUTSIDE if one in choice.channels[kind.key]]
    if has_device:
        return [Channel.PUSH]
    if choice is not None and choice.email_confirmed_at is not None:
        return [Channel.EMAIL]
    return []


def when(kind: MessageKind, choice: Preference | None, goes_at: datetime) -> tuple[Delivery.State, datetime]:
    """In what state a delivery begins, and when it is due."""
    if kind.urgent:
        return Delivery.State.WAITING, goes_at
    if choice is not None and choice.digest != Preference.Digest.AT_ONCE:
        summary = next_summary(goes_at, weekly=choice.digest == Preference.Digest.WEEKLY)
        return Delivery.State.DIGEST, quiet_end(choice, summary) or summary
    end = quiet_end(choice, goes_at)
    return (Delivery.State.WAITING, goes_at) if end is None else (Delivery.State.HELD, end)


def quiet_end(choice: Preference | None, at: datetime) -> datetime | None:
    """When the person's quiet hours end, if the instant lies in them; who chose nothing has the usual ones."""
    since, until = (choice.quiet_from, choice.quiet_until) if choice is not None else (QUIET_FROM, QUIET_UNTIL)
    return end_of_quiet(at, since, until)


def end_of_quiet(at: datetime, since: time, until: time) -> datetime | None:
    """When the quiet hours in which the instant lies end; None where it lies in none.

    `since` later than `until` spans midnight; equal ones mean no quiet hours. `since` is quiet, `until` is not.
    """
    local = at.astimezone(SHANGHAI)
    clock = local.time()
    if since < until:
        quiet, days = since <= clock < until, 0
    elif since > until:
        quiet, days = clock >= since or clock < until, 1 if clock >= since else 0
    else:
        return None
    if not quiet:
        return None
    return datetime.combine(local.date() + timedelta(days=days), until, SHANGHAI)


def next_summary(at: datetime, *, weekly: bool) -> datetime:
    """The next morning (of a Monday) after the instant."""
    local = at.astimezone(SHANGHAI)
    day = local.date() if local.time() < MORNING else local.date() + timedelta(days=1)
    if weekly:
        day += timedelta(days=(MONDAY - day.weekday()) % 7)
    return datetime.combine(day, MORNING, SHANGHAI)
