"""What organisations show on other pages."""

from urllib.parse import urlencode

from django.urls import reverse

from lianxin.kernel.authz import Actor
from lianxin.organisations.permissions import VIEW
from lianxin.organisations.queries.warnings import Counted, count_warnings


def due_at_home(actor: Actor) -> list[tuple[Counted, str]] | None:
    """The warnings in the actor's organisations, each with the address of its rows; None where there are none."""
    if not actor.may_somewhere(VIEW):
        return None
    found = [one for one in count_warnings(actor) if one.number]
    address = reverse("organisations:warnings")
    return [(one, f"{address}?{urlencode({'kind': one.kind.key})}") for one in found] or None
