"""What the service does by itself: forgetting kept answers, writing down which tokens expired."""

from procrastinate.contrib.django import app

from lianxin.api.actions import end_expired_tokens
from lianxin.api.idempotency import forget_answers
from lianxin.kernel.authz import acting_as_system
from lianxin.kernel.time import now


@app.periodic(cron="20 * * * *", periodic_id="api.forget_answers")
@app.task(name="api.forget_answers", queueing_lock="api.forget_answers")
@acting_as_system("forget kept answers")
def forget_kept_answers(timestamp: int = 0, **_: object) -> None:  # noqa: ARG001 - given by the scheduler
    """Remove answers to repeated writes that are older than a day."""
    forget_answers(at=now())


@app.periodic(cron="5 16 * * *", periodic_id="api.end_expired_tokens")  # 16:05 UTC is 00:05 in Shanghai
@app.task(name="api.end_expired_tokens", queueing_lock="api.end_expired_tokens")
@acting_as_system("write down expired tokens")
def write_down_expired_tokens(timestamp: int = 0, **_: object) -> None:  # noqa: ARG001 - given by the scheduler
    """Record tokens that expired."""
    end_expired_tokens(at=now())
