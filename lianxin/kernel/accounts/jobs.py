"""What accounts do by themselves."""

import logging

from procrastinate.contrib.django import app

from lianxin.kernel.accounts.actions.dormancy import close_dormant
from lianxin.kernel.authz import acting_as_system
from lianxin.kernel.time import now

log = logging.getLogger(__name__)


@app.periodic(cron="20 17 * * *", periodic_id="accounts.close_dormant")  # 17:20 UTC is 01:20 in Shanghai
@app.task(name="accounts.close_dormant", pass_context=False)
@acting_as_system("accounts.close_dormant")
def close_dormant_accounts(timestamp: int = 0, **_: object) -> None:
    """Close accounts of staff that nobody used for too long; `timestamp` is when the run was due."""
    closed = close_dormant(at=now())
    if closed:
        log.info("%d accounts that nobody used were deactivated (due %d).", len(closed), timestamp)
