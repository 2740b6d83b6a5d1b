"""What cannot wait for the minute: after an act whose kind a projector wants soon, one job seals and projects at once.

The job is asked for after the commit, so that acts never wait for each other at its queueing lock; while one waits, all
others need none. Should the process end between the two, the job of the minute does the work.
"""

from collections.abc import Iterable

from django.db import connection, transaction
from procrastinate.contrib.django import app as jobs
from procrastinate.exceptions import AlreadyEnqueued

from lianxin.kernel.events.projectors import all_projectors

TASK = "events.seal_soon"


def ask_soon(kinds: Iterable[str]) -> None:
    """Let the job run after the commit if one of the kinds is wanted soon. Other acts cost nothing."""
    wanted = frozenset[str]().union(*(one.soon() for one in all_projectors()))
    if wanted.isdisjoint(kinds) or any(asked[1] is _ask for asked in connection.run_on_commit):
        return
    transaction.on_commit(_ask, robust=True)


def _ask() -> None:
    try:
        jobs.configure_task(TASK, queueing_lock=TASK).defer()
    except AlreadyEnqueued:
        return  # it has not begun and will see this act too
