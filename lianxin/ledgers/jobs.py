"""Jobs of this module: keyword-only ids, safe to run twice, one call into the work."""

from uuid import UUID

from procrastinate.contrib.django import app

from lianxin.kernel.authz import Actor, acting_as_system
from lianxin.kernel.time import now
from lianxin.ledgers.actions.replies import gather as gather_answers

WORK = "answering a form from the records"


@app.task(name="ledgers.gather", queue="files")
@acting_as_system(WORK)
def gather(*, form_id: str) -> None:
    """Answer a form that asks nothing from the records."""
    gather_answers(Actor.system(WORK), form=UUID(form_id), at=now())
