"""Finding and locking what an act is about, and recording it: the same for every act of this module."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record
from lianxin.preparations.models import Preparation, Rectification, Talk, TalkYear
from lianxin.preparations.permissions import OWN, VIEW


def locked_preparation(actor: Actor, preparation: UUID, permission: str, *, closed_too: bool = False) -> Preparation:
    """The preparation, locked until the act is over, where the actor holds the permission.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it is closed, and the act asks for an open one.
    """
    held = Preparation.objects.select_for_update().filter(pk=preparation).first()
    if held is None:
        raise nothing_there()
    require(actor, permission, held.organisation_path, seen_by=VIEW)
    if not held.is_open and not closed_too:
        raise Conflict(_("This preparation is closed."))
    return held


def own_id(actor: Actor) -> UUID:
    """The actor's own record.

    Raises:
        NotVisible: the account has none, or the token may not do this.
    """
    if actor.member_id is None or (actor.only is not None and OWN not in actor.only):
        raise nothing_there()
    return actor.member_id


def nothing_there() -> NotVisible:
    """The answer for what does not exist or lies outside the actor's reach."""
    return NotVisible(_("There is no such record, or it is not in your organisations."))


def tell(
    actor: Actor,
    kind: EventType,
    about: Preparation | TalkYear | Talk | Rectification,
    *,
    at: datetime,
    subject: UUID | None = None,
    **more: Any,
) -> None:
    """Record an act at the organisation of what it is about."""
    record(
        actor,
        kind,
        at=at,
        subject=subject or about.pk,
        organisation=about.organisation_id,
        organisation_path=about.organisation_path,
        **more,
    )
