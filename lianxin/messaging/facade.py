"""What other modules and channels may use of messaging."""

from collections.abc import Iterable
from uuid import UUID

from lianxin.kernel.authz import Role
from lianxin.messaging.actions.sending import send
from lianxin.messaging.kinds import MessageKind, message_kind
from lianxin.messaging.models import Message
from lianxin.messaging.queries.inbox import unread
from lianxin.organisations.facade import holders_of

__all__ = [
    "Message",
    "MessageKind",
    "message_kind",
    "secretaries_of",
    "send",
    "unread",
]


def secretaries_of(organisations: Iterable[UUID]) -> list[UUID]:
    """The accounts holding the role of secretary exactly at one of the organisations, each once. One query."""
    held = holders_of(Role.SECRETARY, organisations)
    return list(dict.fromkeys(account for accounts in held.values() for account in accounts))
