"""Files of an activity: material to read before, records and sign-in sheets after. None is ever asked for."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from lianxin.activities.actions.locking import OPEN, State, locked_activity
from lianxin.activities.events import FILE_ADDED, FILE_REMOVED
from lianxin.activities.models import Activity, ActivityFile, Participant
from lianxin.activities.permissions import PLAN
from lianxin.activities.queries.activities import activity_for
from lianxin.files.facade import StoredFile, attachment_content, keep_attachment, remove_attachment
from lianxin.kernel.authz import Actor
from lianxin.kernel.edge.uploads import Accepted
from lianxin.kernel.errors import Conflict, NotVisible
from lianxin.kernel.events import EventType
from lianxin.kernel.events.record import record

MOST_FILES = 30


def keep_file(actor: Actor, activity: Activity, upload: Accepted, *, purpose: str, at: datetime) -> ActivityFile:
    """Keep an accepted file with an activity, inside an act that has authorised it."""
    stored = keep_attachment(actor, organisation=activity.organisation_id, upload=upload, at=at)
    return ActivityFile.objects.create(
        activity=activity,
        file=stored,
        name=stored.name,
        size=stored.size,
        purpose=purpose,
        added_at=at,
        added_by_id=actor.account_id,
    )


@transaction.atomic
def add_file(
    actor: Actor, *, activity: UUID, upload: Accepted, purpose: str = ActivityFile.Purpose.MATERIAL, at: datetime
) -> ActivityFile:
    """Add a file to an activity that is planned, announced or held.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: it was cancelled, or it has 30 files already.
    """
    found = locked_activity(actor, activity, PLAN, states={*OPEN, State.HELD})
    if found.files.count() >= MOST_FILES:
        raise Conflict(_("An activity has at most 30 files. Remove one, or put several pages into one PDF."))
    row = keep_file(actor, found, upload, purpose=purpose, at=at)
    _record(actor, FILE_ADDED, found, row, at)
    return row


@transaction.atomic
def remove_file(actor: Actor, *, file: UUID, at: datetime) -> Activity:
    """Remove a file and its content.

    Raises:
        NotVisible, NotPermitted: outside the actor's organisations, or without the permission there.
        Conflict: the activity was cancelled.
    """
    row = ActivityFile.objects.filter(pk=file).first()
    if row is None:
        raise NotVisible(_("This file is no longer kept."))
    found = locked_activity(actor, row.activity_id, PLAN, states={*OPEN, State.HELD})
    stored = row.file_id
    row.delete()
    remove_attachment(stored, at=at)
    _record(actor, FILE_REMOVED, found, row, at)
    return found


def content_of(actor: Actor, file: UUID) -> tuple[StoredFile, Iterator[bytes]]:
    """A file for staff of the activity or of a party to it, and for whoever is invited once it is announced.

    Raises:
        NotVisible: there is none, or not for this actor.
    """
    row = ActivityFile.objects.select_related("activity").filter(pk=file).first()
    if row is None:
        raise NotVisible(_("This file is no longer kept."))
    invited = Participant.objects.filter(activity=row.activity_id, member=actor.member_id) if actor.member_id else None
    if row.activity.state == State.DRAFT or invited is None or not invited.exists():
        activity_for(actor, row.activity_id)
    return attachment_content(row.file_id)


def _record(actor: Actor, kind: EventType, found: Activity, row: ActivityFile, at: datetime) -> None:
    record(
        actor,
        kind,
        at=at,
        subject=found.pk,
        organisation=found.organisation_id,
        organisation_path=found.organisation_path,
        data={"name": row.name, "size": row.size},
    )
