"""The daily deletion, where the installation switched it on (LIANXIN_RETENTION_DAILY)."""

from django.conf import settings
from procrastinate.contrib.django import app

from lianxin.kernel.authz import Actor, acting_as_system
from lianxin.kernel.retention.run import run
from lianxin.kernel.time import now


@app.periodic(cron="20 20 * * *", periodic_id="retention.run")  # 04:20 in Shanghai
@app.task(name="retention.run", queueing_lock="retention.run", pass_context=False)
@acting_as_system("retention")
def delete_what_is_due(timestamp: int = 0) -> None:  # noqa: ARG001 - given by the scheduler
    """Delete records whose period is over; nothing where the installation leaves it to people."""
    if settings.RETENTION_DAILY:
        run(Actor.system("retention"), at=now())
