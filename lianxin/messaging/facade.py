"""What other modules and channels may use of messaging."""

from collections.abc import Iterable
from uuid import UUID

from lianxin.kernel.authz import Role
from lianxin.messaging.actions.notices import Draft, cost_of_draft, send_notice, write_notice
from lianxin.messaging.actions.reading import settle, settle_for_all
from lianxin.messaging.actions.reminding import forget_reminder, remind
from lianxin.messaging.actions.sending import send
from lianxin.messaging.actions.withdrawing import replace, withdraw
from lianxin.messaging.bound import register_bound
from lianxin.messaging.held import register_held
from lianxin.messaging.kinds import MessageKind, message_kind
from lianxin.messaging.models import Message, Notice
from lianxin.messaging.queries.burden import Burden, Cost, Over, burden_of, burdened_most, cap_on
from lianxin.messaging.queries.confirming import Counts, counts_of
from lianxin.messaging.queries.inbox import unread, unread_rows
from lianxin.organisations.facade import holders_of

__all__ = [
    "Burden",
    "Cost",
    "Counts",
    "Draft",
    "Message",
    "MessageKind",
    "Notice",
    "Over",
    "burden_of",
    "burdened_most",
    "cap_on",
    "cost_of_draft",
    "counts_of",
    "forget_reminder",
    "message_kind",
    "register_bound",
    "register_held",
    "remind",
    "replace",
    "secretaries_of",
    "send",
    "send_notice",
    "settle",
    "settle_for_all",
    "unread",
    "unread_rows",
    "withdraw",
    "write_notice",
]


def secretaries_of(organisations: Iterable[UUID]) -> list[UUID]:
    """The accounts holding the role of secretary exactly at one of the organisations, each once. One query."""
    held = holders_of([Role.SECRETARY], organisations)
    return list(dict.fromkeys(account for accounts in held.values() for account in accounts))
