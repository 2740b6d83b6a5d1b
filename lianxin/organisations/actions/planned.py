"""Planned acts become today's tree when their day has come."""

from datetime import date

from django.db import transaction

from lianxin.organisations.actions.tree import lock_tree
from lianxin.organisations.actions.versions import bring_up_to_date
from lianxin.organisations.models import Unapplied


@transaction.atomic
def apply_planned(on: date) -> int:
    """Bring up to date every organisation with a change planned for `on` or an earlier day; how many there were.

    The history was right all along, so running twice, late or after days without power changes nothing more. It records
    no event: the act did, when it was decided.
    """
    lock_tree()
    due = Unapplied.objects.filter(on__lte=on)
    organisations = list(due.order_by("organisation__depth", "on").values_list("organisation_id", flat=True))
    for organisation in dict.fromkeys(organisations):
        bring_up_to_date(organisation, on=on)
    due.delete()
    return len(set(organisations))
