"""Removing what is no longer needed: uploads of finished imports and old exports hold personal data."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from lianxin.files.actions.imports import OPEN
from lianxin.files.models import Export, Import, ImportCorrection, ImportFinding, StoredFile
from lianxin.files.storage import remove, stray_files

FINISHED = [Import.State.APPLIED, Import.State.UNDONE, Import.State.ABANDONED]


def clean_up(*, at: datetime, older_than: timedelta) -> int:
    """Remove the files of finished imports and of imports and exports older than `older_than`; how many files.

    An import nobody finished in that time is given up. What was read from the files goes with them.
    """
    before = at - older_than
    with transaction.atomic():
        Import.objects.filter(state__in=OPEN, created_at__lt=before).update(
            state=Import.State.ABANDONED, finished_at=at
        )
        done = Import.objects.filter(state__in=FINISHED)
        done.exclude(password=None).update(password=None)
        ImportCorrection.objects.filter(run__in=done).delete()
        ImportFinding.objects.filter(run__in=done).delete()
    needed = Import.objects.exclude(state__in=FINISHED).values("file_id")
    fresh = Export.objects.filter(asked_at__gte=before, file__isnull=False).values("file_id")
    stale = (
        StoredFile.objects.filter(removed_at__isnull=True, attachment__isnull=True)
        .exclude(pk__in=needed)
        .exclude(pk__in=fresh)
        .exclude(held_until__gt=at)
    )
    count = 0
    for file in stale.iterator():
        remove(file, at=at)
        count += 1
    return count + _remove_strays(before)


def _remove_strays(before: datetime) -> int:
    """Remove content without a row that says it is there (the machine stopped in between); how many files."""
    strays = [(UUID(path.name.removesuffix(".part")), path) for path in stray_files(before)]
    asked = StoredFile.objects.filter(pk__in=[file_id for file_id, _ in strays], removed_at__isnull=True)
    known = set(asked.values_list("pk", flat=True))
    lost = [path for file_id, path in strays if file_id not in known or path.suffix]
    for path in lost:
        path.unlink(missing_ok=True)
    return len(lost)
