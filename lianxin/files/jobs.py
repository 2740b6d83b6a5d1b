"""Jobs of this module: keyword-only ids, safe to run twice, one call into the work."""

from datetime import timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from lianxin.files import exporting, running
from lianxin.files.actions.cleaning import clean_up
from lianxin.files.actions.recovery import recover
from lianxin.files.models import Export, Import
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor, acting, acting_as_system
from lianxin.kernel.privacy.clear import remove_left_behind
from lianxin.kernel.time import now
from lianxin.kernel.web.actors import actor_of


def _taken_up(import_id: str, account_id: str) -> tuple[Import, Actor]:
    with acting(Actor.system("taking up an import")):  # on whose behalf is read from the job
        run = Import.objects.select_related("organisation", "file").get(pk=UUID(import_id))
        return run, actor_of(Account.objects.get(pk=UUID(account_id)))


@app.task(name="files.check_import", queue="files")
def check_import(*, import_id: str, account_id: str) -> None:
    """Dry-run an import that waits for it, on behalf of who asked for it."""
    run, actor = _taken_up(import_id, account_id)
    if run.state == Import.State.CHECKING:
        with acting(actor):
            running.check(actor, run, at=now())


@app.task(name="files.apply_import", queue="files")
def apply_import(*, import_id: str, account_id: str) -> None:
    """Write an import that waits for it, on behalf of who asked for it."""
    run, actor = _taken_up(import_id, account_id)
    if run.state == Import.State.APPLYING:
        with acting(actor):
            running.apply(actor, run, at=now())


@app.task(name="files.write_export", queue="files")
def write_export(*, export_id: str) -> None:
    """Write an export that waits for it."""
    with acting(Actor.system("taking up an export")):
        export = Export.objects.select_related("account").get(pk=UUID(export_id))
        actor = actor_of(export.account)
    if export.state == Export.State.WAITING:
        with acting(actor):
            exporting.run_export(actor, export, at=now())


@app.periodic(cron="* * * * *")
@app.task(name="files.recover", queue="files", queueing_lock="files.recover")
@acting_as_system("recover left behind")
def recover_left_behind(timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
    """Give back imports and exports whose worker died, and remove what it left in clear."""
    recover(at=now())
    remove_left_behind(at=now())


@app.periodic(cron="40 19 * * *")  # 03:40 in Shanghai
@app.task(name="files.clean_up", queue="files", queueing_lock="files.clean_up")
@acting_as_system("clean up files")
def clean_up_files(timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
    """Remove uploads and exports that are no longer needed."""
    clean_up(at=now(), older_than=timedelta(days=7))
