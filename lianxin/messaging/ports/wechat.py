"""WeChat (an official account or WeCom). An installation names its own class in LIANXIN_WECHAT."""

import logging
from functools import lru_cache
from typing import Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from lianxin.messaging.ports import Parcel

LOG = "log"
log = logging.getLogger(__name__)


class WeChatPort(Protocol):
    """Sends template messages of an official account, or messages of WeCom. Made without arguments, once a process.

    Which WeChat user an account is, is known to the class alone: it keeps or asks for that itself.
    """

    def send(self, account: UUID, parcel: Parcel) -> str:
        """Send the parcel to the person behind the account and return the service's number for it.

        Called by one job at a time, at least once for each message; `parcel.tag` tells a repetition.

        Raises:
            NotCarried: it was not taken; `is_final` where the account has no WeChat user or has unsubscribed.
            Exception: anything else is taken as passing, and tried again later.
        """


class LogOnly:
    """Sends nothing and writes a line to the log."""

    def send(self, account: UUID, parcel: Parcel) -> str:
        """Write that a message would have gone out."""
        log.info("WeChat message %s to account %s; no service is set up.", parcel.tag, account)
        return LOG


def is_set_up() -> bool:
    """Whether WeChat messages really leave."""
    return str(settings.MESSAGES_WECHAT) != LOG


def wechat_port() -> WeChatPort:
    """The port that the setting names."""
    return _port(settings.MESSAGES_WECHAT)


@lru_cache(maxsize=4)
def _port(path: str) -> WeChatPort:
    port: WeChatPort = LogOnly() if path == LOG else import_string(path)()
    return port
