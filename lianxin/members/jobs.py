"""What members do by themselves at night."""

import logging

from procrastinate.contrib.django import app

from lianxin.kernel.authz import acting_as_system
from lianxin.kernel.time import now
from lianxin.members.actions.coming import take_effect

log = logging.getLogger(__name__)


@app.periodic(cron="3 16 * * *", periodic_id="members.take_effect")  # 16:03 UTC is 00:03 in Shanghai
@app.task(name="members.take_effect", pass_context=False)
@acting_as_system("let planned changes take effect")
def let_planned_changes_take_effect(timestamp: int = 0, **_: object) -> None:
    """Make what was planned for today part of today's register; `timestamp` is when the run was due."""
    changed = take_effect(at=now())
    if changed:
        log.info("%d planned changes of members took effect (due %d).", changed, timestamp)
