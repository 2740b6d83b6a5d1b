"""Channels: the same module's views are mounted in a shell for the desk (workbench) and one for the phone (portal)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Channel:
    """A shell: the address it begins at and the template every page in it extends."""

    name: str
    prefix: str
    layout: str


_channels: list[Channel] = []


def add_channel(channel: Channel) -> None:
    """Register a shell; the longest prefix that fits an address wins."""
    _channels.append(channel)
    _channels.sort(key=lambda one: -len(one.prefix))


def channel_of(path: str) -> Channel:
    """The shell an address belongs to."""
    for channel in _channels:
        if path.startswith(channel.prefix):
            return channel
    return Channel("plain", "/", "ui/document.html")
