"""Channels: the same module's views are mounted in a shell for the desk (workbench) and one for the phone (portal)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from lianxin.kernel.authz import Actor

    Around = Callable[[HttpRequest, Actor], dict[str, Any]]


def nothing_more(_request: HttpRequest, _actor: Actor) -> dict[str, Any]:
    """The context of a shell that shows nothing of its own."""
    return {}


@dataclass(frozen=True, slots=True)
class Channel:
    """A shell: the address it begins at, the template every page in it extends, and what that template shows."""

    name: str
    prefix: str
    layout: str
    around: Around = nothing_more


_channels: list[Channel] = []
PLAIN = Channel("plain", "/", "ui/sign_in.html")


def add_channel(channel: Channel) -> None:
    """Register a shell; the longest prefix that fits an address wins."""
    _channels.append(channel)
    _channels.sort(key=lambda one: -len(one.prefix))


def channel_of(path: str) -> Channel:
    """The shell an address belongs to."""
    return next((channel for channel in _channels if path.startswith(channel.prefix)), PLAIN)
