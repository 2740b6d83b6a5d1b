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
from lianxin.members.facts import PERSONAL, in_words
from lianxin.members.models import RevealCount
from lianxin.members.permissions import REVEAL
from lianxin.members.restricting import MAY_BE_RESTRICTED, OVERRIDES, is_restricted

LOOKS_A_DAY = 50
"""Unless the setting MEMBER_REVEALS_A_DAY says otherwise. Source: our own choice; more is an export, with a reason."""
SHORTEST_REASON = 2


@transaction.atomic
def reveal(actor: Actor, *, member: UUID, field: str, reason: str, override: str = "", at: datetime) -> str:
    """The clear text of one personal field; who looked, at what and why is recorded and shown to the member.

    A field whose use the member had restricted is shown only with a ground of `OVERRIDES`, which the member reads too.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission.
        InvalidInput: no reason, not a hidden field, or no such ground.
        Conflict: the actor has looked often enough today, or the use is restricted and no ground is given.
    """
    if field not in PERSONAL and field not in MAY_BE_RESTRICTED:
        raise InvalidInput({"field": _("This fact is not hidden.")})
    if len(reason.strip()) < SHORTEST_REASON:
        raise InvalidInput({"reason": _("Say what you need it for; the member can read the reason.")})
    if override and override not in OVERRIDES:
        raise InvalidInput({"override": _("Choose the ground from the list.")})
    found = lock_member(actor, member, REVEAL)
    restricted = is_restricted(found, field)
    if field not in PERSONAL and not restricted:
        raise InvalidInput({"field": _("This fact is not hidden.")})
    if restricted and not override:
        raise Conflict(
            _("The member had the use of this restricted. Open it with a ground, which the member can read.")
        )
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
        data={"field": field, **({"override": override} if restricted else {})},
    )
    value = getattr(found, field)
    if field not in PERSONAL:
        return str(in_words(field, value))
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
