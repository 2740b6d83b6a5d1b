"""What stands on the home pages: messages the person is still asked to confirm."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.kernel.time import today
from lianxin.messaging.models import Message
from lianxin.messaging.queries.inbox import to_confirm

SHOWN = 3


@dataclass(frozen=True, slots=True)
class ToConfirm:
    """A message to confirm, as a panel shows it."""

    message: Message
    url: str
    is_late: bool


def _shown(actor: Actor, place: str) -> dict[str, Any] | None:
    rows = [
        ToConfirm(one.message, reverse(f"{place}:message", args=[one.message_id]), one.message.must_read_by < today())
        for one in to_confirm(actor)[:SHOWN]
        if one.message.must_read_by is not None
    ]
    return {"rows": rows, "url": reverse(f"{place}:inbox")} if rows else None


def at_the_desk(actor: Actor) -> dict[str, Any] | None:
    """Messages to confirm, for the workbench's home. One query."""
    return _shown(actor, "messaging")


def in_the_portal(actor: Actor) -> dict[str, Any] | None:
    """The same for the portal's home."""
    return _shown(actor, "own_messaging")
