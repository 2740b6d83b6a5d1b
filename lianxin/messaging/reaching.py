"""Reader of the log: who claims their record finds the messages that were sent to it before they had an account."""

from collections.abc import Sequence
from datetime import timedelta

from django.db.models import OuterRef, Q, Subquery

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.events.projectors import Positioned, projector
from lianxin.kernel.time import day_of
from lianxin.messaging.models import Recipient

NAME = "messaging.reached"
CLAIMED = "members.claimed"
GOES_BACK = timedelta(days=90)
"""Older messages stay as they were, "not reachable online": an inbox that begins with years of them helps nobody.
Source: our own choice; to be confirmed."""


def give_messages(batch: Sequence[Positioned]) -> None:
    """Put the new accounts into the members' rows, of the last months and of what is still to be confirmed.

    One statement for a batch, whatever its size; a second time it finds nothing to do.
    """
    claimed = {one.event.subject_id: one.event.at for one in batch if one.event.kind == CLAIMED}
    if not claimed:
        return
    first = min(claimed.values())
    accounts = Account.objects.filter(member_id=OuterRef("member"), is_active=True)
    Recipient.objects.filter(
        Q(goes_at__gte=first - GOES_BACK) | Q(message__must_read_by__gte=day_of(first)),
        member__in=list(claimed),
        account__isnull=True,
        is_withdrawn=False,
    ).update(account=Subquery(accounts.values("pk")[:1]))


def _nothing_to_empty() -> None:
    """The rows belong to the messages: reading the log anew finds them filled."""


def declare_projector() -> None:
    """Declare the reader, once, when the apps are ready."""
    projector(NAME, apply=give_messages, reset=_nothing_to_empty, kinds={CLAIMED}, soon=lambda: {CLAIMED})
