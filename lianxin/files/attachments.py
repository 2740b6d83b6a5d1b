"""Files that belong to what other modules keep: an activity, a document. Stored sealed, read through that module."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from lianxin.files.models import Attachment, StoredFile
from lianxin.files.storage import content_of, remove, store
from lianxin.kernel.authz import Actor, acting
from lianxin.kernel.edge.uploads import Accepted
from lianxin.kernel.errors import NotPermitted, NotVisible


def keep_attachment(actor: Actor, *, organisation: UUID, upload: Accepted, at: datetime) -> StoredFile:
    """Keep an accepted file for the caller's record, in the caller's transaction. The caller has authorised.

    Content of a transaction that is rolled back has no row and is removed with the other strays at night.

    Raises:
        NotPermitted: nobody is signed in.
    """
    if actor.account_id is None:
        raise NotPermitted(_("Only somebody signed in can hand in a file."))
    file = store(upload.name, upload.chunks(), by=actor.account_id, at=at)
    Attachment.objects.create(file=file, organisation_id=organisation, account_id=actor.account_id)
    return file


def attachment_content(file: UUID) -> tuple[StoredFile, Iterator[bytes]]:
    """An attachment and its clear content in chunks. The caller has made sure that the actor may read it.

    Raises:
        NotVisible: there is none, or its content was removed.
    """
    with acting(Actor.system("reading an attachment the caller may read")):
        found = StoredFile.objects.filter(pk=file, attachment__isnull=False, removed_at__isnull=True).first()
    if found is None:
        raise NotVisible(_("This file is no longer kept."))
    return found, content_of(found)


def remove_attachment(file: UUID, *, at: datetime) -> None:
    """Remove the content of an attachment whose record was removed; the row stays and says when."""
    with acting(Actor.system("removing an attachment with its record")):
        found = StoredFile.objects.filter(pk=file, attachment__isnull=False, removed_at__isnull=True).first()
        if found is not None:
            remove(found, at=at)
