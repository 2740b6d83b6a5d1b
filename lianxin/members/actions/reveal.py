"""Looking at one piece of personal data of one member, with a reason that the member can read."""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor
from lianxin.kernel.db.ids import new_id
from lianxin.kernel.errors import Conflict, InvalidInput
from lianxin.kernel.events.record import record
from lianxin.kernel.time import day_of
from lianxin.members.actions.locking import lock_member
from lianxin.members.events import REVEALED
from lianxin.members.facts import PERSONAL
from lianxin.members.models import RevealCount
from lianxin.members.permissions import REVEAL

LOOKS_A_DAY = 50
"""Unless the setting MEMBER_REVEALS_A_DAY says otherwise. Source: our own choice; more is an export, with a reason."""
SHORTEST_REASON = 2


@transaction.atomic
def reveal(actor: Actor, *, member: UUID, field: str, reason: str, at: datetime) -> str:
    """The clear text of one personal field; who looked, at what and why is recorded and shown to the member.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        InvalidInput: no reason, or not a personal field.
        Conflict: the actor has looked often enough today.
    """
    if field not in PERSONAL:
        raise InvalidInput({"field": _("This fact is not hidden.")})
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput({"reason": _("Say what you need it for; the member can read the reason.")})
    found = lock_member(actor, member, REVEAL)
    if actor.account_id is not None:
        _count(actor.account_id, at)
    record(
        actor,
        REVEALED,
        at=at,
        subject=found.id,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        reason=reason.strip(),
        data={"field": field},
    )
    value = getattr(found, field)
    return value.reveal() if value else ""


def _count(account: UUID, at: datetime) -> None:
    """Count one more look of the day in one statement, so that two at once cannot slip past the limit.

    Raises:
        Conflict: that would be one too many.
    """
    most = int(getattr(settings, "MEMBER_REVEALS_A_DAY", LOOKS_A_DAY))
    table = RevealCount._meta.db_table  # noqa: SLF001 - Django's documented model API
    with connection.cursor() as cursor:
        cursor.execute(
            f'INSERT INTO {table} (id, account_id, "on", count) VALUES (%s, %s, %s, 1) '  # noqa: S608 - our own table's name
            f'ON CONFLICT (account_id, "on") DO UPDATE SET count = {table}.count + 1 RETURNING count',
            [new_id(), account, day_of(at)],
        )
        (count,) = cursor.fetchone()
    if count > most:
        raise Conflict(
            _("You have looked at personal data %(most)d times today, which is the limit. Use an export with a reason.")
            % {"most": most}
        )
