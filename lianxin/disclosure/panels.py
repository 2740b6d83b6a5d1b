"""What disclosure shows on other pages."""

from datetime import timedelta
from typing import NamedTuple

from lianxin.disclosure.models import Check, Override
from lianxin.disclosure.permissions import DECIDE, RUN
from lianxin.disclosure.queries.checks import checks_within, overrides_to_decide
from lianxin.kernel.authz import Actor
from lianxin.kernel.time import now

SHOWN = 5
OF_LATE = timedelta(days=7)


class Waiting(NamedTuple):
    """Requests for a second person, and the actor's own contents that are blocked."""

    to_decide: list[Override]
    blocked: list[Check]


def waiting_at_home(actor: Actor) -> Waiting | None:
    """What waits for the actor; nothing to show is None. At most two queries."""
    to_decide = list(overrides_to_decide(actor)[:SHOWN]) if actor.may_somewhere(DECIDE) else []
    blocked: list[Check] = []
    if actor.may_somewhere(RUN):
        mine = checks_within(actor).filter(account=actor.account_id, state=Check.State.BLOCKED)
        blocked = list(
            mine.filter(created_at__gt=now() - OF_LATE).exclude(overrides__state__in=["open", "approved"])[:SHOWN]
        )
    return Waiting(to_decide, blocked) if to_decide or blocked else None
