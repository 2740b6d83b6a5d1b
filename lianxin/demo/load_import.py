"""Workbooks through the import, by every step a person takes on the screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lianxin.files.facade import Import, Upload, choose_columns, hand_in, run_at_once, write

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from lianxin.kernel.authz import Actor
    from lianxin.organisations.models import Organisation

CHUNK = 1 << 20


class NotImported(RuntimeError):  # noqa: N818 - the name says it as in a sentence
    """A workbook of the demonstration met the import's objections: the generator and the import have drifted apart."""


def import_workbook(actor: Actor, kind: str, place: Organisation, path: Path, *, at: datetime) -> Import:
    """Import a workbook whose headings explain themselves, by every step a person takes.

    Raises:
        NotImported: the dry run found mistakes.
    """
    run = check_workbook(actor, kind, place, path, at=at)
    if run.errors or run.state != Import.State.CHECKED:
        first = [
            f"{finding.sheet} {finding.row} {problem['column']}: {problem['message']}"
            for finding in run.findings.filter(has_errors=True)[:5]
            for problem in finding.problems
        ]
        raise NotImported(f"{path.name}: {run.errors} mistakes. {run.sentence} {' '.join(first)}")
    run = run_at_once(actor, write(actor, import_id=run.pk, at=at), at=at)
    if run.state != Import.State.APPLIED:
        raise NotImported(f"{path.name}: {run.sentence}")
    return run


def check_workbook(actor: Actor, kind: str, place: Organisation, path: Path, *, at: datetime) -> Import:
    """Hand a workbook in, take the columns as they were matched, and run it dry."""
    with path.open("rb") as file:
        upload = Upload(path.name, path.stat().st_size, iter(lambda: file.read(CHUNK), b""))
        run = hand_in(actor, kind=kind, organisation=place.id, upload=upload, at=at)
    included = [table["sheet"] for table in run.tables if table["included"]]
    choose_columns(actor, import_id=run.pk, columns={}, included=included, at=at)
    return run_at_once(actor, run, at=at)
