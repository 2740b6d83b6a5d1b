"""Messages, the ways they go, what people decided about them, and notices with their cost."""

from lianxin.messaging.models.delivery import Delivery
from lianxin.messaging.models.message import Message, Recipient
from lianxin.messaging.models.notice import Notice, NoticeTarget
from lianxin.messaging.models.person import QUIET_FROM, QUIET_UNTIL, Preference, PushSubscription

__all__ = [
    "QUIET_FROM",
    "QUIET_UNTIL",
    "Delivery",
    "Message",
    "Notice",
    "NoticeTarget",
    "Preference",
    "PushSubscription",
    "Recipient",
]
