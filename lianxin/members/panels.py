"""What members show on other modules' pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.kernel.time import today
from lianxin.members.models import Member
from lianxin.members.permissions import ADD, DECIDE, DECIDE_RIGHTS, POSTS, VIEW
from lianxin.members.queries.counts import Figure, count_open_corrections, count_open_rights, count_own_open, figures_at
from lianxin.members.queries.own import own_member
from lianxin.members.queries.record import Held, posts_at


@dataclass(frozen=True, slots=True)
class PostsPanel:
    """Who holds which post; `may_change` opens appointing and relieving."""

    posts: list[Held]
    appoint_url: str


@dataclass(frozen=True, slots=True)
class MembersPanel:
    """The members of an organisation itself, as figures."""

    figures: list[Figure]
    roster_url: str
    add_url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """How many requests of members wait for the actor: corrections, and those to restrict or delete."""

    corrections: int
    rights: int


@dataclass(frozen=True, slots=True)
class OwnPanel:
    """A member's own record in short."""

    member: Member
    open_requests: int


def posts_panel(actor: Actor, *, organisation: Any, on: date | None = None) -> PostsPanel | None:
    """The posts of an organisation on its page."""
    if not actor.may(VIEW, organisation.path):
        return None
    is_today = on is None or on == today()
    may_change = is_today and actor.may(POSTS, organisation.path) and organisation.dissolved_on is None
    address = f"{reverse('members:appoint')}?organisation={organisation.pk}" if may_change else ""
    return PostsPanel(posts_at(organisation.pk, on=on or today()), address)


def members_panel(actor: Actor, *, organisation: Any, on: date | None = None) -> MembersPanel | None:
    """The members of an organisation on its page; only today's, for the roster is today's."""
    if on is not None and on != today():
        return None
    figures = figures_at(actor, organisation.pk, organisation.path)
    if figures is None:
        return None
    roster = f"{reverse('members:roster')}?organisation={organisation.pk}"
    may_add = actor.may(ADD, organisation.path) and organisation.dissolved_on is None
    return MembersPanel(figures, roster, f"{reverse('members:add')}?organisation={organisation.pk}" if may_add else "")


def asked_at_home(actor: Actor) -> Asked | None:
    """The requests of members that wait for the actor's decision. Two queries at most."""
    corrections = count_open_corrections(actor) if actor.may_somewhere(DECIDE) else 0
    rights = count_open_rights(actor) if actor.may_somewhere(DECIDE_RIGHTS) else 0
    return Asked(corrections, rights) if corrections or rights else None


def own_at_home(actor: Actor) -> OwnPanel | None:
    """The member's own record in short, on the phone's home page."""
    member = own_member(actor)
    return OwnPanel(member, count_own_open(actor)) if member is not None else None
