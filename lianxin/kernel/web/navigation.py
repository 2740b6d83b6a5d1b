"""Menus: each module registers entries in its apps.py; a channel shows those whose permission the actor holds."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.kernel.authz import permission as declared
from lianxin.kernel.errors import Sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """A menu entry; `permission` hides it from those it is not for.

    `channel` is "workbench", "portal" or "sign_in" (ways in for somebody without an account).
    """

    channel: str
    order: int
    label: Sentence
    icon: str
    url_name: str
    permission: str | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as a template shows it."""

    label: Sentence
    icon: str
    url: str
    active: bool


@dataclass(frozen=True, slots=True)
class Panel:
    """A piece of another module's page. `load` takes the actor and the page's subject; None shows nothing.

    `place` names the page ("organisations.organisation", "workbench.home", "workbench.home_beside" for what runs
    on and is not due today, "portal.home"; "everywhere" is the top of every page).
    """

    place: str
    order: int
    template: str
    load: Callable[..., object | None]


_entries: list[Entry] = []
_panels: list[Panel] = []


def add_entry(entry: Entry) -> None:
    """Register a menu entry."""
    _entries.append(entry)
    _entries.sort(key=lambda one: (one.channel, one.order))


def add_panel(panel: Panel) -> None:
    """Register a panel on another module's page."""
    _panels.append(panel)
    _panels.sort(key=lambda one: (one.place, one.order))


def menu(channel: str, actor: Actor, current: str) -> list[Shown]:
    """The channel's entries this actor can use; the longest matching address is the active one."""
    visible = [
        (entry, reverse(entry.url_name))
        for entry in _entries
        if entry.channel == channel
        and (entry.permission is None or declared(entry.permission).own or actor.may_somewhere(entry.permission))
    ]
    best = max((url for _, url in visible if current.startswith(url)), key=len, default="")
    return [Shown(entry.label, entry.icon, url, active=url == best) for entry, url in visible]


def entrance(channel: str, actor: Actor) -> str:
    """The address of the channel's first entry that one of the actor's roles opens; empty where none does."""
    for entry in _entries:
        if entry.channel == channel and entry.permission is not None:
            wanted = declared(entry.permission)
            if not wanted.own and actor.may_somewhere(entry.permission):
                return reverse(entry.url_name)
    return ""


@dataclass(frozen=True, slots=True)
class ShownPanel:
    """A panel with what it shows."""

    template: str
    content: object


def panels(place: str, actor: Actor, **subject: object) -> list[ShownPanel]:
    """The panels of a page that have something to show to this actor."""
    loaded = [(panel, panel.load(actor, **subject)) for panel in _panels if panel.place == place]
    return [ShownPanel(panel.template, content) for panel, content in loaded if content is not None]
