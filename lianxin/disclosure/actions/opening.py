"""Opening a checked original: it shows personal data in clear, so it is recorded who did."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.disclosure.events import ORIGINAL_OPENED
from lianxin.disclosure.models import Check
from lianxin.disclosure.permissions import DECIDE, VIEW
from lianxin.disclosure.queries.checks import check_for
from lianxin.disclosure.storage import MASKED, ORIGINAL, content_of
from lianxin.kernel.authz import Actor, require
from lianxin.kernel.errors import Conflict
from lianxin.kernel.events.record import record


@transaction.atomic
def open_original(actor: Actor, *, check: UUID, at: datetime) -> tuple[Check, bytes]:
    """The content as it was handed in, for who handed it in and for who decides.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations; neither who handed it in nor who may decide.
        Conflict: the content was removed after its time.
    """
    found = check_for(actor, check)
    if found.account_id != actor.account_id:
        require(actor, DECIDE, found.organisation_path, seen_by=VIEW)
    content = _content(found, ORIGINAL)
    record(
        actor,
        ORIGINAL_OPENED,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"sha256": found.sha256},
    )
    return found, content


def masked_copy(actor: Actor, *, check: UUID) -> tuple[Check, bytes]:
    """The masked copy; it holds nothing in clear, so taking it is not recorded.

    Raises:
        NotVisible: outside the actor's organisations.
        Conflict: there is none, or it was removed after its time.
    """
    found = check_for(actor, check)
    if not found.masked_sha256:
        raise Conflict(_("There is no masked copy of this: nothing was found that could be masked."))
    return found, _content(found, MASKED)


def _content(found: Check, what: str) -> bytes:
    if found.has_content:
        try:
            return content_of(found.pk, what)
        except FileNotFoundError:
            pass
    raise Conflict(_("The content was removed after its time. Hand it in again."))
