"""Jobs of this module: keyword-only ids, safe to run twice, one call into the work."""

from datetime import timedelta
from uuid import UUID

from procrastinate.contrib.django import app

from lianxin.files import exporting, running
from lianxin.files.actions.cleaning import clean_up
from lianxin.files.models import Export, Import
from lianxin.kernel.time import now
from lianxin.kernel.web.actors import actor_of


@app.task(name="files.check_import", queue="files")
def check_import(*, import_id: str, **_: object) -> None:
    """Dry-run an import that waits for it."""
    run = Import.objects.select_related("account", "organisation", "file").get(pk=UUID(import_id))
    if run.state == Import.State.CHECKING:
        running.check(actor_of(run.account), run, at=now())


@app.task(name="files.apply_import", queue="files")
def apply_import(*, import_id: str, **_: object) -> None:
    """Write an import that waits for it."""
    run = Import.objects.select_related("account", "organisation", "file").get(pk=UUID(import_id))
    if run.state == Import.State.APPLYING:
        running.apply(actor_of(run.account), run, at=now())


@app.task(name="files.write_export", queue="files")
def write_export(*, export_id: str, **_: object) -> None:
    """Write an export that waits for it."""
    export = Export.objects.select_related("account").get(pk=UUID(export_id))
    if export.state in {Export.State.WAITING, Export.State.RUNNING}:
        exporting.run_export(actor_of(export.account), export, at=now())


@app.periodic(cron="40 19 * * *")  # 03:40 in Shanghai
@app.task(name="files.clean_up", queue="files", queueing_lock="files.clean_up")
def clean_up_files(*, timestamp: int) -> None:  # noqa: ARG001 - given by the scheduler
    """Remove uploads and exports that are no longer needed."""
    clean_up(at=now(), older_than=timedelta(days=7))
