"""What organisations show on other pages."""

from urllib.parse import urlencode

from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.kernel.time import today
from lianxin.organisations.models import Grant, GrantRequest, Organisation
from lianxin.organisations.permissions import GRANTS_CONFIRM, VIEW
from lianxin.organisations.queries.grant_requests import requests_to_decide
from lianxin.organisations.queries.grants import grants_in_force
from lianxin.organisations.queries.lending import lendings_at_home, names_of
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


def requests_at_home(actor: Actor) -> list[GrantRequest] | None:
    """The roles that wait for the actor as second person; None where there are none."""
    if not actor.may_somewhere(GRANTS_CONFIRM):
        return None
    return list(requests_to_decide(actor)[:TERMS_SHOWN]) or None


def lent_at_home(actor: Actor) -> list[tuple[Grant, str]] | None:
    """Borrowed roles at the actor's organisations, each with the name of its lender; None where there are none."""
    if not actor.reaches:
        return None
    return _with_lenders(list(lendings_at_home(actor)[:TERMS_SHOWN])) or None


def borrowed_everywhere(actor: Actor) -> list[tuple[Grant, str]] | None:
    """The roles the actor borrows at present, for the notice on every page. No query for those who borrow none."""
    if not any(reach.until for reach in actor.reaches):
        return None
    own = Grant.objects.select_related("organisation").filter(
        grants_in_force(), account=actor.account_id, ends_at__isnull=False
    )
    return _with_lenders(list(own.order_by("ends_at"))) or None


def _with_lenders(found: list[Grant]) -> list[tuple[Grant, str]]:
    names = names_of({one.granted_by for one in found})
    return [(one, names.get(one.granted_by, "")) for one in found]
