"""What happens to the log itself is in the log: a verification with its result, a copy taken away."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from lianxin.kernel.authz.actor import Actor
from lianxin.kernel.events.record import record
from lianxin.kernel.events.types import event_type
from lianxin.kernel.events.verification import Head, Report, told, verify
from lianxin.kernel.models import Event

VERIFIED = event_type("audit.verified", _("verified the event log"))
COPIED = event_type("audit.copied", _("took a copy of the event log"))
LOG = UUID("00000000-0000-7000-8000-000000000001")
"""The log as the subject of an event."""


def verify_and_record(actor: Actor, *, at: datetime, kept: Head | None = None, heard: Any = None) -> Report:
    """Check the whole log and record what was found, so that the result itself is sealed."""
    report = verify(kept=kept, heard=heard)
    with transaction.atomic():
        record(actor, VERIFIED, at=at, subject=LOG, organisation=None, data=told(report))
    return report


def last_verification() -> Event | None:
    """The event of the latest verification; None when nobody has verified yet."""
    return Event.objects.filter(kind=VERIFIED.kind).order_by("-at", "-id").first()
