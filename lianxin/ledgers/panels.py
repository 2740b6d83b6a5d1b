"""What ledgers show on other pages."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from lianxin.kernel.authz import Actor
from lianxin.kernel.time import today
from lianxin.ledgers.books import LEDGERS, Ledger
from lianxin.ledgers.models import Reply
from lianxin.ledgers.permissions import FILL, VIEW
from lianxin.ledgers.queries.forms import replies_to_give

SHOWN = 5


@dataclass(frozen=True, slots=True)
class ToFill:
    """A form to fill in, as a panel shows it."""

    reply: Reply
    is_late: bool


def forms_at_home(actor: Actor) -> list[ToFill] | None:
    """Forms that the actor's own organisations still have to fill in. One query."""
    if not actor.may_somewhere(FILL):
        return None
    day = today()
    found = [ToFill(one, one.form.due_on < day) for one in replies_to_give(actor, most=SHOWN)]
    return found or None


@dataclass(frozen=True, slots=True)
class OfOrganisation:
    """The ledgers of an organisation."""

    organisation: Any
    ledgers: tuple[Ledger, ...]


def of_organisation(actor: Actor, *, organisation: Any, on: date | None = None) -> OfOrganisation | None:
    """The ways to an organisation's ledgers, on its page. No query."""
    if (on is not None and on != today()) or not actor.may(VIEW, organisation.path):
        return None
    return OfOrganisation(organisation, LEDGERS)
