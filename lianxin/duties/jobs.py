"""Jobs of this module: safe to run twice."""

from procrastinate.contrib.django import app

from lianxin.duties.actions.derive import derive
from lianxin.kernel.authz import Actor, acting_as_system
from lianxin.kernel.time import today


@app.periodic(cron="5 16 * * *", periodic_id="duties.derive")  # five past midnight in Shanghai
@app.task(name="duties.derive", queueing_lock="duties.derive")
@acting_as_system("what is due")
def derive_all(timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
    """Open what the new day or year brings, and withdraw what applies no more."""
    derive(Actor.system("what is due"), organisations=None, on=today())
