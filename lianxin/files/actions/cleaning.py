"""Removing what is no longer needed: uploads of finished imports and old exports hold personal data."""

from datetime import datetime, timedelta

from lianxin.files.models import Export, Import, StoredFile
from lianxin.files.storage import remove

FINISHED = [Import.State.APPLIED, Import.State.UNDONE, Import.State.ABANDONED]


def clean_up(*, at: datetime, older_than: timedelta) -> int:
    """Remove the content of files of finished imports, and of any import or export older than `older_than`; how many."""
    before = at - older_than
    needed = Import.objects.exclude(state__in=FINISHED).filter(created_at__gte=before).values("file_id")
    fresh = Export.objects.filter(asked_at__gte=before, file__isnull=False).values("file_id")
    stale = StoredFile.objects.filter(removed_at__isnull=True).exclude(pk__in=needed).exclude(pk__in=fresh)
    count = 0
    for file in stale.iterator():
        remove(file, at=at)
        count += 1
    return count
