"""Imports and exports from the command line: the same steps as on the screen, taken at once."""

from pathlib import Path

from django.http import QueryDict
from django.utils.translation import gettext as _

from lianxin.files import exporting
from lianxin.files.actions.imports import Upload, choose_columns, hand_in, run_at_once, write
from lianxin.files.models import Import
from lianxin.files.storage import content_of
from lianxin.kernel.accounts.models import Account
from lianxin.kernel.authz import Actor
from lianxin.kernel.errors import InvalidInput, NotVisible
from lianxin.kernel.exports import export_sources
from lianxin.kernel.time import now
from lianxin.kernel.web.actors import actor_of
from lianxin.organisations.facade import Organisation, organisations_within

SHOWN = 20


def _actor(user_name: str) -> Actor:
    account = Account.objects.filter(username=user_name, is_active=True).first()
    if account is None:
        raise NotVisible(_("There is no account “%(name)s”.") % {"name": user_name})
    return actor_of(account)


def _place(actor: Actor, code: str) -> Organisation:
    place = organisations_within(actor).filter(code=code).first()
    if place is None:
        raise NotVisible(
            _("There is no organisation with the code “%(code)s” in this person's scope.") % {"code": code}
        )
    return place


def import_from_console(*, path: Path, kind: str, organisation_code: str, user_name: str, dry_run: bool) -> str:
    """Import a spreadsheet whose columns match by themselves; what was done, in a sentence.

    Raises:
        Refusal: nothing was written; the sentence names the first mistakes by sheet, row and column.
    """
    actor = _actor(user_name)
    place = _place(actor, organisation_code)
    with path.open("rb") as file:
        upload = Upload(path.name, path.stat().st_size, iter(lambda: file.read(1 << 20), b""))
        run = hand_in(actor, kind=kind, organisation=place.id, upload=upload, at=now())
    included = [table["sheet"] for table in run.tables if table["included"]]
    choose_columns(actor, import_id=run.pk, columns={}, included=included, at=now())
    run = run_at_once(actor, run, at=now())
    if run.state != Import.State.CHECKED or run.errors:
        raise InvalidInput({"": run.sentence or "\n".join(_first_errors(run))})
    counts = {"add": run.to_add, "change": run.to_change, "same": run.unchanged}
    if dry_run:
        return _("Would add %(add)d and change %(change)d records; %(same)d stay as they are.") % counts
    if not run.to_add and not run.to_change:
        return _("Nothing to do: all %(same)d rows are in the register as they stand in the file.") % counts
    run = run_at_once(actor, write(actor, import_id=run.pk, at=now()), at=now())
    if run.state != Import.State.APPLIED:
        raise InvalidInput({"": run.sentence})
    return _("Added %(add)d and changed %(change)d records; %(same)d stayed as they were.") % counts


def _first_errors(run: Import) -> list[str]:
    lines = [_("%(number)d errors; nothing was written. The first:") % {"number": run.errors}]
    for finding in run.findings.filter(has_errors=True)[:SHOWN]:
        for problem in finding.problems:
            place = f"{finding.sheet} {finding.row} {problem['column']}"
            lines.append(f"  {place}: {problem['message']}")
    return lines


def export_from_console(*, path: Path, kind: str, organisation_code: str, user_name: str) -> str:
    """Write a list to a spreadsheet; how many rows, in a sentence.

    Raises:
        Refusal: the person may not export it, or the place is not theirs.
    """
    actor = _actor(user_name)
    place = _place(actor, organisation_code)
    source = next((one for one in export_sources() if one.key == kind), None)
    if source is None:
        raise NotVisible(_("There is no such list."))
    file_format = path.suffix.lstrip(".").lower()
    query = QueryDict(mutable=True)
    query["organisation"] = query["below"] = str(place.id)  # how members and organisations are narrowed
    export = exporting.ask(
        actor, key=source.key, query=query.urlencode(), file_format=file_format, personal=False, reason="", at=now()
    )
    export = exporting.run_export(actor, export, at=now())
    if export.file is None:
        raise InvalidInput({"": export.sentence})
    with path.open("wb") as file:
        for chunk in content_of(export.file):
            file.write(chunk)
    return _("Wrote %(number)d rows to %(file)s.") % {"number": export.rows, "file": path.name}
