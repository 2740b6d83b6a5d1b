"""What the edge does by itself: forgetting who has asked nothing for a while."""

from procrastinate.contrib.django import app

from lianxin.kernel.authz import acting_as_system
from lianxin.kernel.edge.rates import forget_spent
from lianxin.kernel.time import now


@app.periodic(cron="40 * * * *", periodic_id="edge.forget_spent")
@app.task(name="edge.forget_spent", queueing_lock="edge.forget_spent")
@acting_as_system("forgetting what was spent")
def forget_spent_rates(timestamp: int = 0, **_: object) -> None:  # noqa: ARG001 - given by the scheduler
    """Remove rows of rates that are whole again."""
    forget_spent(at=now())
