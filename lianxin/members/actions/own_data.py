"""Taking away everything that is kept about oneself. Source: PIPL 45."""

from datetime import datetime
from typing import Any

from django.db import transaction

from lianxin.kernel.authz import Actor
from lianxin.kernel.events.record import record
from lianxin.members.events import OWN_DATA_TAKEN
from lianxin.members.permissions import OWN_TAKE
from lianxin.members.queries.own import own_with
from lianxin.members.queries.own_data import own_data


@transaction.atomic
def take_own_data(actor: Actor, *, clear: bool, at: datetime) -> dict[str, Any]:
    """Everything kept about the actor as a member, in the shape of docs/handbook/my-data.md; one event says it left.

    `clear` writes identity number, telephones and address in clear: the door makes sure first that it is really the
    member. The content is handed out, never stored.

    Raises:
        NotVisible: the account has no record.
    """
    member = own_with(actor, OWN_TAKE)
    taken = own_data(member, clear=clear, at=at)
    record(
        actor,
        OWN_DATA_TAKEN,
        at=at,
        subject=member.id,
        organisation=member.organisation_id,
        organisation_path=member.organisation_path,
        data={"clear": clear},
    )
    return taken
