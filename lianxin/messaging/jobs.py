"""Jobs of this module: keyword-only ids, safe to run twice, one call into the work."""

from uuid import UUID

from procrastinate.contrib.django import app

from lianxin.kernel.authz import acting_as_system
from lianxin.kernel.time import now
from lianxin.messaging.actions.delivering import deliver_due
from lianxin.messaging.actions.escalating import escalate_overdue


@app.task(name="messaging.deliver", queue="messages")
@acting_as_system("delivering messages")
def deliver(*, message_id: str) -> None:
    """Carry one message to whoever is due."""
    deliver_due(at=now(), message=UUID(message_id))


@app.periodic(cron="* * * * *", periodic_id="messaging.deliver_due")
@app.task(name="messaging.deliver_due", queue="messages", queueing_lock="messaging.deliver_due")
@acting_as_system("delivering messages")
def deliver_everything_due(timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
    """Carry on what was held, waits for a summary, or has to be tried again."""
    deliver_due(at=now())


@app.periodic(cron="5 1 * * *", periodic_id="messaging.escalate")  # 09:05 in Shanghai, outside quiet hours
@app.task(name="messaging.escalate", queue="messages", queueing_lock="messaging.escalate")
@acting_as_system("telling secretaries who has not confirmed")
def tell_secretaries(timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
    """Tell secretaries, once, which of their members have not confirmed in time."""
    escalate_overdue(at=now())
