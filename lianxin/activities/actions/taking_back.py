"""Taking a tick back: somebody was ticked, or signed in, who is not there."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.locking import State, locked_activity
from lianxin.activities.events import UNTICKED
from lianxin.activities.models import Participant
from lianxin.activities.permissions import ATTEND
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import Conflict
from lianxin.kernel.events.record import record

Attendance = Participant.Attendance


@transaction.atomic
def untick(actor: Actor, *, activity: UUID, participants: Iterable[UUID], at: datetime) -> int:
    """Take back that persons came, as long as the activity is not marked as held; how many it were.

    The nonce of the sign-in stays, so that a phone sending the same one again does not bring it back.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it is not announced or was held; or none of them is marked as having come.
    """
    found = locked_activity(actor, activity, ATTEND, states={State.ANNOUNCED})
    rows = list(
        Participant.objects.select_for_update(no_key=True)
        .filter(activity=found.pk, pk__in=list(participants), attendance__in=[Attendance.PRESENT, Attendance.LATE])
        .order_by("pk")
    )
    if not rows:
        raise Conflict(_("Nobody of those is marked as here (any more). Look at the list again."))
    for row in rows:
        row.attendance, row.signed_at, row.signed_how, row.signed_by = Attendance.UNKNOWN, None, "", actor.account_id
    Participant.objects.bulk_update(rows, ["attendance", "signed_at", "signed_how", "signed_by"])
    record(
        actor,
        UNTICKED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"participants": [str(row.pk) for row in rows], "names": [row.name for row in rows][:50]},
    )
    return len(rows)
