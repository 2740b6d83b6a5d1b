"""What belongs to organisations and must follow them: modules above register here how.

A merger or split happens in one transaction. In it each registered follower is called once for each later organisation,
after the organisations have their new versions and before the act is over, so that memberships move with the same
event, date and document. Organisations know none of these modules.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Sentence
from lianxin.organisations.models import Organisation


@dataclass(frozen=True, slots=True)
class Passing:
    """What passes from earlier organisations to a later one.

    `subjects` None means everything that belongs to the earlier ones (a merger); otherwise only these, by id (a split:
    the members chosen to go). `event` is the act's event.
    """

    actor: Actor
    earlier: tuple[Organisation, ...]
    later: Organisation
    effective_on: date
    document_no: str
    reason: str
    event: UUID
    at: datetime
    subjects: tuple[UUID, ...] | None = None


Follower = Callable[[Passing], None]
Holder = Callable[[Organisation, date], Sentence | None]

_followers: list[Follower] = []
_holders: list[Holder] = []


def register_follower(follower: Follower) -> None:
    """Have `follower` move what belongs to the earlier organisations; it may raise a Refusal, which undoes the act."""
    if follower not in _followers:
        _followers.append(follower)


def register_holder(holder: Holder) -> None:
    """Have `holder` say, before an organisation is dissolved on a day, what in its module still stands in the way."""
    if holder not in _holders:
        _holders.append(holder)


def pass_on(passing: Passing) -> None:
    """Call every follower."""
    for follower in _followers:
        follower(passing)


def obstacles(organisation: Organisation, on: date) -> list[Sentence]:
    """What modules above say stands in the way of dissolving the organisation on the day."""
    return [said for holder in _holders if (said := holder(organisation, on)) is not None]
