"""What ends when an account's doors are closed: its sessions, and whatever else works in its name.

Modules above add their own (tokens of programs, lent roles); each ends in the transaction of the act that closes.
"""

from datetime import datetime
from typing import Protocol

from allauth.usersessions.models import UserSession

from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor


class Ending(Protocol):
    """What a module ends; `closed` says that the account itself was closed, not only its password or factor reset."""

    def __call__(self, actor: Actor, *, account: Account, closed: bool, at: datetime) -> None:
        """End it and record it as the actor's act."""


_endings: list[Ending] = []


def ends_with_access(ending: Ending) -> None:
    """Register what ends as well; called at start-up."""
    _endings.append(ending)


def end_access(actor: Actor, account: Account, *, closed: bool, at: datetime) -> None:
    """End the account's sessions and everything that modules registered."""
    for session in UserSession.objects.filter(user=account):
        session.end()
    for ending in _endings:
        ending(actor, account=account, closed=closed, at=at)
