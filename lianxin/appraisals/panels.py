"""What appraisals show on other pages."""

from typing import NamedTuple

from lianxin.appraisals.models import Outcome, Round
from lianxin.appraisals.permissions import ANSWER, RUN
from lianxin.appraisals.queries.own import Own, own_rounds
from lianxin.appraisals.queries.rounds import open_objections, rounds_in_hand
from lianxin.kernel.authz import Actor

SHOWN = 5


class Waiting(NamedTuple):
    """Objections to answer and appraisals that go on."""

    objections: list[Outcome]
    rounds: list[Round]


def waiting_at_home(actor: Actor) -> Waiting | None:
    """What waits for a secretary; two queries at most."""
    objections = list(open_objections(actor)[:SHOWN]) if actor.may_somewhere(ANSWER) else []
    rounds = list(rounds_in_hand(actor)[:SHOWN]) if actor.may_somewhere(RUN) else []
    return Waiting(objections, rounds) if objections or rounds else None


def own_at_home(actor: Actor) -> list[Own] | None:
    """What a member has to hand in or to sign; the way to earlier grades where there are any."""
    return own_rounds(actor) or None
