"""What members ask for (corrections, rights) as those who decide take it up: found, permitted, waiting, locked."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict, NotPermitted, NotVisible
from lianxin.kernel.privacy.texts import mask_in_text
from lianxin.members.actions.locking import lock_member
from lianxin.members.models import CorrectionRequest, Member, RightsRequest
from lianxin.members.permissions import VIEW

Asked = TypeVar("Asked", CorrectionRequest, RightsRequest)


def take_up(actor: Actor, asked: type[Asked], request: UUID, permission: str) -> tuple[Asked, Member]:
    """The request, which still waits, and its member, both locked, where the actor decides.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, without the permission, or one's own request.
        Conflict: it was decided or withdrawn before.
    """
    found = asked._default_manager.select_for_update().filter(id=request).first()  # noqa: SLF001 - Django's name for the manager
    if found is None:
        raise NotVisible(_("There is no such record, or it is not in your organisations."))
    require(actor, permission, found.organisation_path, seen_by=VIEW)
    if actor.member_id == found.member_id:
        raise NotPermitted(_("Nobody decides on their own request. Ask the higher organisation's clerk."))
    check_waits(found)
    return found, lock_member(actor, found.member_id, permission)


def check_waits(found: CorrectionRequest | RightsRequest) -> None:
    """Refuse a request that does not wait any more.

    Raises:
        Conflict: it was decided or withdrawn before.
    """
    if found.state != "open":
        raise Conflict(_("This request was decided or withdrawn before."))


def settle(actor: Actor, found: CorrectionRequest | RightsRequest, state: str, *, answer: str, at: datetime) -> None:
    """Write down how a request ended; the caller records the event."""
    found.state, found.answer = state, mask_in_text(answer.strip())
    found.decided_at, found.decided_by = at, actor.name
    found.save(update_fields=["state", "answer", "decided_at", "decided_by"])
