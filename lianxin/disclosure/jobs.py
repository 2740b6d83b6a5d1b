"""Jobs of this module: keyword-only ids, safe to run twice, one call into the work."""

from datetime import timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from lianxin.disclosure.actions.checking import run_check, take_up_again
from lianxin.disclosure.actions.cleaning import remove_old_contents
from lianxin.disclosure.models import Check
from lianxin.kernel.authz import Actor, acting, acting_as_system
from lianxin.kernel.time import now
from lianxin.kernel.web.actors import actor_of


@app.task(name="disclosure.check", queue="files")
def check(*, check_id: str) -> None:
    """Check a large file that waits for it, on behalf of who handed it in."""
    with acting(Actor.system("taking up a check")):  # on whose behalf is read from the job
        found = Check.objects.select_related("account").get(pk=UUID(check_id))
        actor = actor_of(found.account)
    with acting(actor):
        run_check(actor, check=found.pk, at=now(), by_job=True)


@app.periodic(cron="*/5 * * * *", periodic_id="disclosure.recover")
@app.task(name="disclosure.recover", queue="files", queueing_lock="disclosure.recover")
@acting_as_system("checks before publishing")
def recover_left_behind(timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
    """Ask again for checks whose worker died."""
    take_up_again(at=now(), older_than=timedelta(minutes=15))


@app.periodic(cron="20 19 * * *", periodic_id="disclosure.clean_up")  # 03:20 in Shanghai
@app.task(name="disclosure.clean_up", queue="files", queueing_lock="disclosure.clean_up")
@acting_as_system("removal of checked contents")
def clean_up(timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
    """Remove contents that are no longer needed."""
    remove_old_contents(at=now())
