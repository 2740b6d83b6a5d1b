"""Text messages. There is no service everybody has, so an installation names its own class in LIANXIN_SMS."""

import logging
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from lianxin.kernel.privacy.masks import mask_phone

LOG = "log"
log = logging.getLogger(__name__)


class SmsPort(Protocol):
    """Sends text messages. A class with this method, made without arguments once for each process.

    Approved templates, signatures and accounts of the service are the class's own business.
    """

    def send(self, phone: str, text: str) -> str:
        """Send `text` to the mobile `phone` (11 digits) and return the service's number for it.

        Called by one job at a time, at least once for each message: a worker that dies in between sends again.

        Raises:
            NotCarried: it was not taken; `is_final` where trying again would not help (a number that does not exist).
            Exception: anything else is taken as passing, and tried again later.
        """


class LogOnly:
    """Sends nothing and writes a line to the log, with the number masked."""

    def send(self, phone: str, text: str) -> str:
        """Write that a text message of that length would have gone out."""
        log.info("Text message to %s: %d characters; no service is set up.", mask_phone(phone), len(text))
        return LOG


def is_set_up() -> bool:
    """Whether text messages really leave."""
    return str(settings.MESSAGES_SMS) != LOG


def sms_port() -> SmsPort:
    """The port that the setting names."""
    return _port(settings.MESSAGES_SMS)


@lru_cache(maxsize=4)
def _port(path: str) -> SmsPort:
    port: SmsPort = LogOnly() if path == LOG else import_string(path)()
    return port
