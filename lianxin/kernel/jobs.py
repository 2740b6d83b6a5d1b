"""What the kernel does by itself: sealing the log, moving its readers on, checking it each night."""

import logging
import time

from procrastinate.contrib.django import app

from lianxin.kernel.authz import Actor, acting_as_system
from lianxin.kernel.events.audit import verify_and_record
from lianxin.kernel.events.projectors import all_projectors, run
from lianxin.kernel.events.sealing import seal_waiting
from lianxin.kernel.events.soon import TASK as SOON
from lianxin.kernel.retention import jobs as retention_jobs  # noqa: F401 - the scheduler looks for jobs here
from lianxin.kernel.time import now

log = logging.getLogger(__name__)

_SECONDS = 45.0
"""How long one run may take; after a bulk load the next minute goes on."""


@app.periodic(cron="* * * * *", periodic_id="events.seal")
@app.task(name="events.seal", queueing_lock="events.seal", pass_context=False)
@acting_as_system("seal events")
def seal_events(timestamp: int = 0) -> None:  # noqa: ARG001 - given by the scheduler
    """Seal what was written, then let every projector apply it."""
    end = time.monotonic() + _SECONDS
    at = now()
    seal_waiting(at=at, seconds=_SECONDS)
    for one in all_projectors():
        run(one, at=at, until=lambda: time.monotonic() > end)


@app.task(name=SOON, queueing_lock=SOON, pass_context=False)
@acting_as_system("seal events")
def seal_soon() -> None:
    """Seal what was written, then let those projectors apply it that do not wait for the minute."""
    end = time.monotonic() + _SECONDS
    at = now()
    seal_waiting(at=at, wait=True, seconds=_SECONDS)
    for one in all_projectors():
        if one.soon():
            run(one, at=at, until=lambda: time.monotonic() > end, wait=True)


@app.periodic(cron="10 19 * * *", periodic_id="events.verify")  # 03:10 in Shanghai
@app.task(name="events.verify", queueing_lock="events.verify", pass_context=False)
@acting_as_system("verify events")
def verify_events(timestamp: int = 0) -> None:  # noqa: ARG001 - given by the scheduler
    """Check the whole log; what is found is recorded, and shown to the auditor."""
    report = verify_and_record(Actor.system("nightly verification"), at=now())
    for problem in report.problems:
        log.critical("Event log: %s", problem.sentence)
