"""Carrying messages further: every delivery that is due is claimed, sent, and its outcome kept."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lianxin.messaging.actions.carrying import carry
from lianxin.messaging.models import Delivery
from lianxin.messaging.ports import UNTIL_TRIED, NotCarried, Parcel
from lianxin.rules.facade import shown_date

BATCH = 100
READ_ALREADY = "read"
WITHDRAWN = "withdrawn"
log = logging.getLogger(__name__)


@dataclass(slots=True)
class Claimed:
    """Deliveries that leave together: one, or those of one person's summary on one way."""

    rows: list[Delivery]

    @property
    def first(self) -> Delivery:
        """The one whose identifiers the parcel bears."""
        return self.rows[0]


def deliver_due(*, at: datetime, message: UUID | None = None) -> int:
    """Send what is due at the instant, of one message or of all; how many deliveries were settled.

    1. Claim a batch: other workers skip locked rows, and a claimed row is due again only after a while, so that a
       worker that dies leaves it to the next one.
    2. Outside any transaction hand each parcel to its port. Whatever a port does, the inbox is as it was.
    3. Keep the outcome: sent, to be tried again, or failed with the reason.

    A second run finds nothing due. Sending is at least once: a worker killed between 2 and 3 sends again, under the
    same tag.
    """
    settled = 0
    while rows := _claim(at, message):
        for one in _grouped(rows):
            settled += _settle(one, at)
    return settled


def back_off(attempts: int) -> timedelta:
    """How long after the given try the next one comes: 5, 15, 45 minutes, then hours."""
    return timedelta(minutes=5 * 3 ** (attempts - 1))


@transaction.atomic
def _claim(at: datetime, message: UUID | None) -> list[Delivery]:
    due = Delivery.objects.filter(state__in=Delivery.OPEN, due_at__lte=at)
    if message is not None:
        due = due.filter(recipient__message=message)
    found = list(
        due.select_for_update(skip_locked=True, of=("self",))
        .select_related("recipient__message", "account")
        .order_by("due_at", "account", "id")[:BATCH]
    )
    for one in found:
        one.attempts += 1
        one.due_at = at + back_off(one.attempts)
    Delivery.objects.bulk_update(found, ["attempts", "due_at"])
    return found


def _grouped(rows: Iterable[Delivery]) -> list[Claimed]:
    """Summaries of one person on one way become one parcel."""
    groups: list[Claimed] = []
    summaries: dict[tuple[UUID, str], Claimed] = {}
    for one in rows:
        key = (one.account_id, one.channel)
        if one.state != Delivery.State.DIGEST:
            groups.append(Claimed([one]))
        elif key in summaries:
            summaries[key].rows.append(one)
        else:
            summaries[key] = Claimed([one])
            groups.append(summaries[key])
    return groups


def _settle(claimed: Claimed, at: datetime) -> int:
    """Carry one parcel and keep what became of it; deliveries no longer needed are dropped first."""
    needed = []
    for one in claimed.rows:
        why = _needless(one)
        if why:
            _keep([one], state=Delivery.State.DROPPED, reason=why)
        else:
            needed.append(one)
    dropped = len(claimed.rows) - len(needed)
    if not needed:
        return dropped
    try:
        with translation.override(settings.LANGUAGE_CODE):  # a job knows no one's language
            said = carry(needed[0], parcel_of(needed), at=at)
    except NotCarried as outcome:
        is_over = outcome.is_final or needed[0].attempts >= UNTIL_TRIED
        _keep(needed, state=Delivery.State.FAILED if is_over else None, reason=outcome.reason or type(outcome).__name__)
        return len(claimed.rows) if is_over else dropped
    except Exception as error:  # whatever a port of the installation's own does
        log.exception("A port failed.")
        is_over = needed[0].attempts >= UNTIL_TRIED
        _keep(needed, state=Delivery.State.FAILED if is_over else None, reason=type(error).__name__)
        return len(claimed.rows) if is_over else dropped
    _keep(needed, state=Delivery.State.SENT, reason=said, sent_at=at)
    return len(claimed.rows)


def _needless(one: Delivery) -> str:
    """Why a delivery is not needed any more; empty where it is."""
    if one.recipient.is_withdrawn:
        return WITHDRAWN
    return READ_ALREADY if one.recipient.read_at is not None else ""


def _keep(rows: list[Delivery], *, state: Delivery.State | None, reason: str, sent_at: datetime | None = None) -> None:
    """Keep the outcome; without a state the rows stay open and are tried again."""
    changes = {"reason": reason[:200]} | ({"state": state} if state else {}) | ({"sent_at": sent_at} if sent_at else {})
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
