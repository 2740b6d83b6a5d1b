"""What organisations show on other pages."""

from urllib.parse import urlencode

from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.kernel.time import today
from lianxin.organisations.models import Organisation
from lianxin.organisations.permissions import VIEW
from lianxin.organisations.queries.warnings import Counted, count_warnings, terms_ending

TERMS_SHOWN = 6


def due_at_home(actor: Actor) -> list[tuple[Counted, str]] | None:
    """The warnings in the actor's organisations, each with the address of its rows; None where there are none."""
    if not actor.may_somewhere(VIEW):
        return None
    found = sorted((one for one in count_warnings(actor) if one.number), key=lambda one: one.kind.key != "term_over")
    address = reverse("organisations:warnings")
    return [(one, f"{address}?{urlencode({'kind': one.kind.key})}") for one in found] or None


def terms_at_home(actor: Actor) -> list[tuple[Organisation, bool]] | None:
    """The terms of office soonest to end in the actor's organisations, and whether each is over. One query."""
    if not actor.may_somewhere(VIEW):
        return None
    day = today()
    found = terms_ending(actor, day).order_by("term_ends_on", "id")[:TERMS_SHOWN]
    return [(one, one.term_ends_on is not None and one.term_ends_on < day) for one in found] or None
