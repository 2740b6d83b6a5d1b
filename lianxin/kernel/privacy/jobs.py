"""The rotation of keys as a job: each minute it goes on with what is under way, wherever that was left."""

import time

from procrastinate.contrib.django import app

from lianxin.kernel.authz import Actor, acting_as_system
from lianxin.kernel.privacy.rotation import proceed
from lianxin.kernel.time import now

_SECONDS = 55.0
"""How long one run may take; the next minute goes on."""


@app.periodic(cron="* * * * *", periodic_id="privacy.rotate")
@app.task(name="privacy.rotate", queueing_lock="privacy.rotate", pass_context=False)
@acting_as_system("key rotation")
def rotate_keys(timestamp: int = 0) -> None:  # noqa: ARG001 - given by the scheduler
    """Go on with the rotation under way, if there is one."""
    end = time.monotonic() + _SECONDS
    proceed(Actor.system("key rotation"), at=now, until=lambda: time.monotonic() > end)
