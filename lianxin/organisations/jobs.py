"""What organisations do by themselves."""

import logging

from procrastinate.contrib.django import app

from lianxin.kernel.authz import acting_as_system
from lianxin.kernel.time import now, today
from lianxin.organisations.actions.grant_requests import expire_requests
from lianxin.organisations.actions.lending import close_lendings
from lianxin.organisations.actions.planned import apply_planned

log = logging.getLogger(__name__)


@app.periodic(cron="1 16 * * *", periodic_id="organisations.apply_planned")  # 16:01 UTC is 00:01 in Shanghai
@app.task(name="organisations.apply_planned", pass_context=False)
@acting_as_system("apply planned changes")
def apply_planned_changes(timestamp: int = 0, **_: object) -> None:
    """Make changes planned for today part of today's tree; `timestamp` is when the run was due."""
    changed = apply_planned(today())
    if changed:
        log.info("%d planned changes of organisations took effect (due %d).", changed, timestamp)


@app.periodic(cron="*/5 * * * *", periodic_id="organisations.close_roles")
@app.task(name="organisations.close_roles", pass_context=False)
@acting_as_system("close borrowed roles and undecided requests")
def close_roles(timestamp: int = 0, **_: object) -> None:
    """Record which borrowed roles and undecided requests ended; `timestamp` is when the run was due."""
    at = now()
    ended, expired = close_lendings(at=at), expire_requests(at=at)
    if ended or expired:
        log.info("%d borrowed roles ended, %d requests expired (due %d).", ended, expired, timestamp)
