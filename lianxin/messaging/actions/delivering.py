"""Carrying messages further: every delivery that is due is claimed, sent, and its outcome kept."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.kernel.db.turns import take_turn
from lianxin.messaging.actions.carrying import carry
from lianxin.messaging.actions.routing import quiet_end
from lianxin.messaging.models import Delivery, Preference
from lianxin.messaging.ports import UNTIL_TRIED, NotCarried, Parcel
from lianxin.rules.facade import shown_date

Clock = Callable[[], datetime]
BATCH = 100
CLAIMED_FOR = timedelta(minutes=10)
"""Longer than any parcel takes: up to ten devices of at most ten seconds each, or a conversation with a mail server."""
MOST_SAID = 200
READ_ALREADY = "read"
WITHDRAWN = "withdrawn"
log = logging.getLogger(__name__)


def deliver_due(*, at: datetime, message: UUID | None = None) -> int:
    """Send what is due at the instant, of one message or of all; how many deliveries were settled.

    1. Claim a batch: a claimed row is due again only after a while, so that a worker that dies leaves it to the next
       one. `due_at` is also the mark of the claim: whoever finds another one there has lost the row.
    2. Before each parcel claim its rows anew, and look again whether they are needed and whether it is quiet now:
       those before it may have taken minutes.
    3. Outside any transaction hand the parcel to its port. Whatever a port does, the inbox is as it was.
    4. Keep the outcome: sent, to be tried again, or failed with the reason.

    A second run finds nothing due. Sending is at least once: a worker killed between 3 and 4 sends again, under the
    same tag.
    """
    settled, clock = 0, _clock_from(at)
    while rows := _claim(clock(), message):
        choices = Preference.objects.defer("email").in_bulk({one.account_id for one in rows})
        for parcel in _grouped(rows):
            settled += _settle(parcel, choices.get(parcel[0].account_id), clock)
    return settled


def _clock_from(at: datetime) -> Clock:
    """A clock that stands at the instant now and goes on from it."""
    begun = monotonic()
    return lambda: at + timedelta(seconds=monotonic() - begun)


def back_off(attempts: int) -> timedelta:
    """How long after the given try the next one comes: 5, 15, 45 minutes, then hours."""
    return timedelta(minutes=5 * 3 ** (attempts - 1))


@transaction.atomic
def _claim(at: datetime, message: UUID | None) -> list[Delivery]:
    """The next batch, and with a person's summary all of it, so that no summary is cut at the edge of a batch."""
    take_turn("messaging.claim")  # one worker at a time, else two would share a summary
    due = (
        Delivery.objects.filter(state__in=Delivery.OPEN, due_at__lte=at)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient__message", "account")
        .order_by("due_at", "account", "id")
    )
    batch = due if message is None else due.filter(recipient__message=message)
    found = {one.pk: one for one in batch[:BATCH]}
    people = {one.account_id for one in found.values() if one.state == Delivery.State.DIGEST}
    if people:
        found |= {one.pk: one for one in due.filter(state=Delivery.State.DIGEST, account__in=people)}
    Delivery.objects.filter(pk__in=list(found)).update(due_at=at + CLAIMED_FOR)
    for one in found.values():
        one.due_at = at + CLAIMED_FOR
    return list(found.values())


def _grouped(rows: Iterable[Delivery]) -> list[list[Delivery]]:
    """What leaves together: one delivery, or those of one person's summary on one way."""
    groups: list[list[Delivery]] = []
    summaries: dict[tuple[UUID, str], list[Delivery]] = {}
    for one in rows:
        key = (one.account_id, one.channel)
        if one.state != Delivery.State.DIGEST:
            groups.append([one])
        elif key in summaries:
            summaries[key].append(one)
        else:
            summaries[key] = [one]
            groups.append(summaries[key])
    return groups


def _settle(rows: list[Delivery], choice: Preference | None, clock: Clock) -> int:
    """Carry one parcel and keep what became of it; how many deliveries are settled."""
    needed, dropped = _take(rows, choice, clock())
    if not needed:
        return dropped
    try:
        with translation.override(settings.LANGUAGE_CODE):  # a job knows no one's language
            said = carry(needed[0], parcel_of(needed), at=clock())
    except NotCarried as outcome:
        reason = outcome.reason or type(outcome).__name__
        return dropped + _not_carried(needed, reason, is_final=outcome.is_final, at=clock())
    except Exception as error:  # whatever a port of the installation's own does
        log.exception("A port failed.")
        return dropped + _not_carried(needed, type(error).__name__, is_final=False, at=clock())
    _keep(needed, state=Delivery.State.SENT, reason=said, sent_at=clock())
    return dropped + len(needed)


@transaction.atomic
def _take(rows: list[Delivery], choice: Preference | None, at: datetime) -> tuple[list[Delivery], int]:
    """Of these rows those to be carried now, claimed anew as one more try, and how many were dropped.

    Rows that another worker has claimed meanwhile are its own. What was read or withdrawn meanwhile is dropped; what is
    not urgent waits for the end of the person's quiet hours.
    """
    ours = {one.pk: one for one in rows}
    current = Delivery.objects.select_for_update(of=("self",)).select_related("recipient")
    needed: list[Delivery] = []
    dropped = 0
    for one in current.filter(pk__in=list(ours), state__in=Delivery.OPEN).order_by("pk"):
        row = ours[one.pk]
        if one.due_at != row.due_at:
            continue
        if why := _needless(one):
            _keep([one], state=Delivery.State.DROPPED, reason=why)
            dropped += 1
        else:
            needed.append(row)
    end = quiet_end(choice, at)
    held = [] if end is None else [one for one in needed if not one.recipient.message.kind_shown.urgent]
    if held and end is not None:
        later = Delivery.objects.filter(pk__in=[one.pk for one in held])
        later.update(due_at=end)
        later.filter(state=Delivery.State.WAITING).update(state=Delivery.State.HELD)
        needed = [one for one in needed if one not in held]
    for one in needed:
        one.attempts += 1
        one.due_at = at + CLAIMED_FOR
    Delivery.objects.bulk_update(needed, ["attempts", "due_at"])
    return needed, dropped


def _needless(one: Delivery) -> str:
    """Why a delivery is not needed any more; empty where it is."""
    if one.recipient.is_withdrawn:
        return WITHDRAWN
    return READ_ALREADY if one.recipient.read_at is not None else ""


def _not_carried(rows: list[Delivery], reason: str, *, is_final: bool, at: datetime) -> int:
    """Keep why a parcel was not carried; how many of its deliveries are over. The others are tried again later."""
    over = [one for one in rows if is_final or one.attempts >= UNTIL_TRIED]
    again = [one for one in rows if one not in over]
    if over:
        _keep(over, state=Delivery.State.FAILED, reason=reason)
    for one in again:
        one.reason, one.due_at = reason[:MOST_SAID], at + back_off(one.attempts)
    Delivery.objects.bulk_update(again, ["reason", "due_at"])
    return len(over)


def _keep(rows: list[Delivery], *, state: Delivery.State, reason: str, sent_at: datetime | None = None) -> None:
    """Keep the outcome."""
    changes = {"state": state, "reason": reason[:MOST_SAID]} | ({"sent_at": sent_at} if sent_at else {})
    Delivery.objects.filter(pk__in=[one.pk for one in rows], state__in=Delivery.OPEN).update(**changes)


def parcel_of(rows: list[Delivery]) -> Parcel:
    """What leaves for these deliveries of one person: a message, or a summary of several."""
    message = rows[0].recipient.message
    if len(rows) == 1:
        line = message.organisation_name or _("Lianxin")
        if message.must_read_by:
            line += " · " + _("please confirm by %(day)s") % {"day": shown_date(message.must_read_by)}
        path = reverse("own_messaging:message", args=[message.pk])
        return Parcel(message.title, line, _absolute(path), message.pk, message.kind_shown.urgent)
    title = ngettext("%(count)d message", "%(count)d messages", len(rows)) % {"count": len(rows)}
    line = "\n".join(one.recipient.message.title for one in rows[:10])
    return Parcel(title, line, _absolute(reverse("own_messaging:inbox")), rows[0].pk)


def _absolute(path: str) -> str:
    return f"{settings.PUBLIC_ADDRESS}{path}"
