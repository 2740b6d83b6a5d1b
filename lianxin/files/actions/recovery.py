"""Giving back what a worker left behind when it died: nobody waits for ever."""

from datetime import datetime, timedelta

from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from procrastinate.contrib.django.models import ProcrastinateJob

from lianxin.files import exporting
from lianxin.files.models import Export, Import
from lianxin.files.progress import nobody_works_on
from lianxin.files.running import BACK_TO, fall_back

WAITS_AT_MOST = timedelta(hours=1)
"""How long work may stand in the queue before the person is asked to try again. Source: our own choice."""

TAKEN_UP_WITHIN = timedelta(minutes=1)
"""How long after it was asked for work may be in nobody's queue and nobody's hands. Source: our own choice; it takes
a worker a fraction of a second, unless it dies in it."""


def _patience(run: Import) -> timedelta:
    """How long to wait for a worker: long while the job stands in the queue; a job taken by a dead worker is lost."""
    queued = ProcrastinateJob.objects.filter(args__import_id=str(run.pk), status="todo").exists()
    return WAITS_AT_MOST if queued else TAKEN_UP_WITHIN


def recover(*, at: datetime) -> int:
    """Return imports and exports nobody works on any more to where their person can go on; how many."""
    count = 0
    for run in Import.objects.filter(state__in=BACK_TO).select_related("progress"):
        progress = run.progress
        waits = progress.begun_at is None
        if waits and progress.asked_at is not None and progress.asked_at > at - _patience(run):
            continue
        with nobody_works_on(run.pk) as free:
            if free:
                fall_back(run, _("The work was interrupted; nothing was written. Start it again."))
                count += 1
    # A process may die before it took the export up as well: its search would stay in clear for ever.
    since = Coalesce("begun_at", "asked_at")
    lost = Export.objects.filter(state__in=exporting.UNFINISHED).alias(since=since).filter(since__lt=at - WAITS_AT_MOST)
    sentence = _("Writing the file was interrupted. Export the list again.")
    return count + sum(exporting.fail(export, sentence) for export in lost)
